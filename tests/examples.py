"""The real knowledge base, for tests and for the examples in docstrings, which name objects that know it."""

from __future__ import annotations

import functools
import hashlib
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from faq.acceptance import accept, accepted
from faq.knowledge.types import Faq
from faq.load import load
from intents.distress.concepts import Concepts
from intents.distress.danger import Hints
from intents.entities.subjects import Subjects
from intents.interpret.corrections import Corrections

ROOT = Path(__file__).parent.parent
FAQ = ROOT / "faq"

MAKERS = tuple(ROOT / "tests" / name for name in ("conftest.py", "examples.py", "faq/test_admin_mistakes.py"))
"""Files with functions that make what is kept from one run to the next."""

RUNS_KEPT = 3
"""Folders of what was made that are kept: of this state of the files, and of those before it."""


@functools.cache
def _knowledge(shared: Path) -> Faq:
    """Return the real knowledge base; of the processes of one run the first checks it for all."""
    with FileLock(shared / "knowledge.lock"):
        faq = load(FAQ, known_good=accepted(shared))
        accept(faq, shared)
        return faq


@pytest.fixture(scope="session")
def shared(pytestconfig: pytest.Config) -> Path:
    """A folder for what costs seconds (`made_once`): of all processes of a run, and of runs on the very same files."""
    made: Path = pytestconfig.cache.mkdir("made")
    with FileLock(made / "lock"):
        own = made / _state()
        own.mkdir(exist_ok=True)
        own.touch()
        for old in sorted((one for one in made.iterdir() if one.is_dir()), key=_touched)[:-RUNS_KEPT]:
            shutil.rmtree(old, ignore_errors=True)
    return own


def _touched(folder: Path) -> float:
    return folder.stat().st_mtime


def _state() -> str:
    """Return a digest of all files that decide what is made: a byte more makes all of it anew."""
    digest = hashlib.sha256(sys.version.encode())
    folders = [path for floor in ("faq", "intents") for path in sorted((ROOT / floor).rglob("*.*"))]
    for path in (*folders, *MAKERS, *sorted(ROOT.glob("requirements*.txt"))):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(f"{path.relative_to(ROOT)} {path.stat().st_size} ".encode() + path.read_bytes())
    return digest.hexdigest()[:20]


@pytest.fixture(scope="session")
def faq(shared: Path) -> Faq:
    return _knowledge(shared)


class _Made:
    """Stands for an object until something of it is used."""

    def __init__(self, make: Callable[[Faq], object], shared: Path) -> None:
        """Take what makes it, and the folder that processes share."""
        self._make = functools.cache(lambda: make(_knowledge(shared)))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._make(), name)


@pytest.fixture(autouse=True, scope="session")
def _named(doctest_namespace: dict[str, Any], shared: Path) -> None:
    doctest_namespace["hints"] = _Made(Hints, shared)
    doctest_namespace["concepts"] = _Made(lambda faq: Concepts(faq.cues), shared)
    doctest_namespace["subjects"] = _Made(Subjects, shared)
    doctest_namespace["corrections"] = _Made(lambda faq: Corrections(faq.cues), shared)
