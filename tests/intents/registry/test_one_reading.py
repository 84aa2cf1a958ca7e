"""An edit is read once: once by the bot, and once by the process that it has trained on it."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from bot.delivery import opening
from faq.reading.files import yaml_files
from tests.conftest import ROOT

CHILD = """
import os, sys
opened, faq = [], sys.argv[1]
copying = False
def hook(event, args):
    global copying
    if event == "shutil.copyfile":
        copying = True
    elif event == "open" and str(args[0]).startswith(faq) and str(args[0]).endswith(".yaml"):
        if not copying:
            opened.append(str(args[0]))
        copying = False
sys.addaudithook(hook)
from bot.delivery.training import main
main(["--quiet", *sys.argv[1:]], standalone_mode=False)
print("\\n".join(opened))
"""


@pytest.mark.slow
def test_an_edit_is_read_once_by_the_bot_and_once_by_its_training(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    faq, data = (small / "faq").resolve(), (small / "var").resolve()
    apply = faq / "topics" / "dibao" / "apply.yaml"
    text = apply.read_text("utf-8").replace("questions:\n", "questions:\n  - 低保该上哪个屋里报\n", 1)
    apply.write_text(text, encoding="utf-8")
    child: list[str] = []

    def training(*_: object, **__: object) -> None:
        command = [sys.executable, "-c", CHILD, str(faq), str(data)]
        child.extend(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split())

    monkeypatch.setattr(opening, "train", training)  # the same child, with its eyes watched
    parent: list[str] = []
    watching = True

    def hook(event: str, args: tuple[object, ...]) -> None:
        if watching and event == "open" and str(args[0]).startswith(str(faq)) and str(args[0]).endswith(".yaml"):
            parent.append(str(args[0]))

    sys.addaudithook(hook)
    try:
        model = opening.open_model(faq, data, quiet=True)
    finally:
        watching = False
    files = {str(path): 1 for path in yaml_files(faq)}
    assert Counter(parent) == files
    assert Counter(child) == files
    assert "低保该上哪个屋里报" in model.faq.intents["dibao.apply"].questions
