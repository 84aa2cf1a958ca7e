"""Let the bot learn what an admin has accepted: look at the edit, try it, save it, see what became of it, undo it."""

from __future__ import annotations

import difflib
import hashlib
import re
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from bot.desk.changes import Change, Edits, of_act, put_into
from bot.desk.history import History
from bot.desk.lines import Line
from bot.store.desk.acts import Act, Deed
from faq.acceptance import accept, accepted
from faq.checking.causes import gather
from faq.knowledge.text import bare
from faq.knowledge.types import Faq
from faq.load import FaqError, validate
from faq.reading.folder import fingerprint, open_folder
from faq.said import SaidError, said
from intents.classifier.model import ModelError
from intents.registry.checksums import copy_knowledge, write_atomically
from intents.registry.registry import Registry
from intents.registry.rollback import Restored, compare, roll_back

_LOCK = "desk.lock"
"""File in the data folder that is held while the desk changes a file of the knowledge."""

_PATIENCE = 30.0
"""Seconds to wait for it: the other holds it for milliseconds."""

_STAMP = 8
"""Characters of a stamp: it has to fit on a button."""

_LOST = re.compile(r"^ {4}\S[^\n:]{0,300}:\d{1,6}: ([^\n]{1,200})$", re.MULTILINE)
"""A question lost, as intents.evaluation.report tells of it: its file, its line, its words."""

_QUOTED = 2
"""Questions named of those that a refused model would lose."""


@dataclass(frozen=True)
class Preview:
    """What an edit would change."""

    diff: str
    """Lines of the file, changed ones with + and -."""
    stamp: str
    """Stands for the file as it was shown; another admin's change makes another."""


@dataclass(frozen=True)
class Lost:
    """What the gate has refused an edit for."""

    questions: tuple[str, ...]
    """Some of the questions lost."""
    own: bool
    """Whether the edit may be behind it."""


class Publisher:
    """Edits one folder of knowledge, which the running bot watches. What it does takes a while: call it in a thread."""

    def __init__(self, folder: Path, data: Path) -> None:
        """Take the folder of the knowledge and the data folder."""
        self._folder, self._data = folder, data
        self.registry = Registry(data)
        """Published versions."""
        self.history = History(folder, data)
        """Commits."""
        self.edits = Edits(data)
        """What was edited in forms."""
        self._shown: dict[str, str] = {}

    def read(self, file: Path) -> tuple[str, str]:
        """Return the text of a file, which is shown, and its stamp. Raises OSError."""
        text = self._read(file)
        stamp = _stamp(text)
        self._remember(stamp, text)
        return text, stamp

    def preview(self, change: Change) -> Preview:
        """Return what `change` would change. Raises SaidError where it cannot be put there, OSError."""
        before, stamp = self.read(change.file)
        return Preview(difference(before, change.added(before), change.file), stamp)

    def changed_since(self, change: Change, stamp: str) -> str | None:
        """Return what of the file has changed since it was shown with `stamp`; None: nothing; empty: not known what."""
        now = self._read(change.file)
        if _stamp(now) == stamp:
            return None
        return difference(self._shown[stamp], now, change.file) if stamp in self._shown else ""

    def shown(self, stamp: str) -> str | None:
        """Return the text that was shown with `stamp`; None: it is not known any more."""
        return self._shown.get(stamp)

    def changes(self, act: Act) -> Sequence[Change]:
        """Return what `act` changes. Raises SaidError where that is not known any more."""
        return of_act(act, self.edits)

    def stands(self, change: Change) -> bool:
        """Tell whether `change` stands in the folder. Raises SaidError, OSError."""
        return change.stands(self._read(change.file))

    def published(self, change: Change) -> bool:
        """Tell whether `change` stands in the knowledge of the version in use."""
        try:
            return change.stands(_text(self.registry.knowledge(self.registry.active() or "") / change.file))
        except (ModelError, OSError):
            return False

    def wrong(self, changes: Sequence[Change]) -> str | None:
        """Return the first mistake that the knowledge would have with `changes` in it; None: none.

        What is looked through here need not be looked through again when it is saved.
        """
        with tempfile.TemporaryDirectory() as draft:
            copy = Path(draft) / "faq"
            shutil.copytree(self._folder, copy, ignore=shutil.ignore_patterns("*.py", "__pycache__", ".*"))
            try:
                put_into(copy, changes)
                cache = self._data / "cache"
                accept(validate(open_folder(copy), accepted(cache), self.registry.published()), cache)
            except SaidError as error:
                return error.said.say()
            except FaqError as error:
                cause = gather(error.mistakes)[0]
                return cause.say("zh").replace(f"{copy}/", "")
        return None

    def save(self, changes: Sequence[Change]) -> None:
        """Put `changes` into the folder; each file holds the old text or the new one. Raises SaidError, OSError."""
        with self._alone():
            for change in changes:
                text = self._read(change.file)
                if not change.stands(text):
                    (self._folder / change.file).parent.mkdir(parents=True, exist_ok=True)
                    write_atomically(self._folder / change.file, change.added(text).encode())

    def take_back(self, changes: Sequence[Change]) -> None:
        """Take `changes` out of the folder; what else was changed meanwhile stays. Raises SaidError, OSError."""
        with self._alone():
            for change in changes:
                text = self._read(change.file)
                if change.stands(text):
                    without = change.removed(text)
                    if without:
                        write_atomically(self._folder / change.file, without.encode())
                    else:
                        (self._folder / change.file).unlink(missing_ok=True)

    def waive(self, changes: Sequence[Change]) -> None:
        """Let the knowledge with `changes` in it be published whatever the gate says. Raises SaidError, OSError."""
        with tempfile.TemporaryDirectory() as draft:
            copy = Path(draft) / "faq"
            copy_knowledge(self._folder, copy)
            put_into(copy, changes)
            self.registry.waive(fingerprint(copy))

    def refusal(self) -> Lost | None:
        """Return what the gate says is lost by the knowledge as it stands; None: it was not refused."""
        refused = self.registry.refused(fingerprint(self._folder))
        if refused is None:
            return None
        lost = dict.fromkeys(found[1] for found in _LOST.finditer(refused.reason))
        return Lost(tuple(lost)[:_QUOTED], refused.own)

    def undo(self, act: Act) -> bool:
        """Take back what `act` has published; tell whether the version before serves again, without a training.

        Only where nothing but this act was published in that version, and nothing since. Raises SaidError, OSError.
        """
        changes = self.changes(act)
        before = self._before(act, changes)
        if before is not None:
            roll_back(self.registry, self._folder, self._data, before)
            return True
        if act.deed == Deed.EDIT and not all(map(self.stands, changes)):
            raise SaidError(said("desk_edit_overtaken", file=changes[0].file.as_posix()))
        self.take_back(changes)
        return False

    def go_back(self, version: str | None, role: str, why: str) -> Restored:
        """Let `version` serve again, by default the one before the last edit, and commit it. Raises ModelError."""
        message = f"faq: rollback to {version or 'before the last edit'} by {role}\n\n{why}".strip()
        with self.history.as_one(message, role):
            return roll_back(self.registry, self._folder, self._data, version)

    def _before(self, act: Act, changes: Sequence[Change]) -> str | None:
        registry, active = self.registry, self.registry.active()
        if active is None or active != act.version or compare(self._folder, registry.knowledge(active)).files:
            return None
        before = registry.publication(active).replaces
        if before is None or before not in registry.versions():
            return None
        old, new = registry.knowledge(before), registry.knowledge(active)
        if compare(old, new).files != tuple(sorted(change.file.as_posix() for change in changes)):
            return None
        for change in changes:
            text = _text(old / change.file)
            if change.stands(text) or change.added(text) != _text(new / change.file):
                return None
        return before

    def _read(self, file: Path) -> str:
        """Return the text of a file; empty: there is none."""
        return _text(self._folder / file)

    def _remember(self, stamp: str, text: str) -> None:
        self._shown[stamp] = text
        while len(self._shown) > _REMEMBERED:
            del self._shown[next(iter(self._shown))]

    def _alone(self) -> FileLock:
        self._data.mkdir(parents=True, exist_ok=True)
        return FileLock(self._data / _LOCK, timeout=_PATIENCE)


_REMEMBERED = 100
"""Texts of files remembered as they were shown."""


def serves(faq: Faq, act: Act) -> bool:
    """Tell whether the knowledge in use has learned the line that `act` adds."""
    line = Line.of(act.target, act.wording)
    if line.place != "questions":
        return line.text in faq.out_of_scope.get(line.place, ())
    return act.target in faq.intents and line.text in faq.intents[act.target].questions


def known(faq: Faq, target: str, text: str) -> bool:
    """Tell whether the intent `target` has learned this wording already."""
    wanted = bare(text)
    return any(bare(wording) == wanted for some in faq.intents[target].wordings() for wording in some)


def _text(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return ""


def _stamp(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_STAMP]


def difference(before: str, after: str, file: Path) -> str:
    """Return what differs between two texts of `file`, as lines with + and - below its name."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=1, lineterm="")
    body = [line for line in lines if not line.startswith(("---", "+++"))]
    return "\n".join([file.as_posix(), *body])
