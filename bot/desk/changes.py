"""What an act changes in files of the knowledge: a line of a list, or whole files that were edited in a form."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bot.desk.lines import Line
from bot.store.desk.acts import Act, Deed
from faq.said import SaidError, said
from intents.registry.checksums import read_json, write_atomically

EDITS = "desk-edits"
"""Folder below the data folder with what was edited in forms, a file an act: from before the act is written down."""

KEPT = 200
"""Edits kept, the newest: so long one can be taken back, or gone on with where it was refused."""


class Change(Protocol):
    """One file before and after an act, whatever else is done to the file meanwhile."""

    @property
    def file(self) -> Path:
        """The file, relative to the folder of the knowledge."""

    def stands(self, text: str) -> bool:
        """Tell whether the file's `text` holds the change."""

    def added(self, text: str) -> str:
        """Return the file's `text` with the change. Raises SaidError where that cannot be."""

    def removed(self, text: str) -> str:
        """Return the file's `text` without the change. Raises SaidError where that cannot be."""


@dataclass(frozen=True)
class Edit:
    """A file that was edited as a whole; it is put in place of the very text that was shown, or not at all."""

    file: Path
    """The file, relative to the folder of the knowledge."""
    before: str
    """Its text as the admin was shown it; empty: there was no such file."""
    after: str
    """Its text as the admin wants it."""

    def stands(self, text: str) -> bool:
        """Tell whether `text` is the edited one."""
        return text == self.after

    def added(self, text: str) -> str:
        """Return the edited text. Raises SaidError if somebody else has changed the file."""
        if text not in (self.before, self.after):
            raise SaidError(said("desk_edit_overtaken", file=self.file.as_posix()))
        return self.after

    def removed(self, text: str) -> str:
        """Return the text as it was. Raises SaidError if somebody else has changed the file."""
        if text not in (self.before, self.after):
            raise SaidError(said("desk_edit_overtaken", file=self.file.as_posix()))
        return self.before


class Edits:
    """Keeps what was edited in forms, so that a run goes on with it where another was killed."""

    def __init__(self, data: Path) -> None:
        """Take the data folder."""
        self._folder = data / EDITS

    def keep(self, act: int, edits: Sequence[Edit]) -> None:
        """Keep what the act with this number edits. Raises OSError."""
        self._folder.mkdir(parents=True, exist_ok=True)
        written = [{"file": one.file.as_posix(), "before": one.before, "after": one.after} for one in edits]
        write_atomically(self._file(act), json.dumps({"edits": written}, ensure_ascii=False).encode())
        for old in sorted(self._folder.glob("*.json"))[:-KEPT]:
            old.unlink(missing_ok=True)

    def of(self, act: int) -> list[Edit]:
        """Return what the act edits; nothing: it is not known any more."""
        found = read_json(self._file(act)).get("edits", ())
        return [Edit(Path(one["file"]), one["before"], one["after"]) for one in found]

    def _file(self, act: int) -> Path:
        return self._folder / f"{act:020d}.json"


def put_into(copy: Path, changes: Iterable[Change]) -> None:
    """Put `changes` into a copy of the knowledge. Raises SaidError where one cannot be put there, OSError."""
    for change in changes:
        file = copy / change.file
        text = file.read_bytes().decode() if file.exists() else ""
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(change.added(text).encode())


def of_act(act: Act, edits: Edits) -> Sequence[Change]:
    """Return what `act` changes. Raises SaidError where that is not known any more."""
    if act.deed != Deed.EDIT:
        return [Line.of(act.target, act.wording)]
    found = edits.of(act.number)
    if not found:
        raise SaidError(said("desk_edit_unknown"))
    return found
