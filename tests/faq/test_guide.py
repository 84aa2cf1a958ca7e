"""The admins' guide is true: every edit it shows can be made, and what it says is printed is printed."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli.knowledge import check_command
from bot.dialogue.dialogue import Dialogue
from bot.dialogue.session import Session
from faq.load import FaqError, load
from faq.said import said
from intents.features.words import Words
from intents.training.train import train
from tests.conftest import FAQ, shorten

GUIDE = (FAQ / "README.md").read_text("utf-8")
_BLOCK = re.compile(
    r"^```\w+ (?P<what>edit|append|file|check|ask)(?: (?P<with>[^\n]+))?\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)
_BEFORE, _AFTER = "改前：", "改后："
DANGERS = 80
"""Lines kept of each list that danger is learned from: with twenty, little is heard."""
_NUMBERS = re.compile(r":\d+: |\d+ (?=件事|个问法|个检验|处错)")


@dataclass(frozen=True)
class Step:
    """One example of the guide."""

    what: str
    """edit, append or file change the knowledge; check and ask say what is then printed."""
    given: str
    """File, or moment and question."""
    text: str
    """The change, or the lines printed."""


def steps() -> Iterator[Step]:
    for block in _BLOCK.finditer(GUIDE):
        yield Step(block["what"], block["with"] or "", block["text"])


def make(step: Step, folder: Path) -> None:
    """Make the change that the guide shows, as an admin would."""
    path = folder / step.given
    if step.what == "file":
        assert not path.exists()
        path.write_text(step.text, encoding="utf-8")
        return
    text = path.read_text("utf-8")
    if step.what == "append":
        path.write_text(f"{text.rstrip()}\n{step.text}", encoding="utf-8")
        return
    before, after = step.text.removeprefix(_BEFORE).split(_AFTER)
    indent = "      "  # 改前： is six columns wide
    before, after = (part.rstrip("\n").replace(f"\n{indent}", "\n") for part in (before, after))
    assert before in text, f"{step.given}: the guide changes {before!r}, which is not there"
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def checked(folder: Path) -> str:
    """Return what `check` prints, without the numbers that change with every edit, and the folder as faq/."""
    try:
        faq = load(folder)
    except FaqError as error:
        printed = error.say(checking=".venv/bin/python run_bot.py check")
    else:
        counts = {
            "intents": len(faq.intents),
            "questions": sum(len(w) for i in faq.intents.values() for w in i.wordings()),
            "checks": sum(len(i.checks) for i in faq.intents.values()),
        }
        printed = said("no_mistakes", folder=str(folder), **counts).say()
    return printed.replace(str(folder), "faq")


@pytest.mark.slow
def test_the_guide_can_be_followed_step_by_step(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(FAQ / "topics" / "canteen", folder / "topics" / "canteen", dirs_exist_ok=True)  # what it asks about
    shutil.copy(FAQ / "emergencies.yaml", folder)
    shorten(folder / "emergencies.yaml", DANGERS)
    asked = []
    for step in steps():
        if step.what in ("edit", "append", "file"):
            make(step, folder)
        elif step.what == "check":
            printed = _NUMBERS.sub("# ", checked(folder))
            for line in step.text.splitlines():
                assert _NUMBERS.sub("# ", line).split("; mend and run")[0] in printed
        else:
            asked.append(step)
    faq = load(folder)
    dialogue = Dialogue(train(faq, Words(faq, tmp_path / "cache")))
    for step in asked:
        moment, _, question = step.given.partition(" ")
        reply, _ = dialogue.hear(question, Session(), dt.datetime.fromisoformat(moment))
        said = reply.text
        for line in step.text.splitlines():
            assert line in said, (question, line, said)


def test_the_guide_has_the_examples_that_admins_need() -> None:
    made = [step.what for step in steps()]
    assert made.count("edit") >= 9
    assert made.count("append") >= 3
    assert made.count("file") >= 2
    assert made.count("check") >= 5
    assert made.count("ask") >= 9


@pytest.mark.parametrize("option", ["--contacts", "--mutate", "--lang", "--accept"])
def test_options_of_check_are_in_the_guide_and_in_its_help(option: str) -> None:
    assert f"check {option}" in GUIDE
    assert option in CliRunner().invoke(check_command, ["--help"]).output
