"""A training that is forked ends as a process of its own would, and dies with the one that it stands for."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest

from intents.registry.registry import Registry
from tests import warm

pytestmark = pytest.mark.slow


def command(*arguments: object) -> list[str]:
    return [*warm.Training(), *map(str, arguments)]


def ask_anew(small: Path) -> None:
    file = small / "faq" / "topics" / "dibao" / "apply.yaml"
    text = file.read_text("utf-8").replace("questions:\n", "questions:\n  - 低保怎么申请啊\n", 1)
    file.write_text(text, encoding="utf-8")


def test_a_training_publishes_and_ends_with_its_exit_code(small: Path) -> None:
    ask_anew(small)
    done = subprocess.run(
        command(small / "faq", small / "var"), capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "training: done" in done.stderr, "what it says goes where it was asked from"
    assert Registry(small / "var").active() == "v0002"
    (small / "faq" / "topics.yaml").write_text("[", encoding="utf-8")
    failed = subprocess.run(
        command(small / "faq", small / "var"), capture_output=True, text=True, timeout=120, check=False
    )
    assert failed.returncode == 1
    assert "topics.yaml" in failed.stderr


def test_a_training_that_is_killed_publishes_nothing(small: Path) -> None:
    ask_anew(small)
    with subprocess.Popen(command(small / "faq", small / "var"), stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert process.stderr.readline().startswith("training")
        process.kill()
        process.stderr.read()  # ends when the training has closed it as well
    time.sleep(0.1)
    assert Registry(small / "var").active() == "v0001"
