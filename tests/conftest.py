"""Shared by all tests: the real knowledge base, one real model trained on it, and folders to break."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.dialogue import Dialogue
from faq.knowledge import Faq
from faq.load import load
from intents.model import Model
from intents.registry import Registry
from intents.train import train
from intents.words import Words

ROOT = Path(__file__).parent.parent
FAQ = ROOT / "faq"


@pytest.fixture(scope="session")
def faq() -> Faq:
    return load(FAQ)


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="session")
def words(faq: Faq, data: Path) -> Words:
    return Words(faq, data / "cache")


@pytest.fixture(scope="session")
def model(faq: Faq, words: Words, data: Path) -> Model:
    trained = train(faq, words)
    Registry(data).publish(trained)
    return trained


@pytest.fixture(scope="session")
def dialogue(model: Model) -> Dialogue:
    return Dialogue(model)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the knowledge base that a test may break."""
    copy = tmp_path / "faq"
    shutil.copytree(FAQ, copy, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return copy
