"""Settings are read as they are meant, and a wrong one is refused by a message that names it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from bot.settings import Address, Settings, read_settings
from tests.conftest import ROOT


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("9000", Address("127.0.0.1", 9000)),
        ("0", Address("127.0.0.1", 0)),
        ("0.0.0.0:9000", Address("0.0.0.0", 9000)),
        ("[::1]:9000", Address("::1", 9000)),
        ("off", None),
        ("OFF", None),
        ("", Address("127.0.0.1", 8081)),
    ],
)
def test_an_address_is_a_port_with_or_without_an_interface_or_off(
    given: str, read: Address | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ADMIN_PORT", given)
    assert read_settings().admin_port == read


@pytest.mark.parametrize("given", ["port", "70000", "127.0.0.1", "1:2:x", "-1"])
def test_a_wrong_address_is_refused_by_name(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADMIN_PORT", given)
    with pytest.raises(click.ClickException, match=r"ADMIN_PORT: .*port"):
        read_settings()


def test_a_webhook_needs_https_but_on_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for fine in ("https://bot.example/updates", "http://127.0.0.1:9000/x", "http://localhost/x"):
        monkeypatch.setenv("WEBHOOK_URL", fine)
        assert read_settings().webhook_url == fine
    for wrong in ("http://bot.example/updates", "bot.example", "ftp://bot.example"):
        monkeypatch.setenv("WEBHOOK_URL", wrong)
        with pytest.raises(click.ClickException, match="WEBHOOK_URL"):
            read_settings()


@pytest.mark.parametrize("given", ["http://desk.example", "https://"])
def test_admins_log_in_over_https_or_on_this_machine(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for fine in ("https://desk.example", "http://127.0.0.1:9"):
        monkeypatch.setenv("ADMIN_PAGE_URL", fine)
        assert read_settings().admin_page_url == fine
    monkeypatch.setenv("ADMIN_PAGE_URL", given)
    with pytest.raises(click.ClickException, match="ADMIN_PAGE_URL"):
        read_settings()


def test_a_flood_limit_is_not_negative(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLOOD_PER_MINUTE", "-1")
    with pytest.raises(click.ClickException, match="FLOOD_PER_MINUTE"):
        read_settings()


@pytest.mark.parametrize(
    ("environment", "proxy"),
    [
        ({}, None),
        ({"HTTPS_PROXY": "http://a:1"}, "http://a:1"),
        ({"https_proxy": "a:1"}, "http://a:1"),
        ({"HTTP_PROXY": "http://a:1"}, None),
        ({"ALL_PROXY": "socks5h://a:1"}, "socks5h://a:1"),
        ({"ALL_PROXY": "socks5h://a:1", "HTTPS_PROXY": "http://b:2"}, "http://b:2"),
        ({"HTTPS_PROXY": "http://a:1", "NO_PROXY": "telegram.org"}, None),
        ({"HTTPS_PROXY": "http://a:1", "TELEGRAM_PROXY": "socks5://b:2"}, "socks5://b:2"),
        ({"HTTP_PROXY": "http://a:1", "TELEGRAM_BASE_URL": "http://127.0.0.1:8080"}, None),
        ({"HTTP_PROXY": "http://a:1", "TELEGRAM_BASE_URL": "http://api.lan:8080"}, "http://a:1"),
    ],
)
def test_the_proxy_is_ours_or_the_one_that_the_environment_names(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], proxy: str | None
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "TELEGRAM_PROXY", "TELEGRAM_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert Settings().proxy == proxy


@pytest.mark.parametrize(
    ("name", "given", "remedy"),
    [
        ("TELEGRAM_BOT_TOKEN", "abc", "copy it anew from @BotFather"),
        ("TELEGRAM_BASE_URL", "telegram.org", "must begin with https://"),
        ("TELEGRAM_PROXY", "proxy:1080", "must begin with .*socks5://"),
        ("CHATS_AT_ONCE", "99", "less than or equal to 32"),
        ("BACKLOG_LIMIT", "few", "integer"),
        ("WEBHOOK_LISTEN", "off", "not a port"),
        ("SIMULATOR_PORT", "99999", "65535"),
    ],
)
def test_a_wrong_setting_is_refused_with_what_it_may_be(
    name: str, given: str, remedy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, given)
    with pytest.raises(click.ClickException, match=f"{name}: .*{remedy}") as refused:
        read_settings()
    assert "Value error" not in str(refused.value)


@pytest.mark.slow
@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir], ids=["fifo", "folder"])
def test_an_env_file_that_is_no_file_is_refused_at_once(make: object, tmp_path: Path) -> None:
    make(tmp_path / ".env")  # type: ignore[operator]
    done = subprocess.run(
        [sys.executable, "-c", "from bot.settings import read_settings; read_settings()"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert "the file .env cannot be read: it is no ordinary file" in done.stderr
