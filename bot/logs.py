"""Logging that never shows a secret, whoever writes the line: tokens, passwords, what stands before an @."""

from __future__ import annotations

import datetime as dt
import json
import logging
import re
import sys
import threading
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Literal

_SHORTEST = 4
"""Characters of the shortest secret that is looked for by itself: a shorter one would hide half of every word."""

_PATTERNS = (
    (re.compile(r"(?<=://)\S{0,500}@"), "***@"),  # to the last @, for a password may hold one
    (re.compile(r"(?<!\d)\d{5,16}(?::|%3A)[\w-]{20,100}", re.ASCII | re.IGNORECASE), "<secret>"),  # a bot's token
    (
        re.compile(
            r"(?i)\b(\w{0,20}(?:pass|passwd|password|pwd|token|secret|apikey|api_key)\w{0,10} ?[=:] ?)"
            r"('[^'\n]{0,500}'|\"[^\"\n]{0,500}\"|[^\s&'\"]{1,500})"
        ),
        r"\1***",
    ),
)
"""Secrets known by their surroundings; each is bounded, so that no line costs more than its length."""


def hide(text: str, secrets: Iterable[str] = ()) -> str:
    """Return `text` without `secrets`, and without what looks like one.

    >>> hide("cannot reach postgresql://u:first@second@host/db?password=third")
    'cannot reach postgresql://***@host/db?password=***'
    """
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= _SHORTEST:
            text = text.replace(secret, "<secret>")
    for pattern, instead in _PATTERNS:
        text = pattern.sub(instead, text)
    return text


class _Redacting(logging.Formatter):
    def __init__(self, secrets: Iterable[str], worded: Callable[[str], str]) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._secrets = frozenset(secrets)
        self._worded = worded

    def format(self, record: logging.LogRecord) -> str:
        return hide(self._worded(super().format(record)), self._secrets)


class _Structured(_Redacting):
    """One JSON object a line: time, level, logger, message and, of an error, its trace; nothing else of the record.

    Where it was called with which arguments is left out: arguments may be what only the message may show, redacted.
    """

    def format(self, record: logging.LogRecord) -> str:
        at = dt.datetime.fromtimestamp(record.created).astimezone().isoformat(timespec="milliseconds")
        line = {"time": at, "level": record.levelname, "logger": record.name}
        line["message"] = hide(self._worded(record.getMessage()), self._secrets)
        if record.exc_info:
            line["trace"] = hide(self.formatException(record.exc_info), self._secrets)
        return json.dumps(line, ensure_ascii=False)


def start_logging(
    level: int = logging.INFO,
    *,
    secrets: Iterable[str] = (),
    worded: Callable[[str], str] = str,
    form: Literal["text", "json"] = "text",
) -> None:
    """Log to standard error from `level` up; `secrets` are taken out of every line, tracebacks too.

    `worded` may word a line otherwise: so that a command in it can be typed as it stands.
    """
    handler = logging.StreamHandler()
    handler.setFormatter((_Structured if form == "json" else _Redacting)(secrets, worded))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in ("httpx", "httpcore", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)  # they log every address they ask, and every step they take
    sys.excepthook = _log_end
    threading.excepthook = _log_end_of_thread


def _log_end(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Log what ended the program: drivers quote the addresses and values that they were given."""
    if issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger("bot").critical("the program has ended by an error", exc_info=(kind, error, trace))


def _log_end_of_thread(end: threading.ExceptHookArgs) -> None:
    if end.exc_value is not None and not isinstance(end.exc_value, SystemExit):
        logging.getLogger("bot").critical(
            "a thread has ended by an error", exc_info=(end.exc_type, end.exc_value, end.exc_traceback)
        )
