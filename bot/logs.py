"""Logging that never shows the token, whoever writes the line."""

from __future__ import annotations

import logging


class _Redacting(logging.Formatter):
    def __init__(self, secret: str) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._secret = secret

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        return text.replace(self._secret, "<secret>") if self._secret else text


def start_logging(level: int = logging.INFO, *, secret: str = "") -> None:
    """Log to standard error from `level` up; `secret` is taken out of every line, tracebacks too."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Redacting(secret))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in ("httpx", "httpcore", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)  # they log every address they ask, and every step they take
