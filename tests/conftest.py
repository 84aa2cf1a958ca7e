"""Shared by all tests: the real knowledge base, one real model trained on it, and folders to break."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from filelock import FileLock

from bot.dialogue.dialogue import Dialogue
from faq.acceptance import accept
from faq.knowledge.types import Faq
from faq.load import load
from intents.classifier.model import Model
from intents.features.words import Words
from intents.registry.publish import train_and_publish
from intents.registry.registry import Registry
from intents.training.train import train

ROOT = Path(__file__).parent.parent
FAQ = ROOT / "faq"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what `make quick` leaves out: whatever needs the model of the whole knowledge base, or starts processes."""
    for item in items:
        if isinstance(item, pytest.Function) and not {"data", "postgresql"}.isdisjoint(item.fixturenames):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session", autouse=True)
def _quick(pytestconfig: pytest.Config) -> None:
    """Refuse processes where only quick tests are asked for, so that none creeps in."""
    if pytestconfig.option.markexpr == "not slow":
        sys.addaudithook(_no_process)


def _no_process(event: str, arguments: tuple[object, ...]) -> None:
    if event == "subprocess.Popen":
        raise RuntimeError(f"a quick test starts {arguments[0]}; mark it with @pytest.mark.slow")


def made_once(target: Path, make: Callable[[Path], object]) -> Path:
    """Return folder `target`, made by whichever process comes first; the others wait for it."""
    with FileLock(f"{target}.lock"):
        if not target.exists():
            draft = target.with_suffix(".draft")
            make(draft)
            draft.rename(target)
    return target


@pytest.fixture(scope="session")
def data(shared: Path, faq: Faq, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This process's data folder, with a model of the real knowledge base that is trained once a run."""

    def make(draft: Path) -> None:
        Registry(draft).publish(train(faq, Words(faq, draft / "cache")))
        accept(faq, draft / "cache")

    trained = made_once(shared / "trained", make)
    own = tmp_path_factory.mktemp("data")
    shutil.copytree(trained, own, dirs_exist_ok=True)
    return own


@pytest.fixture(scope="session")
def words(faq: Faq, data: Path) -> Words:
    return Words(faq, data / "cache")


@pytest.fixture(scope="session")
def model(faq: Faq, words: Words, data: Path) -> Model:
    return Registry(data).load(faq, words)


@pytest.fixture(scope="session")
def dialogue(model: Model) -> Dialogue:
    return Dialogue(model)


SMALL = ("dibao.apply", "dibao.materials", "dibao.amount", "dibao.timeline", "chat.greeting", "chat.crisis")
DECLINED = 80
"""Questions to decline kept of each kind: with half as many, the threshold moves by a third for one line more."""
FEW = 12
"""Lines kept of each list of a small knowledge base that is learned from: trained in a second, not in ten."""


@pytest.fixture(scope="session")
def small_untouched(shared: Path) -> Path:
    """A folder with a small knowledge base in `faq` and its first published version in `var`; copy it, do not touch."""

    def make(draft: Path) -> None:
        make_small(copy_of_faq(draft / "faq"))
        train_and_publish(load(draft / "faq"), draft / "var", quiet=True)

    return made_once(shared / "small", make)


@pytest.fixture
def small_folder(small_untouched: Path, tmp_path: Path) -> Path:
    """A valid knowledge base of six intents, trained in a second."""
    return shutil.copytree(small_untouched / "faq", tmp_path / "faq")


@pytest.fixture
def small(small_untouched: Path, tmp_path: Path) -> Path:
    """A copy of `small_untouched` that a test may change."""
    return shutil.copytree(small_untouched, tmp_path / "small")


def make_small(folder: Path) -> Path:
    """Cut the knowledge base in `folder` down to six intents and a few lines of everything that is learned."""
    shutil.rmtree(folder / "conversations", ignore_errors=True)
    for path in (folder / "topics").glob("*/*.yaml"):
        if f"{path.parent.name}.{path.stem}" not in SMALL:
            path.unlink()
            continue
        text = path.read_text("utf-8")
        path.write_text(re.sub(r"^related: .*$", "related: []", text, flags=re.MULTILINE), encoding="utf-8")
    with rewritten(folder / "topics.yaml") as topics:
        for name in [name for name in topics if name not in ("dibao", "chat")]:
            del topics[name]
        for topic in topics.values():
            topic["featured"] = []
    with rewritten(folder / "cues.yaml") as cues:
        cues["subjects"] = {key: words for key, words in cues["subjects"].items() if key in ("dibao", "chat", *SMALL)}
    with rewritten(folder / "glossary.yaml") as glossary:
        for term in glossary.values():
            term["about"] = [intent for intent in term.get("about", ()) if intent in SMALL]
    with rewritten(folder / "out_of_scope.yaml") as declined:
        declined.update({kind: questions[:DECLINED] for kind, questions in declined.items()})
    with rewritten(folder / "emergencies.yaml") as emergencies:
        for emergency in emergencies.values():
            emergency.update({name: emergency[name][:FEW] for name in ("signs", "examples", "harmless")})
    golden = folder / "golden.tsv"
    lines = golden.read_text("utf-8").splitlines(keepends=True)
    golden.write_text("".join(line for line in lines if line.split("\t")[0] in (*SMALL, "oos")), encoding="utf-8")
    return folder


@contextmanager
def rewritten(path: Path) -> Iterator[dict[str, Any]]:
    """Yield what a YAML file says; what is made of it is written back."""
    content = yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
    yield content
    path.write_text(yaml.dump(content, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False), encoding="utf-8")


@pytest.fixture(scope="session")
def thinned(shared: Path) -> Path:
    """The knowledge base with few questions: read and checked in a second; copy it, do not touch."""
    return made_once(shared / "thinned", lambda draft: thin(copy_of_faq(draft)))


@pytest.fixture
def folder(thinned: Path, tmp_path: Path) -> Path:
    """A knowledge base that a test may break: every file as it is written, with few questions."""
    return shutil.copytree(thinned, tmp_path / "faq")


@pytest.fixture(scope="session")
def thinned_data(shared: Path, thinned: Path) -> Path:
    """The data folder of `thinned`, with its model; copy it, do not touch."""
    return made_once(shared / "thinned-data", lambda draft: train_and_publish(load(thinned), draft, quiet=True))


KEPT = 20
"""Lines kept of each list of questions, and of each that danger and other business are learned from."""


def thin(folder: Path) -> Path:
    """Cut long lists of questions in `folder`, line by line, so that all else stays as an admin wrote it."""
    shutil.rmtree(folder / "conversations")
    for path in (folder / "topics" / "chat").glob("danger_*.yaml"):
        path.unlink()
    for path in (*(folder / "topics").glob("*/*.yaml"), folder / "out_of_scope.yaml", folder / "emergencies.yaml"):
        path.write_text("".join(_thinned(path.read_text("utf-8").splitlines(keepends=True))), encoding="utf-8")
    return folder


def _thinned(lines: list[str]) -> Iterator[str]:
    """Yield `lines` of a YAML file without the items of a list behind the first `KEPT`."""
    listed = 0
    for line in lines:
        item = line.lstrip(" ").startswith("- ")
        listed = listed + 1 if item else 0
        if listed <= KEPT:
            yield line


def copy_of_faq(target: Path) -> Path:
    """Copy the real knowledge base to `target`."""
    shutil.copytree(FAQ, target, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return target
