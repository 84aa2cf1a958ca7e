"""The real knowledge base, for tests and for the examples in docstrings, which name objects that know it."""

from __future__ import annotations

import functools
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

FAQ = Path(__file__).parent.parent / "faq"


@functools.cache
def _knowledge(shared: Path) -> Faq:
    """Return the real knowledge base; of the processes of one run the first checks it for all."""
    with FileLock(shared / "knowledge.lock"):
        faq = load(FAQ, known_good=accepted(shared))
        accept(faq, shared)
        return faq


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder that the processes of one run share, so that what costs seconds is made once (`made_once`)."""
    own = tmp_path_factory.getbasetemp()
    return own if worker_id == "master" else own.parent


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
