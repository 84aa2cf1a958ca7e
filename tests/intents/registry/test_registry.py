"""Versions are published whole, vouched for byte by byte, pruned with care and undone by one call."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from faq.load import load
from faq.reading.files import yaml_files
from faq.reading.folder import fingerprint
from intents.classifier.model import Model, ModelError
from intents.registry import registry as registries
from intents.registry.checksums import SUMS, check_sums
from intents.registry.registry import Registry
from intents.registry.remembered import Refusal
from intents.registry.rollback import compare, roll_back
from tests.conftest import ROOT

KILLS = 8
PUBLISHER = """
import sys
from pathlib import Path
from intents.registry.registry import Registry
registry = Registry(Path(sys.argv[1]))
model = registry.open()
print("ready", flush=True)
while True:
    with registry.lock():
        print(registry.publish(model), flush=True)
        registry.prune()
"""


def registry_of(small: Path) -> Registry:
    return Registry(small / "var")


def edit(small: Path, old: str, new: str, name: str = "topics/dibao/apply.yaml") -> None:
    path = small / "faq" / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def published_edit(small: Path, mark: str) -> str:
    """Change a comment of the knowledge and publish a version of it, with the weights of the active one."""
    edit(small, "title:", f"# {mark}\ntitle:")
    registry = registry_of(small)
    active = registry.open()
    knowledge = load(small / "faq")
    model = Model(knowledge, active.words, active.weights, active.calibration, active.thresholds, active.distress)
    return registry.publish(model)


def test_a_version_serves_the_knowledge_it_was_trained_on_whatever_becomes_of_the_folder(small: Path) -> None:
    shutil.rmtree(small / "faq")
    model = registry_of(small).open()
    assert model.rank("低保怎么申请")[0].intent.id == "dibao.apply"
    assert model.faq.golden, "golden questions travel with the knowledge"


def test_a_changed_lost_or_added_file_of_any_kind_is_refused_by_name(small: Path) -> None:
    registry = registry_of(small)
    version = registry.folder / "v0001"
    files = sorted(path for path in version.rglob("*") if path.is_file() and path.name != SUMS)
    assert {"weights.npz", "manifest.json", "publication.json", "golden.tsv", "apply.yaml"} <= {p.name for p in files}
    for path in files:
        content = path.read_bytes()
        middle = len(content) // 2
        path.write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])
        with pytest.raises(ModelError, match=rf"{path.name}: its bytes differ"):
            registry.open()
        path.unlink()
        with pytest.raises(ModelError, match=path.name):
            registry.open()
        path.write_bytes(content)
    (version / "faq" / "extra.yaml").touch()
    with pytest.raises(ModelError, match=r"extra\.yaml: does not belong there"):
        registry.open()


@pytest.mark.slow
def test_the_sums_are_those_of_sha256sum(small: Path) -> None:
    checked = subprocess.run(
        ["sha256sum", "--check", "--quiet", SUMS], cwd=registry_of(small).folder / "v0001", check=False
    )
    assert checked.returncode == 0


def test_knowledge_that_changes_while_it_is_trained_on_is_not_published(small: Path) -> None:
    registry = registry_of(small)
    model = registry.load(load(small / "faq"), registry.open().words)
    edit(small, "title:", "# changed\ntitle:")
    with pytest.raises(ModelError, match="was changed while it was trained on"):
        registry.publish(model)
    assert registry.versions() == ["v0001"]
    assert not list(registry.folder.glob("draft-*"))


def test_an_unknown_version_is_refused_with_those_there_are(small: Path) -> None:
    with pytest.raises(ModelError, match=r"no version 'v0009'; there are: v0001"):
        registry_of(small).open("v0009")


@pytest.mark.slow
def test_old_versions_are_pruned_but_never_the_active_one_nor_its_predecessor(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registries, "KEPT", 2)
    registry = registry_of(small)
    for mark in "abcd":
        published_edit(small, mark)
    registry.activate("v0002")
    draft = registry.folder / "draft-killed"
    draft.mkdir()
    assert registry.prune() == ["v0003"]
    assert registry.versions() == ["v0001", "v0002", "v0004", "v0005"]
    assert not draft.exists()
    for version in registry.versions():
        check_sums(registry.folder / version)


def test_undo_brings_back_model_answers_and_files_and_keeps_what_it_replaced(small: Path) -> None:
    before = fingerprint(small / "faq")
    published_edit(small, "second thoughts")
    (small / "faq" / "golden.tsv").write_text("dibao.apply\t新的一句\n", encoding="utf-8")
    edited = {p.name: p.read_bytes() for p in yaml_files(small / "faq")}
    registry = registry_of(small)
    restored = roll_back(registry, small / "faq", small / "var", "v0001")
    assert (restored.before, restored.version, registry.active()) == ("v0002", "v0001", "v0001")
    assert fingerprint(small / "faq") == before
    assert "新的一句" not in (small / "faq" / "golden.tsv").read_text("utf-8")
    assert set(restored.changed) == {"topics/dibao/apply.yaml", "golden.tsv"}
    assert restored.set_aside is not None
    assert {p.name: p.read_bytes() for p in restored.set_aside.rglob("*.yaml")} == edited
    again = roll_back(registry, small / "faq", small / "var", "v0002")
    assert again.version == registry.active() == "v0002"
    assert "second thoughts" in (small / "faq" / "topics" / "dibao" / "apply.yaml").read_text("utf-8")


@pytest.mark.slow
def test_undo_without_a_version_goes_one_edit_back_at_a_time(small: Path) -> None:
    first = fingerprint(small / "faq")
    published_edit(small, "one")
    second = fingerprint(small / "faq")
    published_edit(small, "two")
    registry = registry_of(small)
    registry.publish(registry.load(load(small / "faq"), registry.open().words))  # trained twice on the same
    undo = [roll_back(registry, small / "faq", small / "var").version for _ in range(2)]
    assert undo == ["v0002", "v0001"]
    assert fingerprint(small / "faq") == first != second
    with pytest.raises(ModelError, match="nothing to go back to"):
        roll_back(registry, small / "faq", small / "var")


def test_undo_takes_back_an_edit_that_no_version_has_taken_over(small: Path) -> None:
    published_edit(small, "one")
    kept = fingerprint(small / "faq")
    edit(small, "title:", "title")  # a slip of the keyboard
    (small / "faq" / "topics" / "dibao" / "extra.yaml").write_text("title: [", encoding="utf-8")
    (small / "faq" / "topics" / "dibao" / "amount.yaml").unlink()
    registry = registry_of(small)
    restored = roll_back(registry, small / "faq", small / "var")
    assert restored.version == restored.before == "v0002"
    assert fingerprint(small / "faq") == kept
    assert restored.set_aside is not None
    assert (restored.set_aside / "topics" / "dibao" / "extra.yaml").read_text("utf-8") == "title: ["


def test_undo_to_a_damaged_version_changes_nothing(small: Path) -> None:
    published_edit(small, "one")
    before = fingerprint(small / "faq")
    registry = registry_of(small)
    damaged = registry.knowledge("v0001") / "topics.yaml"
    damaged.write_bytes(damaged.read_bytes() + b"#")
    with pytest.raises(ModelError, match=r"topics\.yaml: its bytes differ"):
        roll_back(registry, small / "faq", small / "var")
    assert (registry.active(), fingerprint(small / "faq")) == ("v0002", before)


def test_differences_between_folders_are_named(small: Path) -> None:
    shutil.copytree(small / "faq", small / "new")
    (small / "new" / "topics" / "dibao" / "amount.yaml").unlink()
    (small / "new" / "topics" / "dibao" / "extra.yaml").touch()
    (small / "new" / "topics.yaml").write_text("", encoding="utf-8")
    difference = compare(small / "faq", small / "new")
    assert difference.files == ("topics.yaml", "topics/dibao/amount.yaml", "topics/dibao/extra.yaml")
    assert (difference.removed, difference.added) == (("topics/dibao/amount.yaml",), ("topics/dibao/extra.yaml",))


def test_a_refusal_is_remembered_until_something_is_published(small: Path) -> None:
    registry = registry_of(small)
    refusal = Refusal("abc", "v0001", "loses a golden question")
    registry.refuse(refusal)
    assert registry.refused("abc") == refusal
    assert registry.refused("other") is None
    published_edit(small, "one")
    assert registry.refused("abc") is None


def texts_edit(small: Path, mark: str) -> str:
    """Publish an edit of an answer with the model that serves."""
    edit(small, "answer: |\n", f"answer: |\n  {mark}。\n")
    return registry_of(small).publish_texts(load(small / "faq"))


def test_other_answers_are_a_version_of_their_own_with_the_same_model(small: Path) -> None:
    registry = registry_of(small)
    assert texts_edit(small, "先问窗口") == registry.active() == "v0002"
    assert registry.serves() == fingerprint(small / "faq")
    model = registry.open()
    assert "先问窗口" in model.faq.intents["dibao.apply"].answer
    assert model.rank("低保怎么申请")[0].intent.answer.startswith("先问窗口")
    publication = registry.publication("v0002")
    assert (publication.texts, publication.replaces) == (True, "v0001")
    assert publication.figures == registry.publication("v0001").figures
    weights = [registry.folder / version / "weights.npz" for version in registry.versions()]
    assert weights[0].samefile(weights[1]), "it takes no room twice"
    check_sums(registry.folder / "v0002")
    restored = roll_back(registry, small / "faq", small / "var")
    assert (restored.version, restored.changed) == ("v0001", ("topics/dibao/apply.yaml",))


def test_a_model_is_never_given_the_answers_of_knowledge_that_trains_otherwise(small: Path) -> None:
    edit(small, "questions:\n", "questions:\n  - 低保往哪个屋里报\n")
    with pytest.raises(ModelError, match="was trained on another text"):
        registry_of(small).publish_texts(load(small / "faq"))
    assert registry_of(small).versions() == ["v0001"]


def test_what_was_refused_stays_refused_while_other_answers_are_published(small: Path) -> None:
    registry = registry_of(small)
    registry.refuse(Refusal("abc", "v0001", "loses a golden question"))
    texts_edit(small, "先问窗口")
    refusal = registry.refused("abc")
    assert refusal is not None
    assert refusal.against == "v0002"


@pytest.mark.slow
def test_a_kill_at_any_moment_of_publishing_leaves_whole_versions(small: Path) -> None:
    registry = registry_of(small)
    chance = random.Random(11)
    interrupted = 0
    for _ in range(KILLS):
        process = subprocess.Popen(
            [sys.executable, "-c", PUBLISHER, str(small / "var")], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        process.stdout.readline()
        started = time.monotonic()
        assert process.stdout.readline().startswith("v"), "it publishes"
        time.sleep((time.monotonic() - started) * chance.random())  # some moment of the next publication
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        interrupted += bool(list(registry.folder.glob("draft-*")))
        assert registry.open().rank("低保怎么申请")[0].intent.id == "dibao.apply"
        for version in registry.versions():
            check_sums(registry.folder / version)
    assert interrupted, "no kill met a publication half done; the test proves nothing"
    with registry.lock():
        registry.prune()
    assert not list(registry.folder.glob("draft-*"))


KILLED_AT_EVERY_STEP = """
import os, signal, sys
from pathlib import Path
from intents.registry.registry import Registry
from intents.registry.checksums import check_sums
registry = Registry(Path(sys.argv[1]))
model = registry.open()
if sys.argv[2] == "texts":
    publish = lambda: registry.publish_texts(model.faq)
else:
    publish = lambda: registry.publish(model)
step = 0
while True:
    step += 1
    child = os.fork()
    if child == 0:
        seen = 0
        def kill_at(event, _):
            global seen
            if event in ("open", "os.rename", "os.link", "os.mkdir", "os.remove", "shutil.copyfile"):
                seen += 1
                if seen == step:
                    os.kill(os.getpid(), signal.SIGKILL)
        sys.addaudithook(kill_at)
        publish()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    check_sums(registry.folder / registry.active())
    if not os.WIFSIGNALED(status):
        break
print(step)
"""


@pytest.mark.slow
@pytest.mark.parametrize("what", ["model", "texts"])
def test_a_kill_at_each_file_operation_of_publishing_leaves_a_whole_active_version(small: Path, what: str) -> None:
    command = [sys.executable, "-c", KILLED_AT_EVERY_STEP, str(small / "var"), what]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 50, "there are that many steps to be killed at"
