"""What admins are told: a key of messages.yaml with its fields, turned into a sentence only where somebody reads it."""

from __future__ import annotations

import functools
import shlex
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias, Union

import yaml

HOME = Path(__file__).parent.parent
"""Folder of the project."""

MESSAGES = Path(__file__).with_name("messages.yaml")
"""Every sentence, in each language."""

Language: TypeAlias = Literal["zh", "en"]
Field: TypeAlias = Union[str, int, "Said"]


@dataclass(frozen=True)
class Said:
    """A sentence not yet written out."""

    key: str
    """Name of the sentence in messages.yaml."""
    fields: tuple[tuple[str, Field], ...] = ()
    """What it is filled with, by name; a sentence within a sentence is one more `Said`."""

    def say(self, language: Language = "zh") -> str:
        """Return the sentence.

        >>> said('key_twice', key='title', first=1).say('en')
        "key 'title' is given twice (first on line 1); keep one of them"
        """
        filled = {name: one.say(language) if isinstance(one, Said) else one for name, one in self.fields}
        return _sentences()[self.key][language].format_map(filled)

    def get(self, name: str) -> Field:
        """Return the field `name`, '' if there is none."""
        return next((value for field, value in self.fields if field == name), "")

    def __str__(self) -> str:
        return self.say("en")


class SaidError(ValueError):
    """Raised when a value is not as it must be; carries the sentence that says so."""

    def __init__(self, sentence: Said) -> None:
        """Take the sentence."""
        super().__init__(str(sentence))
        self.said = sentence


def said(key: str, /, **fields: Field) -> Said:
    """Return the sentence `key` with its fields."""
    return Said(key, tuple(fields.items()))


def listed(names: Iterable[str | Said]) -> Said:
    """Return names one after the other, as the language parts them."""
    found: Said | None = None
    for name in names:
        found = said("list_one", name=name) if found is None else said("list_more", before=found, name=name)
    return found or said("list_none")


def command(*words: str, faq: Path | None = None, data: Path | None = None) -> str:
    """Return a command line of the bot that runs when pasted as it stands; folders other than the usual are named."""
    here = Path.cwd()
    program = [_from(here, Path(sys.executable)), _from(here, HOME / "run_bot.py")]
    folders: list[str] = []
    for option, given, usual in (("--faq", faq, HOME / "faq"), ("--data", data, HOME / "var")):
        if given is not None and given.resolve() != usual.resolve():
            folders += [option, str(given)]
    return shlex.join([*program, *words, *folders])


def restore_command(path: Path) -> str:
    """Return the command that brings a file or folder back as it was committed last."""
    return shlex.join(["git", "restore", _from(Path.cwd(), path)])


def _from(here: Path, path: Path) -> str:
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


@functools.cache
def _sentences() -> Mapping[str, Mapping[str, str]]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    loaded: dict[str, dict[str, str]] = loader(MESSAGES.read_text(encoding="utf-8")).get_single_data()
    return loaded
