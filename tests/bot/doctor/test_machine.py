"""The doctor notices what is broken on the machine, and says nothing of what is well."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.delivery.operations import listening, operations
from bot.doctor.findings import State, Subject
from bot.doctor.machine import disk, permissions, ports, settings_read
from bot.settings import Address, Settings
from bot.store.connect import alone
from tests.bot.doctor.conftest import of

AS_ROOT = pytest.mark.skipif(
    os.geteuid() != 0, reason="only root can take rights away from itself, and give files away"
)


def test_settings_that_are_right_are_counted(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (bare / ".env").write_text("ADMIN_PORT=off\nBACKLOG_LIMIT=500\n")
    monkeypatch.setenv("LOG_FORMAT", "json")
    monkeypatch.setenv("EDITOR", "vi")  # another program's
    found = of(Subject.SETTINGS, settings_read())
    assert found.state is State.OK
    assert " 3 of " in f" {found.what.say('en')}"


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("TELEGRAM_TOKEN", "TELEGRAM_BOT_TOKEN"),
        ("BOT_TOKEN", "TELEGRAM_BOT_TOKEN"),
        ("ADMIN_PORTS", "ADMIN_PORT"),
        ("DATABSE_URL", "DATABASE_URL"),
        ("LOGFORMAT", "LOG_FORMAT"),
    ],
)
def test_a_misspelt_setting_is_named_with_the_one_that_was_meant_wherever_it_is(
    name: str, meant: str, bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (bare / ".env").write_text(f"{name}=secret\n")
    in_file = of(Subject.SETTINGS, settings_read())
    (bare / ".env").unlink()
    monkeypatch.setenv(name, "secret")
    for found in (in_file, of(Subject.SETTINGS, settings_read())):
        assert found.state is State.WARNING
        assert name in found.line("zh")
        assert found.remedy is not None
        assert meant in found.remedy.say("en")
        assert "secret" not in found.line("en")


def test_a_name_like_no_setting_is_a_mistake_in_the_file_alone(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXIES", "x")
    assert of(Subject.SETTINGS, settings_read()).state is State.OK
    (bare / ".env").write_text("COLOUR=red\n")
    assert "COLOUR" in of(Subject.SETTINGS, settings_read()).line("en")


def test_a_disk_that_is_full_or_nearly_so(tmp_path: Path) -> None:
    endless = 10**18
    assert of(Subject.DISK, disk(tmp_path / "var", least=0, plenty=0)).state is State.OK
    assert of(Subject.DISK, disk(tmp_path / "var", least=0, plenty=endless)).state is State.WARNING
    assert of(Subject.DISK, disk(tmp_path / "var", least=endless, plenty=endless)).state is State.WRONG


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """A knowledge folder and a data folder as they should be."""
    for above in (tmp_path, *tmp_path.parents[:-2]):
        above.chmod(0o755)
    faq, data = tmp_path / "faq", tmp_path / "var"
    for folder in (faq, data):
        folder.mkdir()
    for name in ("bot.sqlite3", "pseudonym.key"):
        (data / name).touch(0o600)
    return faq, data


def test_folders_as_they_should_be_or_not_yet_there_are_well(folders: tuple[Path, Path]) -> None:
    faq, data = folders
    assert of(Subject.PERMISSIONS, permissions(faq, data)).state is State.OK
    assert of(Subject.PERMISSIONS, permissions(faq, data / "new" / "var")).state is State.OK


@pytest.mark.parametrize("name", ["bot.sqlite3", "pseudonym.key"])
def test_a_file_with_residents_words_that_others_can_read(name: str, folders: tuple[Path, Path]) -> None:
    faq, data = folders
    (data / name).chmod(0o640)
    found = of(Subject.PERMISSIONS, permissions(faq, data))
    assert found.state is State.WARNING
    assert found.remedy is not None
    assert f"chmod go= {data / name}" in found.remedy.say("en")


def test_a_file_of_settings_that_others_can_read(folders: tuple[Path, Path], bare: Path) -> None:
    (bare / ".env").write_text("TELEGRAM_BOT_TOKEN=\n")
    (bare / ".env").chmod(0o644)
    assert of(Subject.PERMISSIONS, permissions(*folders)).state is State.WARNING
    (bare / ".env").chmod(0o600)
    assert of(Subject.PERMISSIONS, permissions(*folders)).state is State.OK


def test_a_file_in_the_place_of_the_data_folder(folders: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert of(Subject.PERMISSIONS, permissions(folders[0], tmp_path / "file")).state is State.WRONG


@AS_ROOT
def test_folders_that_may_not_be_written(folders: tuple[Path, Path], tmp_path: Path) -> None:
    faq, data = folders
    os.chown(data, 65534, 65534)
    for file in data.iterdir():
        os.chown(file, 65534, 65534)
    os.seteuid(65534)
    try:
        of_faq = of(Subject.PERMISSIONS, permissions(faq, data))
        of_data = [finding.state for finding in permissions(tmp_path / "none", faq)]
        of_new = of(Subject.PERMISSIONS, permissions(tmp_path / "none", faq / "var")).state
    finally:
        os.seteuid(0)
    assert of_faq.state is State.WARNING
    assert str(faq) in of_faq.line("en")
    assert State.WRONG in of_data
    assert of_new is State.WRONG


@AS_ROOT
def test_files_of_another_user(folders: tuple[Path, Path]) -> None:
    faq, data = folders
    os.chown(data / "bot.sqlite3", 65534, 65534)
    found = of(Subject.PERMISSIONS, permissions(faq, data))
    assert found.state is State.WARNING
    assert "nobody" in found.line("en")


def test_a_port_that_another_program_holds(tmp_path: Path, settings: Callable[..., Settings]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = Address("127.0.0.1", other.getsockname()[1])
        webhook = settings(webhook_url="https://bot.example/updates", webhook_listen=taken, admin_port=None)
        found = of(Subject.PORTS, ports(webhook, tmp_path))
        assert found.state is State.WRONG
        assert "WEBHOOK_LISTEN to" in found.line("en")
        chat = settings(telegram_bot_token=None, simulator_port=taken.port, admin_port=None)
        assert of(Subject.PORTS, ports(chat, tmp_path)).state is State.WRONG
        replica = of(Subject.PORTS, ports(settings(replica_listen=taken, admin_port=None), tmp_path))
        assert replica.state is State.WRONG
        assert "REPLICA_LISTEN to" in replica.line("en")
        pages = settings(admin_port=taken)
        assert of(Subject.PORTS, ports(pages, tmp_path)).state is State.WARNING, "residents are served all the same"
    assert of(Subject.PORTS, ports(webhook, tmp_path)).state is State.OK
    nowhere = settings(admin_port=Address("203.0.113.7", 8081))
    assert of(Subject.PORTS, ports(nowhere, tmp_path)).state is State.WARNING


async def test_ports_that_the_running_bot_holds_are_well(tmp_path: Path, settings: Callable[..., Settings]) -> None:
    async def exposition() -> bytes:
        return b""

    async with listening(operations({}, exposition), Address("127.0.0.1", 0)) as port:
        held = settings(admin_port=Address("127.0.0.1", port))
        with alone(tmp_path):
            assert of(Subject.PORTS, await asyncio.to_thread(lambda: list(ports(held, tmp_path)))).state is State.OK
        assert of(Subject.PORTS, await asyncio.to_thread(lambda: list(ports(held, tmp_path)))).state is State.WARNING
    with socket.create_server(("127.0.0.1", 0)) as other, alone(tmp_path):
        other.settimeout(5)
        strange = settings(admin_port=Address("127.0.0.1", other.getsockname()[1]))
        looking = asyncio.create_task(asyncio.to_thread(lambda: list(ports(strange, tmp_path))))
        connection, _ = await asyncio.to_thread(other.accept)
        with connection:
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
            assert of(Subject.PORTS, await looking).state is State.WARNING
