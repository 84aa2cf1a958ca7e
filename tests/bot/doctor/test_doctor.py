"""`run_bot.py doctor` says all it finds, in words and as JSON, in bounded time and without a secret."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli.main import bot
from bot.doctor.findings import Finding, Look, State, Subject, all_of, fine
from faq.said import said
from tests.bot.doctor.conftest import of

TOKEN = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"


@pytest.fixture(autouse=True)
def quiet(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIMULATOR_PORT", "0")
    monkeypatch.setenv("ADMIN_PORT", "off")


def doctor(folder: Path, *options: str) -> Result:
    return CliRunner().invoke(bot, ["doctor", "--faq", str(folder / "faq"), "--data", str(folder / "var"), *options])


def test_a_bot_without_a_token_is_well_but_for_that(small_untouched: Path) -> None:
    done = doctor(small_untouched)
    assert done.exit_code == 0, done.output
    *lines, counts = done.stdout.splitlines()
    assert not [line for line in lines if line.startswith("不对")]
    assert [line for line in lines if line.startswith("注意") and "TELEGRAM_BOT_TOKEN" in line and " → " in line]
    assert counts.startswith("正常 ")
    english = doctor(small_untouched, "--lang", "en").stdout
    assert english.splitlines()[0].startswith("ok  settings: ")
    assert english.splitlines()[-1].endswith(" 0 wrong")


def test_scripts_read_json_and_the_exit_code(small: Path) -> None:
    well = doctor(small, "--json")
    assert json.loads(well.stdout)["healthy"] is True
    (small / "faq" / "offices.yaml").write_text("- a list\n")
    ill = doctor(small, "--json", "--lang", "en")
    assert (well.exit_code, ill.exit_code) == (0, 1)
    told = json.loads(ill.stdout)
    assert told["healthy"] is False
    (wrong,) = [check for check in told["checks"] if check["state"] == "wrong"]
    assert wrong["check"] == "faq"
    assert set(wrong) == {"check", "state", "what", "remedy"}
    assert "run_bot.py check --faq" in wrong["remedy"]
    assert {"settings", "disk", "permissions", "database", "model", "holidays", "ports", "token"} <= {
        check["check"] for check in told["checks"]
    }


def test_a_wrong_setting_is_told_and_what_needs_no_settings_is_looked_at_all_the_same(
    small_untouched: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BACKLOG_LIMIT", "many")
    done = doctor(small_untouched, "--json")
    assert done.exit_code == 1
    checks = {check["check"]: check for check in json.loads(done.stdout)["checks"]}
    assert checks["settings"]["state"] == "wrong"
    assert "BACKLOG_LIMIT" in checks["settings"]["what"]
    assert checks["model"]["state"] == "ok"
    assert "database" not in checks


def test_no_secret_is_printed_whatever_is_wrong(small_untouched: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
    monkeypatch.setenv("TELEGRAM_BASE_URL", "http://u:firstpart@127.0.0.1:1")
    monkeypatch.setenv("TELEGRAM_PROXY", "http://u:secondpart@127.0.0.1:1")
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:thirdpart@127.0.0.1:1/d")
    monkeypatch.setenv("WEBHOOK_URL", "https://127.0.0.1:1/updates/fourthpart-of-a-long-path")
    done = doctor(small_untouched)
    assert done.exit_code == 1
    assert not [
        part for part in (TOKEN[10:], "firstpart", "secondpart", "thirdpart", "fourthpart") if part in done.output
    ]


def test_a_look_that_waits_for_ever_or_fails_is_a_finding_and_holds_up_no_other() -> None:
    forever = threading.Event()

    def waits() -> Iterator[Finding]:
        forever.wait()
        yield fine(Subject.DNS, said("doctor_ok"))

    def fails() -> Iterator[Finding]:
        raise LookupError("postgresql://u:secret@h")

    began = time.monotonic()
    looks: list[tuple[Subject, Look]] = [
        (Subject.DNS, waits),
        (Subject.PROXY, waits),
        (Subject.PORTS, fails),
        (Subject.DISK, list),
    ]
    found = all_of([*looks, (Subject.FAQ, lambda: [fine(Subject.FAQ, said("doctor_ok"))])], patience=0.3)
    assert time.monotonic() - began < 5
    forever.set()
    assert [of(subject, found).state for subject in (Subject.DNS, Subject.PROXY, Subject.PORTS)] == [State.WRONG] * 3
    assert "LookupError" in of(Subject.PORTS, found).line("en")
    assert "secret" not in of(Subject.PORTS, found).line("en")
    assert of(Subject.FAQ, found).state is State.OK
