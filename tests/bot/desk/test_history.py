"""In a git checkout what is published is a commit of just that; a rollback that was killed is committed later."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from bot.desk.history import History
from intents.classifier.model import ModelError

pytestmark = pytest.mark.slow


def git(folder: Path, *arguments: str) -> str:
    own = ["-c", "user.name=T", "-c", "user.email=t@example.invalid"]
    done = subprocess.run(["git", "-C", str(folder), *own, *arguments], capture_output=True, text=True, check=True)
    return done.stdout


@pytest.fixture
def checkout(small_folder: Path) -> Path:
    git(small_folder, "init", "-q")
    git(small_folder, "add", "-A")
    git(small_folder, "commit", "-q", "-m", "begin")
    return small_folder


def append(file: Path) -> None:
    file.write_text(file.read_text("utf-8") + "# 备注\n", encoding="utf-8")


def test_a_publication_is_a_commit_of_its_file_alone_with_role_and_reason(checkout: Path, tmp_path: Path) -> None:
    append(checkout / "phrases.yaml")
    append(checkout / "offices.yaml")
    history = History(checkout, tmp_path / "var")
    assert history.commit(["phrases.yaml"], "faq: assign by editor, v0002\n\nasked 12 times", "editor 1a2b")
    assert (
        git(checkout, "log", "-1", "--format=%an|%s|%b").strip()
        == "editor 1a2b|faq: assign by editor, v0002|asked 12 times"
    )
    assert git(checkout, "show", "--stat", "--format=").count("|") == 1
    assert git(checkout, "status", "--porcelain").strip() == "M offices.yaml", "another's edit is left to him"
    assert not history.commit(["phrases.yaml"], "again", "editor 1a2b"), "nothing to commit"


def killed_in(checkout: Path) -> None:
    append(checkout / "phrases.yaml")
    (checkout / "topics" / "dibao" / "amount.yaml").unlink()
    raise KeyboardInterrupt


def test_a_rollback_that_was_killed_is_committed_when_somebody_looks(checkout: Path, tmp_path: Path) -> None:
    history = History(checkout, tmp_path / "var")
    with pytest.raises(KeyboardInterrupt), history.as_one("faq: rollback", "owner"):
        killed_in(checkout)
    assert not history.pay("desk", older=60), "who owes it may be at work"
    assert history.pay("desk")
    assert git(checkout, "status", "--porcelain") == ""
    assert not history.pay("desk"), "once"
    with pytest.raises(ModelError), history.as_one("faq: rollback", "owner"):
        raise ModelError("no such version")
    assert not history.pay("desk"), "nothing was changed, so nothing is owed"


def test_outside_a_checkout_nothing_is_done(small_folder: Path, tmp_path: Path) -> None:
    assert not History(small_folder, tmp_path / "var").commit(["phrases.yaml"], "m", "w")
    with History(small_folder, tmp_path / "var").as_one("m", "w"):
        pass
    assert not (tmp_path / "var").exists()
