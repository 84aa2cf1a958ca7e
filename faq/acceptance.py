"""Remember which knowledge has passed which checks, so that the same bytes are not checked at every start."""

from __future__ import annotations

import contextlib
import functools
import hashlib
from importlib.metadata import version
from pathlib import Path

from faq.knowledge.types import Faq
from faq.reading.suspects import SUSPECTS

_LIBRARIES = ("pydantic", "pyyaml")
"""Libraries whose version changes what passes."""


def mark(fingerprint: str) -> str:
    """Return the mark of knowledge that has passed these very checks; another version of the checks makes another."""
    return hashlib.sha256(f"{fingerprint} {_checks()}".encode()).hexdigest()


def accepted(cache: Path) -> str | None:
    """Return the mark kept in folder `cache`; None: none was kept, or it cannot be read."""
    with contextlib.suppress(OSError, UnicodeDecodeError):
        return _file(cache).read_text(encoding="ascii").strip()
    return None


def accept(faq: Faq, cache: Path) -> None:
    """Keep the mark of `faq`, which `load` has let pass; a disk that cannot take it costs only time."""
    made = mark(faq.fingerprint)
    if accepted(cache) != made:
        with contextlib.suppress(OSError):
            cache.mkdir(parents=True, exist_ok=True)
            _file(cache).write_text(f"{made}\n", encoding="ascii")


def _file(cache: Path) -> Path:
    return cache / "accepted"


@functools.cache
def _checks() -> str:
    """Return a digest of the code that checks."""
    digest = hashlib.sha256(" ".join(f"{name} {version(name)}" for name in _LIBRARIES).encode())
    for module in (*sorted(Path(__file__).parent.rglob("*.py")), SUSPECTS):
        digest.update(module.read_bytes())
    return digest.hexdigest()
