"""Keep the dialogue on the newest valid knowledge: train when it changes, go on with the old when it is broken."""

from __future__ import annotations

import datetime as dt
import logging
import subprocess
import sys
import threading
from pathlib import Path

from watchfiles import watch

from bot.dialogue import Dialogue
from bot.reminders import remind_daily
from faq.acceptance import accept, accepted
from faq.load import FaqError, load
from intents.model import Model, ModelError
from intents.registry import Registry
from intents.words import Words

log = logging.getLogger(__name__)

TRAIN = (sys.executable, "-m", "intents.train")

ATTEMPTS = 3
"""Trainings in a row after which a folder that changes meanwhile is given up."""


class TrainingError(Exception):
    """Raised when the training process failed; its own output has said why."""


def open_model(faq_folder: Path, data: Path, *, quiet: bool = False) -> Model:
    """Return the model of the knowledge in `faq_folder`, training it first if it is not there yet.

    Training runs in a process of its own, which leaves this one small. Raises FaqError, TrainingError.
    """
    registry = Registry(data)
    for _ in range(ATTEMPTS):
        served = registry.serves()
        faq = load(faq_folder, known_good=accepted(data / "cache"))
        accept(faq, data / "cache")
        if served == faq.fingerprint:
            try:
                return registry.load(faq, Words(faq, data / "cache"))
            except ModelError as error:
                log.warning("%s", error)
        train(faq_folder, data, quiet=quiet)
    raise TrainingError(f"{faq_folder}: changed {ATTEMPTS} times while it was trained on; save it and start again")


def train(faq_folder: Path, data: Path, *, quiet: bool = False) -> None:
    """Train and publish in a process of its own. Raises TrainingError."""
    command = [*TRAIN, str(faq_folder.resolve()), str(data.resolve()), *(["--quiet"] if quiet else [])]
    done = subprocess.run(  # noqa: S603 - our own interpreter on our own module
        command, cwd=Path(__file__).parent.parent, stdin=subprocess.DEVNULL, check=False
    )
    if done.returncode:
        raise TrainingError(f"training ended with exit code {done.returncode}; its messages stand above")


class Live:
    """The dialogue in use; swapped as a whole by one assignment."""

    def __init__(self, faq_folder: Path, data: Path) -> None:
        """Load the knowledge, training if needed. Raises FaqError, TrainingError."""
        self._faq_folder = faq_folder
        self._data = data
        self.dialogue = Dialogue(open_model(faq_folder, data))
        """The newest dialogue; read it once for each message."""
        self.reloads = 0
        """How often knowledge was taken over since the start."""
        self.refused = 0
        """How often it could not be."""

    def reload(self) -> bool:
        """Take over the knowledge as it stands now; on any mistake keep the old one and return False."""
        try:
            model = open_model(self._faq_folder, self._data, quiet=True)
            dialogue = Dialogue(model)
        except FaqError as error:
            self.refused += 1
            log.error("the FAQ has %d mistakes; the old knowledge stays in use\n%s", len(error.mistakes), error)
            return False
        except Exception as error:  # whatever it was, the watch must go on: the next save may mend it
            self.refused += 1
            log.error(
                "the FAQ could not be taken over; the old knowledge stays in use: %s: %s", type(error).__name__, error
            )
            return False
        self.dialogue = dialogue
        self.reloads += 1
        log.info("new knowledge is in use: %s", model.faq.fingerprint[:12])
        return True

    def watch(self, stop: threading.Event) -> None:
        """Start threads that reload after each save in the folder and remind admins daily, until `stop` is set."""
        reminded = (lambda: self.dialogue.faq, stop, dt.datetime.now)
        threading.Thread(target=remind_daily, args=reminded, name="faq-reminders", daemon=True).start()
        threading.Thread(target=self._watch, args=(stop,), name="faq-watch", daemon=True).start()

    def _watch(self, stop: threading.Event) -> None:
        for changes in watch(self._faq_folder, stop_event=stop, rust_timeout=1_000, debounce=1_000):
            if any(name.endswith((".yaml", ".yml")) for _, name in changes):
                self.reload()
