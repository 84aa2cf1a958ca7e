"""Shared by all tests: the real knowledge base, one real model trained on it, and folders to break."""

from __future__ import annotations

import functools
import hashlib
import inspect
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

from bot.delivery import opening
from bot.dialogue.dialogue import Dialogue
from faq.acceptance import accept
from faq.knowledge.types import Faq
from faq.load import load
from faq.reading.folder import Folder, open_folder
from intents.classifier.model import Model
from intents.features.words import Words
from intents.registry.publish import train_and_publish
from intents.registry.registry import Registry
from intents.training.train import train
from tests import warm
from tests.examples import MAKERS

ROOT = Path(__file__).parent.parent
FAQ = ROOT / "faq"


SLOW = {"data", "thinned_data", "own", "postgresql"}
"""Fixtures that train on all intents, or start processes."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what `make quick` leaves out: whatever needs the model of the whole knowledge base, or starts processes.

    Such a test waits for other processes, and a busy machine may keep it waiting for too long: it has a second try, and
    is named at the end if it needed one.
    """
    for item in items:
        if isinstance(item, pytest.Function) and not SLOW.isdisjoint(item.fixturenames):
            item.add_marker(pytest.mark.slow)
        if item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="session", autouse=True)
def _quick(pytestconfig: pytest.Config) -> None:
    """Refuse processes where only quick tests are asked for, so that none creeps in; elsewhere spare them imports."""
    if pytestconfig.option.markexpr == "not slow":
        sys.addaudithook(_no_process)
    else:
        opening.TRAIN = warm.Training()


def _no_process(event: str, arguments: tuple[object, ...]) -> None:
    if event == "subprocess.Popen":
        raise RuntimeError(f"a quick test starts {arguments[0]}; mark it with @pytest.mark.slow")


def made_once(target: Path, make: Callable[[Path], object]) -> Path:
    """Return folder `target`, made by whichever process comes first; the others wait for it.

    What an earlier run has made and a test has changed, against the rule, is made anew.
    """
    assert Path(inspect.getfile(make)) in MAKERS, "else a change of it would not be seen by the next run"
    with FileLock(f"{target}.lock"):
        if not target.exists() or _changed(target):
            shutil.rmtree(target, ignore_errors=True)
            draft = target.with_suffix(".draft")
            shutil.rmtree(draft, ignore_errors=True)
            make(draft)
            draft.rename(target)
            _sums(target).write_text(_summed(target), encoding="ascii")
    return target


def _sums(folder: Path) -> Path:
    return folder.with_suffix(".sha256")


@functools.cache
def _changed(folder: Path) -> bool:
    """Tell whether a folder is not as it was made; a process asks once, and so a run a few times."""
    return not _sums(folder).exists() or _sums(folder).read_text("ascii") != _summed(folder)


def _summed(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(f"{path.relative_to(folder)} {path.stat().st_size} ".encode() + path.read_bytes())
    return digest.hexdigest()


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


_HELD: list[Folder] = []
"""Folders that are read already: of a copy only those files are read that a test changes."""

SMALL = ("dibao.apply", "dibao.materials", "dibao.amount", "dibao.timeline", "chat.greeting", "chat.crisis")
DECLINED = 80
"""Questions to decline kept of each kind: with half as many, the threshold moves by a third for one line more."""
CLASSES, IDLE = 20, 15
"""Classes of words kept, and sources that nothing cites: most of what there is to read is of these two kinds."""
FEW = 12
LISTS = ("signs", "examples", "of_writer", "of_others", "harmless")
"""Lines kept of each list of a small knowledge base that is learned from: trained in a second, not in ten."""


@pytest.fixture(scope="session")
def small_untouched(shared: Path) -> Path:
    """A folder with a small knowledge base in `faq` and its first published version in `var`; copy it, do not touch."""

    def make(draft: Path) -> None:
        make_small(copy_of_faq(draft / "faq"))
        train_and_publish(load(draft / "faq"), draft / "var", quiet=True)

    made = made_once(shared / "small", make)
    _HELD.append(open_folder(made / "faq"))
    return made


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
    for talks in ("conversations", "lessons"):
        shutil.rmtree(folder / talks, ignore_errors=True)
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
            emergency.update({name: emergency[name][:FEW] for name in LISTS if name in emergency})
    with rewritten(folder / "thesaurus.yaml") as thesaurus:
        for name in list(thesaurus)[CLASSES:]:
            del thesaurus[name]
    golden = folder / "golden.tsv"
    lines = golden.read_text("utf-8").splitlines(keepends=True)
    golden.write_text("".join(line for line in lines if line.split("\t")[0] in (*SMALL, "oos")), encoding="utf-8")
    _cite_less(folder)
    return folder


def _cite_less(folder: Path) -> None:
    """Cut out of `folder` most of the sources that nothing cites."""
    path = folder / "sources.yaml"
    others = "".join(file.read_text("utf-8") for file in folder.rglob("*.yaml") if file != path)
    head, *entries = re.split(r"^(?=[a-z0-9.-]+:$)", path.read_text("utf-8"), flags=re.MULTILINE)
    idle = [entry for entry in entries if entry.partition(":")[0] not in others]
    kept = [entry for entry in entries if entry not in idle[IDLE:]]
    path.write_text(head + "".join(kept), encoding="utf-8")


def plain(text: str) -> Any:
    """Return what YAML says; the parser in C takes a tenth of the time."""
    return yaml.load(text, yaml.CSafeLoader)


@contextmanager
def rewritten(path: Path) -> Iterator[dict[str, Any]]:
    """Yield what a YAML file says; what is made of it is written back."""
    content = plain(path.read_text("utf-8"))
    yield content
    text = yaml.dump(content, Dumper=yaml.CSafeDumper, allow_unicode=True, width=1000, sort_keys=False)
    path.write_text(text, encoding="utf-8")


@pytest.fixture(scope="session")
def thinned(shared: Path) -> Path:
    """The knowledge base with few questions: read and checked in a second; copy it, do not touch."""
    made = made_once(shared / "thinned", lambda draft: thin(copy_of_faq(draft)))
    _HELD.append(open_folder(made))
    return made


@pytest.fixture
def folder(thinned: Path, tmp_path: Path) -> Path:
    """A knowledge base that a test may break: every file as it is written, with few questions."""
    return shutil.copytree(thinned, tmp_path / "faq")


@pytest.fixture(scope="session")
def thinned_data(shared: Path, thinned: Path) -> Path:
    """The data folder of `thinned`, with its model; copy it, do not touch."""
    return made_once(shared / "thinned-data", lambda draft: train_and_publish(load(thinned), draft, quiet=True))


@pytest.fixture
def own(thinned: Path, thinned_data: Path, tmp_path: Path) -> Path:
    """A data folder of the test's own beside a knowledge base in `faq`, for a bot that need not know much.

    It has an answer to everything, and few questions to each, so that a start takes a third of the time.
    """
    (tmp_path / "bot").mkdir()
    (tmp_path / "bot" / "faq").symlink_to(thinned)
    return shutil.copytree(thinned_data, tmp_path / "bot" / "var")


KEPT = 20
"""Lines kept of each list of questions, and of each that danger and other business are learned from."""


def thin(folder: Path) -> Path:
    """Cut long lists of questions in `folder`, line by line, so that all else stays as an admin wrote it."""
    for talks in ("conversations", "lessons"):
        shutil.rmtree(folder / talks)
    for path in (folder / "topics" / "chat").glob("danger_*.yaml"):
        path.unlink()
    few_questions(folder)
    return folder


def few_questions(folder: Path) -> None:
    """Cut all lists of questions in `folder` behind the first `KEPT`."""
    for path in (*(folder / "topics").glob("*/*.yaml"), folder / "out_of_scope.yaml", folder / "emergencies.yaml"):
        shorten(path, KEPT)


def shorten(path: Path, most: int) -> None:
    """Cut all lists in a YAML file behind the first `most` items."""
    path.write_text("".join(_shortened(path.read_text("utf-8").splitlines(keepends=True), most)), encoding="utf-8")


def _shortened(lines: list[str], most: int) -> Iterator[str]:
    listed = 0
    for line in lines:
        item = line.lstrip(" ").startswith("- ")
        listed = listed + 1 if item else 0
        if listed <= most:
            yield line


def copy_of_faq(target: Path) -> Path:
    """Copy the real knowledge base to `target`."""
    shutil.copytree(FAQ, target, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return target
