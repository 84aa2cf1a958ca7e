"""`run_bot.py admin` serves the page beside a bot: it prints a link, and ends when it is told to."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests import warm
from tests.conftest import ROOT

pytestmark = pytest.mark.slow


def test_the_link_that_is_printed_leads_to_the_page(small: Path) -> None:
    folders = ["--faq", str(small / "faq"), "--data", str(small / "var")]
    command = [sys.executable, str(ROOT / "run_bot.py"), *folders, "admin", "--port", "0"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, cwd=small) as process:
        assert process.stdout is not None
        link = re.search(r"http://127\.0\.0\.1:\d+/login\?key=\S+", process.stdout.readline())
        assert link
        with urllib.request.urlopen(link[0], timeout=10) as page:
            assert "进入" in page.read().decode()
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


def test_what_stands_in_the_way_is_said_in_one_sentence(small: Path, tmp_path: Path) -> None:
    none = warm.run(["--faq", str(small / "faq"), "--data", str(tmp_path / "none"), "admin"], cwd=small)
    assert (none.returncode, "no model has been published" in none.stderr) == (1, True), none.stderr
    with socket.create_server(("127.0.0.1", 0)) as taken:
        folders = ["--faq", str(small / "faq"), "--data", str(small / "var")]
        done = warm.run([*folders, "admin", "--port", str(taken.getsockname()[1])], cwd=small)
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert "choose another one with --port" in done.stderr
