"""Look at an edit before it is saved: what the checks say of each field, and the knowledge as it would be told."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.desk import forms
from bot.desk.changes import Change, put_into
from faq.acceptance import accepted, mark
from faq.knowledge.types import Faq
from faq.load import FaqError, validate
from faq.reading.folder import Folder, open_folder
from faq.reading.yaml_reader import Mistake
from faq.said import SaidError
from intents.registry.checksums import copy_knowledge
from intents.registry.registry import Registry

OTHERS = ""
"""Where mistakes are told that belong to no field of the form."""

Spans = Callable[[str], Mapping[str, range]]
"""Returns the lines of a file's text, from 1, that belong to each field. Raises SaidError."""

SHOWN = 8
"""Mistakes told beside a field, at most."""


@dataclass(frozen=True)
class Looked:
    """What was found."""

    mistakes: Mapping[str, tuple[str, ...]]
    """What is wrong, by the field it is told beside; `OTHERS`: none of them."""
    faq: Faq | None
    """The knowledge with the edit in it; None: something is wrong."""


class Drafts:
    """Tries edits on a copy of one folder of knowledge. What it does takes a second or two: call it in a thread."""

    def __init__(self, folder: Path, data: Path) -> None:
        """Take the folder of the knowledge and the data folder."""
        self._folder, self._cache, self._registry = folder, data / "cache", Registry(data)
        self._before: Folder | None = None
        self._one = threading.Lock()

    def look(self, changes: Sequence[Change], spans: Spans = forms.of_fields, *, hasty: bool = True) -> Looked:
        """Return what the checks say of the knowledge with `changes` in it. Raises OSError.

        `hasty`: of texts only those of files that are not known to be right are looked through; the rest when it is
        published. `spans` finds the fields of the first file.
        """
        with self._one, tempfile.TemporaryDirectory() as draft:
            copy = Path(draft) / "faq"
            copy_knowledge(self._folder, copy)
            self._know(copy)
            try:
                put_into(copy, changes)
                faq = validate(
                    open_folder(copy, before=self._before), published=self._registry.published(), hasty=hasty
                )
            except SaidError as error:
                return Looked({OTHERS: (error.said.say(),)}, None)
            except FaqError as error:
                return Looked(_by_field(error.mistakes, changes[0].file, copy, spans), None)
        return Looked({}, faq)

    def _know(self, copy: Path) -> None:
        """Read the folder as it stands, if it is known to be right and was not read yet."""
        known = accepted(self._cache)
        folder = open_folder(copy, lambda found: mark(found) == known, self._before)
        if mark(folder.fingerprint) == known:
            self._before = folder


def _by_field(mistakes: Sequence[Mistake], file: Path, copy: Path, spans: Spans) -> dict[str, tuple[str, ...]]:
    """Return what is wrong by the field of `file` on whose lines it stands."""
    try:
        fields = spans((copy / file).read_text("utf-8"))
    except SaidError:
        fields = {}
    found: dict[str, list[str]] = {}
    for mistake in mistakes:
        here = mistake.file == copy / file
        names = [name for name, lines in fields.items() if here and mistake.line in lines]
        text = mistake.said.say() if here else mistake.say("zh").replace(f"{copy}/", "")
        found.setdefault(names[0] if names else OTHERS, []).append(text)
    return {name: tuple(dict.fromkeys(some))[:SHOWN] for name, some in found.items()}
