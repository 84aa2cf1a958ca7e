"""Where the knowledge and the data are: options that every command takes, before or after its name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click

HERE = Path(__file__).parent.parent.parent
"""Folder of the project: the defaults work from whatever folder the bot is started in."""


@dataclass(frozen=True)
class Folders:
    """Where things are, for every command."""

    faq: Path
    """Knowledge base."""
    data: Path
    """Models, database and caches; made by the bot, never committed."""


def folder_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give `command` the options --faq and --data, before or after its name."""
    faq = click.option("--faq", type=click.Path(path_type=Path), help="Folder of the knowledge base.  [default: faq/]")
    data = click.option("--data", type=click.Path(path_type=Path), help="Folder of models and caches.  [default: var/]")
    return faq(data(command))


def chosen(context: click.Context, faq: Path | None, data: Path | None) -> Folders:
    """Return the folders of a command: its own options before those of the program before the defaults."""
    outer = context.find_object(Folders) or Folders(HERE / "faq", HERE / "var")
    return Folders(faq or outer.faq, data or outer.data)
