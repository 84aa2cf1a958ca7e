"""Keep the dialogue on the newest valid knowledge: train when it changes, go on with the old when it is broken.

What serves is always a published version: a model with the knowledge it was trained on. Saved YAML becomes a version
when it is valid and the gate lets its model pass; until then the last version goes on serving, after a restart too.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import subprocess
import sys
import threading
from pathlib import Path
from typing import TypeAlias

from bot.delivery.outage import Outage
from bot.delivery.reminders import remind_daily
from bot.dialogue.dialogue import Dialogue
from faq.acceptance import accept, accepted
from faq.checking.causes import gather
from faq.knowledge.types import Faq
from faq.load import FaqError, load
from faq.reading.files import signature
from faq.said import said
from intents.classifier.model import Model, ModelError
from intents.features.words import Words
from intents.registry.registry import Registry

log = logging.getLogger(__name__)

TRAIN = (sys.executable, "-m", "bot.delivery.training")

REFUSED = 3
"""Exit code of a training whose model the gate refused."""

ATTEMPTS = 3
"""Trainings in a row after which a folder that changes meanwhile is given up."""

PAUSE = 1.0
"""Seconds between two looks at the folder; what has changed must be the same at the second, so that it is complete."""

Seen: TypeAlias = tuple[object, str | None]
"""What a look found: everything below the folder, and the active version."""

_SHOWN = 20
"""Lines of a refusal that are logged, of hundreds after a large edit."""


class TrainingError(Exception):
    """Raised when the training process failed; its own output has said why."""


class RefusedError(Exception):
    """Raised when the gate refused a model of the knowledge as it stands; the active version stays in use."""


def open_model(faq_folder: Path, data: Path, *, quiet: bool = False) -> Model:
    """Return the model of the knowledge in `faq_folder`, training it first if it is not there yet.

    Training runs in a process of its own, which leaves this one small and able to answer. Raises FaqError,
    TrainingError, RefusedError.
    """
    registry = Registry(data)
    for _ in range(ATTEMPTS):
        faq = load(faq_folder, known_good=accepted(data / "cache"), published=registry.published())
        accept(faq, data / "cache")
        if model := _active(registry, faq, data / "cache"):
            return model
        if refusal := registry.refused(faq.fingerprint):
            raise RefusedError(refusal.reason)
        train(faq_folder, data, quiet=quiet)
        if model := _active(registry, faq, data / "cache"):  # of the very knowledge that was read: it is not read again
            return model
    raise TrainingError(f"{faq_folder}: changed {ATTEMPTS} times while it was trained on; save it and start again")


def _active(registry: Registry, faq: Faq, cache: Path) -> Model | None:
    """Return the active model if it was trained on `faq`; None: it was not, or it is damaged, and the log says how."""
    if registry.serves() != faq.fingerprint:
        return None
    try:
        return registry.load(faq, Words(faq, cache))
    except ModelError as error:
        log.warning("%s", error)
        return None


def train(faq_folder: Path, data: Path, *, quiet: bool = False) -> None:
    """Train and publish in a process of its own, unless the gate refuses.

    Raises TrainingError, and OSError if there is no place for what comes of it.
    """
    Registry(data).make_room()
    command = [*TRAIN, str(faq_folder.resolve()), str(data.resolve()), *(["--quiet"] if quiet else [])]
    done = subprocess.run(  # noqa: S603 - our own interpreter on our own module
        command, cwd=Path(__file__).parents[2], stdin=subprocess.DEVNULL, check=False
    )
    if done.returncode not in (0, REFUSED):
        raise TrainingError(f"training ended with exit code {done.returncode}; its messages stand above")


def serving_model(faq_folder: Path, data: Path, *, despite: tuple[type[Exception], ...]) -> Model:
    """Return the model of the knowledge as it stands; where that fails with one of `despite`, the last version.

    Says in the log why, and raises what failed if there is no such version.
    """
    try:
        return open_model(faq_folder, data)
    except despite as error:
        registry = Registry(data)
        try:
            model = registry.open()
        except ModelError as damaged:
            log.warning("%s", damaged)
            if not isinstance(error, RefusedError):
                raise error from damaged
            registry.forget_refusal()  # what it was refused against is gone, so there is nothing left to lose
            return open_model(faq_folder, data)
        _explain(error)
        return model


class Live:
    """The dialogue in use; swapped as a whole by one assignment."""

    def __init__(self, faq_folder: Path, data: Path) -> None:
        """Load the knowledge, training if needed; where it is wrong or was refused, the last version serves.

        Raises FaqError, TrainingError, RefusedError if there is no such version.
        """
        self._faq_folder = faq_folder
        self._registry = Registry(data)
        self._data = data
        self._seen: Seen = None, None
        with contextlib.suppress(OSError):  # no such folder: a version published before may serve
            self._seen = self._look()  # before it is read, so that a save in between is noticed
        despite = (FaqError, TrainingError, RefusedError, OSError)
        self.dialogue = Dialogue(serving_model(faq_folder, data, despite=despite))
        """The newest dialogue; read it once for each message."""
        self._seen = self._seen[0], self._registry.active()
        self.reloads = 0
        """How often knowledge was taken over since the start."""
        self.refused = 0
        """How often it could not be."""

    def reload(self) -> bool:
        """Take over the knowledge as it stands now; on any mistake keep the old one and return False."""
        seen = self._seen
        try:
            seen = self._look()
            model = open_model(self._faq_folder, self._data, quiet=True)
            dialogue = Dialogue(model)
        except Exception as error:  # noqa: BLE001 - whatever it was, the watch must go on: the next save may mend it
            self._seen = seen
            self.refused += 1
            _explain(error)
            return False
        self.dialogue = dialogue
        self.reloads += 1
        version = self._registry.active()
        self._seen = seen[0], version
        log.info("new knowledge is in use: %s, %s", version, model.faq.fingerprint[:12])
        return True

    @property
    def folders(self) -> tuple[Path, Path]:
        """Folder of the knowledge, and the data folder."""
        return self._faq_folder, self._registry.folder.parent

    def _look(self) -> Seen:
        """Return what stands in the folder, with the losses released, and which version is active.

        Raises OSError if the folder is gone.
        """
        return (signature(self._faq_folder), self._registry.released()), self._registry.active()

    def watch(self, stop: threading.Event) -> None:
        """Start threads that reload after each save in the folder and remind admins daily, until `stop` is set."""
        reminded = (lambda: self.dialogue.faq, stop, dt.datetime.now)
        threading.Thread(target=remind_daily, args=reminded, name="faq-reminders", daemon=True).start()
        threading.Thread(target=self._watch, args=(stop,), name="faq-watch", daemon=True).start()

    def _watch(self, stop: threading.Event) -> None:
        """Look again and again until `stop` is set; take over what differs once it has stood still for a `PAUSE`.

        Looking sees what the system's notices leave out: folders moved in or out, links swapped as in a mounted
        ConfigMap, network disks, a folder put in place of the one watched. A look takes some 2 ms.
        """
        outage = Outage(log, "saved knowledge is not noticed (%s)", "saved knowledge is noticed again")
        before = self._seen
        while not stop.wait(PAUSE):
            try:
                now = self._look()
            except Exception as error:  # noqa: BLE001 - the folder is gone: it may come back
                outage.begin(type(error).__name__)
                continue
            outage.end()
            if now == before and now != self._seen:
                self.reload()
            before = now


def _cut(reason: str) -> str:
    """Return the beginning of a refusal and its last line, which says what to do: `ask` prints both with each reply."""
    lines = reason.splitlines()
    hidden = len(lines) - _SHOWN - 1
    if hidden <= 0:
        return reason
    return "\n".join([*lines[:_SHOWN], f"  and {hidden} more lines; all of them: python run_bot.py report", lines[-1]])


def _explain(error: Exception) -> None:
    """Log why the old knowledge stays in use, and what an admin can do about it."""
    match error:
        case FaqError():
            count = len(gather(error.mistakes))
            log.error("%s\n%s", said("kept_old", count=count).say(), error.say())
        case RefusedError():
            log.error(
                "the saved FAQ was refused; the old knowledge stays in use, its answers too\n%s", _cut(str(error))
            )
        case _:
            kind = type(error).__name__
            log.error("the FAQ could not be taken over; the old knowledge stays in use: %s: %s", kind, error)
