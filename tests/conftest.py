"""Shared by all tests: the real knowledge base, one real model trained on it, and folders to break."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
import yaml

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


SMALL = ("dibao.apply", "dibao.materials", "dibao.amount", "dibao.timeline", "chat.greeting", "chat.crisis")


@pytest.fixture
def small_folder(folder: Path) -> Path:
    """A valid knowledge base of six intents, trained in a second."""
    for path in (folder / "topics").glob("*/*.yaml"):
        if f"{path.parent.name}.{path.stem}" not in SMALL:
            path.unlink()
            continue
        text = path.read_text("utf-8")
        path.write_text(re.sub(r"^related: .*$", "related: []", text, flags=re.MULTILINE), encoding="utf-8")
    topics = yaml.safe_load((folder / "topics.yaml").read_text("utf-8"))
    kept = {name: {**topics[name], "featured": []} for name in ("dibao", "chat")}
    (folder / "topics.yaml").write_text(yaml.safe_dump(kept, allow_unicode=True), encoding="utf-8")
    cues = yaml.safe_load((folder / "cues.yaml").read_text("utf-8"))
    cues["subjects"] = {key: words for key, words in cues["subjects"].items() if key in (*kept, *SMALL)}
    (folder / "cues.yaml").write_text(yaml.safe_dump(cues, allow_unicode=True), encoding="utf-8")
    declined = yaml.safe_load((folder / "out_of_scope.yaml").read_text("utf-8"))
    few = {kind: questions[:40] for kind, questions in declined.items()}
    (folder / "out_of_scope.yaml").write_text(yaml.safe_dump(few, allow_unicode=True), encoding="utf-8")
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the knowledge base that a test may break."""
    copy = tmp_path / "faq"
    shutil.copytree(FAQ, copy, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return copy
