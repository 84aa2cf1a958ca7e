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

from bot.desk.history import History
from bot.desk.lines import Line, added, removed, stands
from bot.store.desk.acts import Act
from faq.acceptance import accept, accepted
from faq.checking.causes import gather
from faq.knowledge.text import bare
from faq.knowledge.types import Faq
from faq.load import FaqError, validate
from faq.reading.folder import fingerprint, open_folder
from faq.said import SaidError
from intents.classifier.model import ModelError
from intents.registry.checksums import write_atomically
from intents.registry.registry import Registry
from intents.registry.rollback import compare, roll_back

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


class Publisher:
    """Edits one folder of knowledge, which the running bot watches. What it does takes a while: call it in a thread."""

    def __init__(self, folder: Path, data: Path) -> None:
        """Take the folder of the knowledge and the data folder."""
        self._folder, self._data = folder, data
        self.registry = Registry(data)
        """Published versions."""
        self.history = History(folder, data)
        """Commits."""
        self._shown: dict[str, str] = {}

    def preview(self, line: Line) -> Preview:
        """Return what `line` would change. Raises SaidError where it cannot be put there, OSError."""
        before = self._read(line.file)
        stamp = _stamp(before)
        self._remember(stamp, before)
        return Preview(_diff(before, added(before, line), line.file), stamp)

    def changed_since(self, line: Line, stamp: str) -> str | None:
        """Return what of the file has changed since it was shown with `stamp`; None: nothing; empty: not known what."""
        now = self._read(line.file)
        if _stamp(now) == stamp:
            return None
        return _diff(self._shown[stamp], now, line.file) if stamp in self._shown else ""

    def stands(self, line: Line) -> bool:
        """Tell whether `line` stands in the folder. Raises SaidError, OSError."""
        return stands(self._read(line.file), line)

    def published(self, line: Line) -> bool:
        """Tell whether `line` stands in the knowledge that the version in use was trained on."""
        try:
            return stands(
                _decoded((self.registry.knowledge(self.registry.active() or "") / line.file).read_bytes()), line
            )
        except (ModelError, OSError):
            return False

    def wrong(self, lines: Sequence[Line]) -> str | None:
        """Return the first mistake that the knowledge would have with `lines` in it; None: none.

        What is looked through here need not be looked through again when it is saved.
        """
        with tempfile.TemporaryDirectory() as draft:
            copy = Path(draft) / "faq"
            shutil.copytree(self._folder, copy, ignore=shutil.ignore_patterns("*.py", "__pycache__", ".*"))
            try:
                for line in lines:
                    text = _decoded((copy / line.file).read_bytes())
                    (copy / line.file).write_bytes(added(text, line).encode())
                cache = self._data / "cache"
                accept(validate(open_folder(copy), accepted(cache), self.registry.published()), cache)
            except SaidError as error:
                return error.said.say()
            except FaqError as error:
                cause = gather(error.mistakes)[0]
                return cause.say("zh").replace(f"{copy}/", "")
        return None

    def save(self, lines: Sequence[Line]) -> None:
        """Put `lines` into the folder; each file holds the old text or the new one. Raises SaidError, OSError."""
        with self._alone():
            for line in lines:
                text = self._read(line.file)
                if not stands(text, line):
                    write_atomically(self._folder / line.file, added(text, line).encode())

    def take_back(self, lines: Sequence[Line]) -> None:
        """Take `lines` out of the folder; what else was changed meanwhile stays. Raises SaidError, OSError."""
        with self._alone():
            for line in lines:
                text = self._read(line.file)
                if stands(text, line):
                    write_atomically(self._folder / line.file, removed(text, line).encode())

    def refusal(self) -> list[str] | None:
        """Return the questions lost at the gate by the knowledge as it stands; None: it was not refused."""
        refused = self.registry.refused(fingerprint(self._folder))
        if refused is None:
            return None
        lost = dict.fromkeys(found[1] for found in _LOST.finditer(refused.reason))
        return list(lost)[:_QUOTED] or [""]

    def undo(self, act: Act) -> bool:
        """Take back what `act` has published; tell whether the version before serves again, without a training.

        Only where nothing but this line was published in that version, and nothing since. Raises SaidError, OSError.
        """
        line = Line.of(act.target, act.wording)
        before = self._before(act, line)
        if before is None:
            self.take_back([line])
            return False
        roll_back(self.registry, self._folder, self._data, before)
        return True

    def _before(self, act: Act, line: Line) -> str | None:
        registry, active = self.registry, self.registry.active()
        if active is None or active != act.version or compare(self._folder, registry.knowledge(active)).files:
            return None
        before = registry.publication(active).replaces
        if before is None or before not in registry.versions():
            return None
        old, new = registry.knowledge(before), registry.knowledge(active)
        if compare(old, new).files != (line.file.as_posix(),):
            return None
        text = _decoded((old / line.file).read_bytes())
        return before if added(text, line) == _decoded((new / line.file).read_bytes()) else None

    def _read(self, file: Path) -> str:
        return _decoded((self._folder / file).read_bytes())

    def _remember(self, stamp: str, text: str) -> None:
        self._shown[stamp] = text
        while len(self._shown) > _REMEMBERED:
            del self._shown[next(iter(self._shown))]

    def _alone(self) -> FileLock:
        self._data.mkdir(parents=True, exist_ok=True)
        return FileLock(self._data / _LOCK, timeout=_PATIENCE)


_REMEMBERED = 20
"""Texts of files remembered as they were shown."""


def serves(faq: Faq, act: Act) -> bool:
    """Tell whether the knowledge in use has learned what `act` adds."""
    line = Line.of(act.target, act.wording)
    if line.place != "questions":
        return line.text in faq.out_of_scope.get(line.place, ())
    return act.target in faq.intents and line.text in faq.intents[act.target].questions


def known(faq: Faq, target: str, text: str) -> bool:
    """Tell whether the intent `target` has learned this wording already."""
    wanted = bare(text)
    return any(bare(wording) == wanted for some in faq.intents[target].wordings() for wording in some)


def _decoded(content: bytes) -> str:
    return content.decode("utf-8")


def _stamp(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_STAMP]


def _diff(before: str, after: str, file: Path) -> str:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=1, lineterm="")
    body = [line for line in lines if not line.startswith(("---", "+++"))]
    return "\n".join([file.as_posix(), *body])
