"""Say on standard error how far a training is, every few seconds, so that nobody takes it for dead."""

from __future__ import annotations

import contextlib
import threading
import time
from types import TracebackType

import click

EVERY = 5.0
"""Seconds between two lines."""


class Progress:
    """A line when a training begins, one every `EVERY` seconds, and one when it is done; in a terminal or a log alike.

    `quiet`: none. Whoever reads them may go away; the training goes on.
    """

    def __init__(self, steps: int, *, quiet: bool = False) -> None:
        self._steps, self._quiet = steps, quiet
        self._done, self._began = 0, time.monotonic()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._tell, name="progress", daemon=True)

    def __enter__(self) -> Progress:
        self._say("training the classifier, which takes a minute or two on two free cores")
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._ended.set()
        self._thread.join()
        if kind is None:
            self._say(f"training: done after {self._seconds()} s")

    def step(self, _name: str = "") -> None:
        """Count one more step as done."""
        self._done += 1

    def _tell(self) -> None:
        while not self._ended.wait(EVERY):
            self._say(f"training: {self._done} of {self._steps} steps, {self._seconds()} s")

    def _seconds(self) -> int:
        return round(time.monotonic() - self._began)

    def _say(self, line: str) -> None:
        if not self._quiet:
            with contextlib.suppress(OSError, ValueError):  # nobody reads, or the stream is closed
                click.echo(line, err=True)
