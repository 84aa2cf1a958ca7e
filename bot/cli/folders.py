"""Where knowledge and data are: options that every command takes, and commands as they run with these options."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click

from faq.knowledge.types import Faq

HERE = Path(__file__).parent.parent.parent
"""Folder of the project: the defaults work from whatever folder the bot is started in."""


@dataclass(frozen=True)
class Folders:
    """Where things are, for every command."""

    faq: Path
    """Knowledge base."""
    data: Path
    """Models, database and caches; made by the bot, never committed."""


USUAL = Folders(HERE / "faq", HERE / "var")
"""The folders of a command without options."""

_COMMAND = re.compile(r"(?<![\w/.-])python run_bot\.py((?: [a-z0-9-]+)*)")
"""A command as messages write it, with its words: `python run_bot.py models rollback v0003`."""


def folder_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give `command` the options --faq and --data, before or after its name."""
    faq = click.option("--faq", type=click.Path(path_type=Path), help="Folder of the knowledge base.  [default: faq/]")
    data = click.option("--data", type=click.Path(path_type=Path), help="Folder of models and caches.  [default: var/]")
    return faq(data(command))


def chosen(context: click.Context, faq: Path | None, data: Path | None) -> Folders:
    """Return the folders of a command: its own options before those of the program before the defaults."""
    outer = context.find_object(Folders) or USUAL
    folders = Folders(faq or outer.faq, data or outer.data)
    context.meta[__name__] = folders
    return folders


def chosen_before(context: click.Context) -> Folders:
    """Return the folders that `chosen` returned last, for the program or for the command that it runs."""
    return context.meta.get(__name__, USUAL)  # type: ignore[no-any-return]


def knowledge(folders: Folders) -> Faq:
    """Return the knowledge; what was found right before, when it was saved or at a start, is not checked once more.

    Raises FaqError.
    """
    from faq.acceptance import accepted
    from faq.load import load

    return load(folders.faq, accepted(folders.data / "cache"))


def as_started(text: str, folders: Folders) -> str:
    """Return `text` with each command written `python run_bot.py …` as it runs here and on these folders.

    >>> as_started('run: python run_bot.py train', Folders(Path('my faq'), USUAL.data)).rpartition('run_bot.py ')[2]
    "train --faq 'my faq'"
    """
    program = shlex.join(_from_here(path) for path in (Path(sys.executable), HERE / "run_bot.py"))
    named = [("--faq", folders.faq, USUAL.faq), ("--data", folders.data, USUAL.data)]
    options = [part for option, path, usual in named if path != usual for part in (option, str(path))]
    ending = f" {shlex.join(options)}" if options else ""
    return _COMMAND.sub(lambda found: f"{program}{found[1]}{ending}", text)


def _from_here(path: Path) -> str:
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
