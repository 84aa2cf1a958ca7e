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
from intents.publish import train_and_publish
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
    return make_small(folder)


@pytest.fixture(scope="session")
def small_trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small knowledge base in `faq` and its first published version in `var`; copy it, do not touch."""
    root = tmp_path_factory.mktemp("small")
    copy_of_faq(root / "faq")
    make_small(root / "faq")
    train_and_publish(root / "faq", root / "var", quiet=True)
    return root


@pytest.fixture
def small(small_trained: Path, tmp_path: Path) -> Path:
    """A copy of `small_trained` that a test may change."""
    shutil.copytree(small_trained, tmp_path / "small")
    return tmp_path / "small"


def make_small(folder: Path) -> Path:
    """Cut the knowledge base in `folder` down to six intents."""
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
    golden = folder / "golden.tsv"
    if golden.exists():
        lines = golden.read_text("utf-8").splitlines(keepends=True)
        golden.write_text("".join(line for line in lines if line.split("\t")[0] in (*SMALL, "oos")), encoding="utf-8")
    few = {kind: questions[:40] for kind, questions in declined.items()}
    (folder / "out_of_scope.yaml").write_text(yaml.safe_dump(few, allow_unicode=True), encoding="utf-8")
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the knowledge base that a test may break."""
    return copy_of_faq(tmp_path / "faq")


def copy_of_faq(target: Path) -> Path:
    """Copy the real knowledge base to `target`."""
    shutil.copytree(FAQ, target, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return target
