"""Say once that something is out of order and once that it is well again, however often it is tried meanwhile."""

from __future__ import annotations

import logging


class Outage:
    """Whether something is out of order."""

    def __init__(self, log: logging.Logger, gone: str, back: str) -> None:
        """Take what is logged, with %-placeholders for what is told at the time."""
        self._log = log
        self._gone = gone
        self._back = back
        self.is_on = False
        """Whether the last attempt failed."""

    def begin(self, *told: object) -> None:
        """Note a failure; the first one is logged."""
        if not self.is_on:
            self.is_on = True
            self._log.error(self._gone, *told)

    def end(self, *told: object) -> None:
        """Note a success; the first one after a failure is logged."""
        if self.is_on:
            self.is_on = False
            self._log.info(self._back, *told)
