"""No password, token or address with one is shown, however it was mistyped; what to do about it is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.logs import hide
from bot.settings import Settings, read_settings
from bot.store.database import Database
from bot.store.errors import StoreError
from tests.conftest import ROOT

TOKEN = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"

ESCAPED = "write @ as %40"

DATABASES = [
    ("postgresql://u:firstpart@secondpart@127.0.0.1:1/db", ESCAPED),
    ("postgresql://u:firstpart@secondpart@thirdpart@127.0.0.1:1/db", ESCAPED),
    ("postgresql://u:firstpart@secondpart/thirdpart@127.0.0.1:1/db", ESCAPED),
    ("postgresql://u:firstpart@secondpart?thirdpart@127.0.0.1:1/db", ESCAPED),
    ("postgresql://u:firstpart@secondpart#thirdpart@127.0.0.1:1/db", ESCAPED),
    ("postgresql://u:firstpart@[secondpart]@127.0.0.1:1/db", ESCAPED),
    ("postgresql://firstpart:secondpart", ESCAPED),
    ("postgresql://127.0.0.1:firstpart/db", ESCAPED),
    ("postgresql:u:firstpart@127.0.0.1/db", ESCAPED),
    ("u:firstpart@secondpart@127.0.0.1/db", ESCAPED),
    ("host=127.0.0.1 password=firstpart", ESCAPED),
    ("firstpart secondpart", ESCAPED),
    ("postgresql://u:firstpart@127.0.0.1:1/db", "see that the server runs"),
    ("postgresql://u:firstpart%40secondpart@127.0.0.1:1/db", "see that the server runs"),
    ("postgresql://u@127.0.0.1:1/db?password=firstpart", "see that the server runs"),
    ("postgresql://u:firstpart@127.0.0.1:1/db?sslpassword=secondpart&application_name=x", "see that the server runs"),
    ("postgresql://u@127.0.0.1:1/db?sslmode=firstpart", ""),
    ("postgresql://u:firstpart@127.0.0.1:1/db?firstpart=secondpart", ""),
    ("postgresql://u:firstpart@127.0.0.1:99999/db", ""),
]
PARTS = ("firstpart", "secondpart", "thirdpart")


@pytest.mark.parametrize(("address", "remedy"), DATABASES)
def test_no_part_of_a_database_password_is_shown_and_the_remedy_is(
    tmp_path: Path, address: str, remedy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(StoreError) as refused:
        Database(address, tmp_path)
    said = str(refused.value)
    assert said.startswith("DATABASE_URL: ")
    assert "\n" not in said
    assert remedy in said
    if "sslmode" not in address and "?firstpart" not in address:  # what is no secret by its name may be named
        assert not [part for part in PARTS if part in said]


@pytest.mark.slow
def test_a_password_in_an_address_of_the_command_line_is_hidden_with_its_remedy(tmp_path: Path) -> None:
    code, said = run(tmp_path, "inbox", "list", DATABASE_URL=DATABASES[0][0])
    assert code == 1
    assert ESCAPED in said
    assert said.count("\n") == 1
    assert not [part for part in PARTS if part in said]


WRONG = [
    ("TELEGRAM_BOT_TOKEN", "123456：firstpart", "copy it anew"),
    ("TELEGRAM_BOT_TOKEN", "firstpart", "copy it anew"),
    ("TELEGRAM_PROXY", "http://u:firstpart@secondpart@proxy:1080", ESCAPED),
    ("TELEGRAM_PROXY", "socks5://u:firstpart/secondpart@proxy:1080", ESCAPED),
    ("TELEGRAM_PROXY", "http://u:first[firstpart@proxy:1080", ESCAPED),
    ("TELEGRAM_PROXY", "http://u:firstpart#secondpart@proxy:1080", ESCAPED),
    ("TELEGRAM_PROXY", "http://u:firstpart\u2100@proxy:1080", ESCAPED),
    ("TELEGRAM_PROXY", "http://proxy:firstpart", ESCAPED),
    ("TELEGRAM_PROXY", "u:firstpart@proxy:1080", "must begin with"),
    ("HTTPS_PROXY", "http://u:firstpart@secondpart@proxy:1080", ESCAPED),
    ("HTTPS_PROXY", "http://u:firstpart/secondpart@proxy:1080", ESCAPED),
    ("ALL_PROXY", "socks9://u:firstpart@proxy:1080", "must begin with"),
    ("TELEGRAM_BASE_URL", "https://u:firstpart[@host", ESCAPED),
    ("TELEGRAM_BASE_URL", "https://host:firstpart", ESCAPED),
    ("TELEGRAM_BASE_URL", "ftp://u:firstpart@host", "must begin with"),
    ("WEBHOOK_URL", "https://[firstpart/updates", ESCAPED),
    ("WEBHOOK_URL", "https://u:firstpart\u2100@host/updates", ESCAPED),
    ("WEBHOOK_URL", "http://host/updates?token=firstpart", "https://"),
    ("ADMIN_PORT", "firstpart", "port"),
    ("BACKLOG_LIMIT", "firstpart", "integer"),
    ("CHATS_AT_ONCE", "firstpart", "integer"),
]


def run(folder: Path, *arguments: str, **environment: str) -> tuple[int, str]:
    known = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    done = subprocess.run(
        [sys.executable, str(ROOT / "run_bot.py"), *arguments, "--data", str(folder)],
        capture_output=True,
        text=True,
        cwd=folder,
        env={**known, **environment},
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder without .env, and an environment without settings."""
    monkeypatch.chdir(tmp_path)
    for name in (*map(str.upper, Settings.model_fields), "HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    return tmp_path


@pytest.mark.parametrize(("name", "given", "remedy"), WRONG)
def test_a_wrong_setting_shows_nothing_of_its_value(
    bare: Path, name: str, given: str, remedy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, given)
    with pytest.raises(Exception, match=name) as refused:
        read_settings()
    assert remedy in str(refused.value)
    assert not [part for part in PARTS if part in str(refused.value)]
    assert "\n" not in str(refused.value)


def test_settings_that_are_printed_show_no_secret(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:firstpart@h/d")
    monkeypatch.setenv("TELEGRAM_PROXY", "http://u:secondpart@h:1")
    monkeypatch.setenv("WEBHOOK_URL", "https://h/updates?key=thirdpart")
    printed = repr(read_settings())
    assert TOKEN not in printed
    assert not [part for part in PARTS if part in printed]


LINE = f"TELEGRAM_BOT_TOKEN={TOKEN}"


@pytest.mark.parametrize(
    "content",
    [
        LINE.encode(),
        f"\ufeff{LINE}\n".encode(),
        f"# 令牌\r\n{LINE}\r\n".encode(),
        f"\ufeff{LINE}\r\n".encode(),
        f"{LINE} \t\n".encode(),
        f"{LINE}\u200b\n".encode(),
        f"TELEGRAM_BOT_TOKEN = '{TOKEN}'\n".encode(),
        f"export {LINE}\r\n".encode(),
    ],
)
def test_a_file_of_settings_is_read_as_editors_of_all_systems_write_it(bare: Path, content: bytes) -> None:
    (bare / ".env").write_bytes(content)
    token = read_settings().telegram_bot_token
    assert token is not None
    assert token.get_secret_value() == TOKEN


@pytest.mark.parametrize(
    "content",
    [
        LINE.encode("utf-16"),
        LINE.encode("utf-16-le"),
        LINE.encode("utf-16-be"),
        LINE.encode("utf-32"),
        f"# 令牌\n{LINE}".encode("gbk"),
        f"# 令牌\n{LINE}".encode("gb18030"),
        b"\xff\xfe" + LINE.encode(),
        LINE.encode() + b"\x80",
    ],
)
def test_a_file_of_settings_in_another_encoding_is_refused_without_showing_it(bare: Path, content: bytes) -> None:
    (bare / ".env").write_bytes(content)
    with pytest.raises(Exception, match="not UTF-8; save it with encoding UTF-8") as refused:
        read_settings()
    assert "AAHdq" not in str(refused.value)


def test_values_with_windows_line_ends_in_the_environment_are_read_as_they_are_meant(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", f"{TOKEN}\r")
    monkeypatch.setenv("BACKLOG_LIMIT", "500\r")
    monkeypatch.setenv("ADMIN_PORT", "off\r")
    settings = read_settings()
    assert settings.telegram_bot_token is not None
    assert settings.telegram_bot_token.get_secret_value() == TOKEN
    assert (settings.backlog_limit, settings.admin_port) == (500, None)


HIDDEN = [
    f"https://api.telegram.org/bot{TOKEN}/getMe",
    f"https://api.telegram.org/bot{TOKEN.replace(':', '%3A')}/getMe",
    "cannot reach postgresql://u:firstpart@secondpart@h/d",
    "ProxyError('http://u:firstpart@proxy:1')",
    "GET /updates?password=firstpart&x=1",
    "connection string: host=h password='firstpart secondpart' user=u",
    "connection string: host=h password=firstpart",
    "{'api_key': 'x', 'token': 'firstpart'}".replace("'token': ", "token="),
    "https://h/hook?access_token=firstpart",
    "socks5://firstpart@h",
]


@pytest.mark.parametrize("line", HIDDEN)
def test_what_looks_like_a_secret_is_hidden_without_being_known(line: str) -> None:
    said = hide(line)
    assert TOKEN.partition(":")[2] not in said
    assert not [part for part in PARTS if part in said]


def test_lines_without_a_secret_are_left_as_they_are() -> None:
    for line in (
        "operations: http://127.0.0.1:8081/healthz, /readyz, /metrics",
        "update 123456789 is set aside; see: python run_bot.py letters",
        "the run at 12:30:15 took 3 s",
        "TELEGRAM_BOT_TOKEN is refused by the server; copy it anew from @BotFather",
        "sqlite:////data/bot.sqlite3: OperationalError: database is locked",
    ):
        assert hide(line) == line


def test_a_long_line_costs_little() -> None:
    for part in ("://", "1", "a:", "password=", "passwordpassword", "12345:", "@"):
        before = os.times().user
        hide(part * (20_000 // len(part)))
        assert os.times().user - before < 1.0


DYING = """
import logging, sys, threading
from bot.logs import start_logging
from bot.settings import read_settings
start_logging(secrets=read_settings().secrets)
try:
    raise LookupError(sys.argv[1])
except LookupError:
    logging.getLogger("x").exception("seen %s", sys.argv[1])
def fail():
    raise LookupError(sys.argv[1])
thread = threading.Thread(target=fail)
thread.start()
thread.join()
fail()
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "given", "shown"),
    [
        ("TELEGRAM_BOT_TOKEN", TOKEN, TOKEN),
        ("TELEGRAM_BOT_TOKEN", TOKEN, TOKEN.partition(":")[2]),
        ("DATABASE_URL", "postgresql://u:first%2Fpart@h/d", "first/part"),
        ("DATABASE_URL", "postgresql://u:firstpart@h/d", "firstpart"),
        ("DATABASE_URL", "postgresql://u@h/d?sslpassword=firstpart", "firstpart"),
        ("DATABASE_URL", "postgresql://u:firstpart@secondpart@h/d", "secondpart@h"),
        ("TELEGRAM_PROXY", "http://u:first%40part@h:1", "first@part"),
        ("TELEGRAM_PROXY", "socks5://u:firstpart@h:1", "u:firstpart"),
        ("WEBHOOK_URL", "https://h/updates/firstpart-of-a-long-path", "firstpart-of-a-long-path"),
        ("WEBHOOK_URL", "https://h/updates?key=firstpart", "key=firstpart"),
        ("WEBHOOK_URL", f"https://h/{TOKEN}", TOKEN),
    ],
)
def test_neither_a_log_line_nor_a_traceback_shows_a_secret_and_the_program_still_says_what_it_died_of(
    bare: Path, name: str, given: str, shown: str
) -> None:
    known = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    done = subprocess.run(
        [sys.executable, "-c", DYING, f"the driver says: {shown}!"],
        capture_output=True,
        text=True,
        cwd=bare,
        env={**known, name: given, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.count("LookupError: the driver says: ") == 3
    assert not [secret for secret in (shown, "firstpart", "secondpart", TOKEN) if secret in done.stderr]
