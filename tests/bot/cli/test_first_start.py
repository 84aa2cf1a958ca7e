"""What a newcomer sees of `make run`: at once what is done, last the address, and nothing else."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.running import ADDRESS

pytestmark = pytest.mark.slow

SEEN = (
    r"TELEGRAM_BOT_TOKEN is not set: ",
    r"The address of its chat page stands in the last line",
    r".* INFO bot.store.database: .*: tables brought from version none to ",
    r".* INFO bot.cli.talk: reading and checking the knowledge in ",
    r".* INFO bot.delivery.opening: questions are new since the last training",
    r"training the classifier",
    r"training: \d+ of \d+ steps, \d+ s$",
    r"training: done after \d+ s$",
    r".* INFO bot.channels.telegram.serving: operations: ",
    r".* INFO bot.channels.telegram.serving: serving$",
    ADDRESS,
)
"""Every line that may be shown, in this order; each but the seventh must be."""


def ask(address: str, content: object = None) -> Any:
    body = None if content is None else json.dumps(content).encode()
    request = urllib.request.Request(address, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def talk(url: str) -> list[str]:
    """Say hello as a resident and return what was said when the bot has answered."""
    ask(f"{url}/api/messages", {"user": 7001, "text": "你好"})
    end = time.monotonic() + 60
    while True:
        chats = ask(f"{url}/api/state")["chats"]
        said = [message["text"] for chat in chats if chat["id"] == 7001 for message in chat["messages"]]
        if len(said) > 1:
            return said
        assert time.monotonic() < end, "the address is shown, and nobody answers"
        time.sleep(0.1)


def test_a_first_start_says_what_it_does_and_last_where_the_bot_answers(small_folder: Path, tmp_path: Path) -> None:
    data = tmp_path / "var"
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("TELEGRAM_", "SIMULATOR_"))}
    settings = {**clean, "ADMIN_PORT": "127.0.0.1:0", "PYTHONWARNINGS": "default::SyntaxWarning"}
    command = [sys.executable, str(ROOT / "run_bot.py"), "--port", "0", "--faq", str(small_folder), "--data", str(data)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=settings, cwd=tmp_path) as process:
        assert process.stderr is not None
        shown = []
        for line in process.stderr:
            shown.append(line.rstrip("\n"))
            if found := re.match(ADDRESS, line):
                break
        said = talk(found[1]) if found else []
        process.terminate()
        shown += process.stderr.read().splitlines()
    kinds = [next((at for at, kind in enumerate(SEEN) if re.match(kind, line)), line) for line in shown]
    assert list(dict.fromkeys(kinds)) in ([*range(len(SEEN))], [at for at in range(len(SEEN)) if at != 6]), shown
    assert len(said) > 1
