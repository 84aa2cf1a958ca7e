"""What the examples in docstrings name: objects that know the knowledge base, each made when one first needs it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from faq.knowledge.types import Faq
from faq.load import load
from intents.distress.concepts import Concepts
from intents.distress.danger import Hints
from intents.entities.subjects import Subjects
from intents.interpret.corrections import Corrections


@functools.cache
def _faq() -> Faq:
    return load(Path(__file__).parent.parent / "faq")


class _Made:
    """Stands for an object until something of it is used."""

    def __init__(self, make: Callable[[Faq], object]) -> None:
        """Take what makes it."""
        self._make = functools.cache(lambda: make(_faq()))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._make(), name)


@pytest.fixture(autouse=True, scope="session")
def _named(doctest_namespace: dict[str, Any]) -> None:
    doctest_namespace["hints"] = _Made(Hints)
    doctest_namespace["concepts"] = _Made(lambda faq: Concepts(faq.cues))
    doctest_namespace["subjects"] = _Made(Subjects)
    doctest_namespace["corrections"] = _Made(lambda faq: Corrections(faq.cues))
