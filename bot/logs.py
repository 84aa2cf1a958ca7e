"""Logging that never shows the token, whoever writes the line."""

from __future__ import annotations

import logging
from collections.abc import Callable


class _Redacting(logging.Formatter):
    def __init__(self, secret: str, worded: Callable[[str], str]) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._secret = secret
        self._worded = worded

    def format(self, record: logging.LogRecord) -> str:
        text = self._worded(super().format(record))
        return text.replace(self._secret, "<secret>") if self._secret else text


def start_logging(level: int = logging.INFO, *, secret: str = "", worded: Callable[[str], str] = str) -> None:
    """Log to standard error from `level` up; `secret` is taken out of every line, tracebacks too.

    `worded` may word a line otherwise: so that a command in it can be typed as it stands.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(_Redacting(secret, worded))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in ("httpx", "httpcore", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)  # they log every address they ask, and every step they take
