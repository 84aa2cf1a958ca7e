"""What was asked in vain is worked off from the command line too, and the running bot learns it."""

from __future__ import annotations

import datetime as dt
import subprocess
import time
from pathlib import Path

import pytest

from bot.simulator.simulator import Simulator
from bot.store.database import Database
from bot.store.desk.records import Notice, Question, Why
from bot.store.inbox import Inbox
from bot.store.records import Attempt
from tests import warm
from tests.bot.channels.telegram.admin.conftest import told, without_luck
from tests.running import rows, running, until

pytestmark = pytest.mark.slow

TEXTS = ("火星上的土地怎么过户给猫", "火星的土地怎么过户给猫", "高铁票怎么改签", "护照到期了怎么换", "养狗证在哪里办")


@pytest.fixture
def asked(small: Path) -> Path:
    """The small knowledge base, with questions that were not answered."""
    database, day = Database(None, small / "var"), dt.date.today().isoformat()
    found = [Question(number, text, Why.FALLBACK, day, ("dibao.apply",)) for number, text in enumerate(TEXTS, 1)]
    Inbox(database).write([Attempt(0, "", beside=(*found, Notice(1, 7001, day)))], time.time())
    database.close()
    return without_luck(small)


def run(folder: Path, *arguments: str, code: int = 0) -> str:
    done = warm.run(["--faq", str(folder / "faq"), "--data", str(folder / "var"), *arguments], cwd=folder)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + (done.stderr if code else "")


def test_groups_are_listed_noted_put_off_and_ignored(asked: Path) -> None:
    listed = run(asked, "unanswered").splitlines()
    assert listed[0].startswith("2×\tfallback 2\tdibao.apply\t")
    assert "(1 to be told)" in listed[0]
    assert len(listed) == 4
    by_text = {line.split("\t")[5].split(" [")[0].split(" (")[0]: line.split("\t")[4] for line in listed}
    run(asked, "unanswered", "--new", by_text["高铁票怎么改签"])
    run(asked, "unanswered", "--later", by_text["护照到期了怎么换"])
    run(asked, "unanswered", "--ignore", by_text["养狗证在哪里办"])
    assert [line.split("\t")[5] for line in run(asked, "unanswered").splitlines()[1:]] == ["高铁票怎么改签 [new]"]
    assert len(run(asked, "unanswered", "--all").splitlines()) == 3
    assert "no such group" in run(asked, "unanswered", "--new", "999", code=1)
    assert [line.split("\t")[3] for line in run(asked, "audit").splitlines()] == ["new", "ignore"]
    assert rows(asked / "var", "SELECT count(*) FROM unanswered WHERE question LIKE '%狗%'") == [(0,)]


async def test_what_is_assigned_is_learned_by_the_running_bot_and_who_waits_is_told(
    api: Simulator, asked: Path
) -> None:
    assert "no such intent" in run(asked, "unanswered", "--assign", "2", "dibao.nothing", code=1)
    shown = run(asked, "unanswered", "--assign", "2", "dibao.apply", "--yes")
    assert f"+  - {TEXTS[0]}" in shown
    assert TEXTS[0] in (asked / "faq" / "topics" / "dibao" / "apply.yaml").read_text("utf-8")
    assert run(asked, "audit").splitlines()[-1].endswith("…")
    api.says("你好", 7001)  # a chat that never wrote cannot be written to
    async with running(api, asked / "var", asked / "faq"):
        await told(api, 7001, "现在我能答了")
        await until(lambda: rows(asked / "var", "SELECT version FROM audit") == [("v0002",)])
    assert len(run(asked, "unanswered").splitlines()) == 3


def test_what_the_check_refuses_is_not_saved(asked: Path) -> None:
    before = (asked / "faq" / "topics" / "dibao" / "apply.yaml").read_bytes()
    said = run(asked, "unanswered", "--assign", "2", "dibao.apply", "--wording", "办低保要哪些材料", "--yes", code=1)
    assert "materials.yaml" in said, said
    assert (asked / "faq" / "topics" / "dibao" / "apply.yaml").read_bytes() == before
    assert run(asked, "audit") == ""


def test_a_rollback_is_in_the_audit_and_in_git(asked: Path) -> None:
    faq, file = asked / "faq", asked / "faq" / "phrases.yaml"

    def git(*arguments: str) -> str:
        command = ["git", "-C", str(faq), "-c", "user.name=T", "-c", "user.email=t@example.invalid", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    for arguments in (("init", "-q"), ("add", "-A"), ("commit", "-q", "-m", "begin")):
        git(*arguments)
    file.write_text(file.read_text("utf-8").replace("您好！", "您好啊！"), encoding="utf-8")
    git("commit", "-q", "-a", "-m", "edit")
    run(asked, "models", "rollback", "--why", "wrong greeting")
    assert git("status", "--porcelain") == ""
    assert git("log", "-1", "--format=%s|%b").strip() == "faq: rollback to before the last edit by owner|wrong greeting"
    (line,) = run(asked, "audit").splitlines()
    assert line.split("\t")[3:] == ["rollback", "v0001", "", "wrong greeting", "v0001"]
