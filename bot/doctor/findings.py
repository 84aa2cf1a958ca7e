"""What a check found, and checks that end in bounded time whatever they wait for."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from enum import Enum

from faq.said import Language, Said, said

PATIENCE = 120.0
"""Seconds after which a check that has not ended is given up; new knowledge takes ten, on a busy machine thirty."""


class State(Enum):
    """How something is; the value is its key in messages.yaml."""

    OK = "doctor_ok"
    """Nothing is to be done."""
    WARNING = "doctor_warning"
    """The bot serves, but not all is as it should be, or it could not be looked at."""
    WRONG = "doctor_wrong"
    """Residents go without answers because of it, or will soon; the exit code is 1."""


class Subject(Enum):
    """What is looked at; the value is its key in messages.yaml, and without `doctor_` its name in JSON."""

    SETTINGS = "doctor_settings"
    DISK = "doctor_disk"
    PERMISSIONS = "doctor_permissions"
    DATABASE = "doctor_database"
    FAQ = "doctor_faq"
    MODEL = "doctor_model"
    HOLIDAYS = "doctor_holidays"
    PORTS = "doctor_ports"
    DNS = "doctor_dns"
    PROXY = "doctor_proxy"
    NETWORK = "doctor_network"
    CLOCK = "doctor_clock"
    TOKEN = "doctor_token"  # noqa: S105 - a key
    WEBHOOK = "doctor_webhook"
    CERTIFICATE = "doctor_certificate"


@dataclass(frozen=True)
class Finding:
    """What was found of one subject."""

    subject: Subject
    """What was looked at."""
    state: State
    """How it is."""
    what: Said
    """What was seen, in one line."""
    remedy: Said | None = None
    """What to do about it, in one line; None: nothing."""

    def line(self, language: Language) -> str:
        """Return the finding as a line for an admin."""
        says = said("doctor_says", subject=said(self.subject.value), what=self.what)
        line = said("doctor_line", state=said(self.state.value), says=says)
        return (said("doctor_do", line=line, remedy=self.remedy) if self.remedy else line).say(language)

    def as_json(self, language: Language) -> dict[str, str | None]:
        """Return the finding as scripts read it."""
        return {
            "check": self.subject.value.removeprefix("doctor_"),
            "state": self.state.value.removeprefix("doctor_"),
            "what": self.what.say(language),
            "remedy": self.remedy.say(language) if self.remedy else None,
        }


Look = Callable[[], Iterable[Finding]]
"""Looks at something; may raise whatever it likes, and may wait for ever."""


def fine(subject: Subject, what: Said) -> Finding:
    """Return a finding about which nothing is to be done."""
    return Finding(subject, State.OK, what)


def warning(subject: Subject, what: Said, remedy: Said | None = None) -> Finding:
    """Return a finding with which the bot serves all the same."""
    return Finding(subject, State.WARNING, what, remedy)


def wrong(subject: Subject, what: Said, remedy: Said) -> Finding:
    """Return a finding with which the bot does not serve."""
    return Finding(subject, State.WRONG, what, remedy)


def all_of(looks: Iterable[tuple[Subject, Look]], patience: float = PATIENCE) -> list[Finding]:
    """Return what `looks` find, in their order; they look side by side, and one not done after `patience` s is wrong.

    What a look raises is a finding too, by the kind of the error alone: its text may quote an address.
    """
    end = time.monotonic() + patience
    begun = [(subject, _begin(look)) for subject, look in looks]
    found: list[Finding] = []
    for subject, future in begun:
        try:
            found += future.result(max(0.0, end - time.monotonic()))
        except TimeoutError:
            what = said("doctor_no_answer", seconds=f"{patience:g}")
            found.append(wrong(subject, what, said("doctor_no_answer_remedy")))
        except Exception as error:  # noqa: BLE001 - the other findings are wanted all the same
            found.append(
                wrong(subject, said("doctor_failed", error=type(error).__name__), said("doctor_failed_remedy"))
            )
    return found


def _begin(look: Look) -> Future[list[Finding]]:
    """Start `look` in a thread that does not keep the program from ending."""
    future: Future[list[Finding]] = Future()

    def run() -> None:
        try:
            future.set_result(list(look()))
        except BaseException as error:  # noqa: BLE001 - handed to whoever waits
            future.set_exception(error)

    threading.Thread(target=run, name="doctor", daemon=True).start()
    return future
