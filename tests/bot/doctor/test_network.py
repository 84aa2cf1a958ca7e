"""The doctor finds where the way to Telegram is broken: each step of it is broken for real."""

from __future__ import annotations

import asyncio
import contextlib
import email.utils
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.doctor.findings import Finding, State, Subject
from bot.doctor.network import RECENT, WAITING, certificate, clock, way, webhook
from bot.settings import Settings
from bot.simulator.server import serving_in_thread
from bot.simulator.simulator import TOKEN, Simulator
from bot.simulator.webhook import Target
from tests.bot.doctor.conftest import of
from tests.proxies import http_proxy, socks_proxy
from tests.running import until

CLOSED = "http://127.0.0.1:1"
WRONG_TOKEN = "123456:no-token-of-anybody-at-all"


@pytest.fixture(scope="module")
def telegram() -> Iterator[Simulator]:
    with serving_in_thread() as simulator:
        yield simulator


@pytest.fixture
def on_way(telegram: Simulator, settings: Callable[..., Settings]) -> Callable[..., list[Finding]]:
    """Look at the way to the simulator, with settings as given."""
    return lambda **given: list(way(settings(**{"telegram_base_url": telegram.url, **given})))


def test_a_way_on_which_all_is_well(on_way: Callable[..., list[Finding]]) -> None:
    found = on_way()
    steps = [Subject.DNS, Subject.PROXY, Subject.NETWORK, Subject.CLOCK, Subject.TOKEN, Subject.WEBHOOK]
    assert [finding.subject for finding in found] == steps
    assert {finding.state for finding in found} == {State.OK}


def test_without_a_token_nothing_is_asked(settings: Callable[..., Settings]) -> None:
    (found,) = way(settings(telegram_bot_token=None, telegram_base_url=CLOSED))
    assert (found.subject, found.state) == (Subject.TOKEN, State.WARNING)


@pytest.mark.slow
def test_a_token_that_the_server_does_not_know(on_way: Callable[..., list[Finding]]) -> None:
    found = on_way(telegram_bot_token=SecretStr(WRONG_TOKEN))
    assert of(Subject.TOKEN, found).state is State.WRONG
    assert of(Subject.NETWORK, found).state is State.OK
    assert not [finding for finding in found if WRONG_TOKEN.partition(":")[2] in finding.line("zh")]


@pytest.mark.parametrize("host", ["no-such-host.invalid", "a" * 64 + ".example"])
def test_a_name_that_cannot_be_resolved(host: str, on_way: Callable[..., list[Finding]]) -> None:
    (found,) = on_way(telegram_base_url=f"http://{host}")
    assert (found.subject, found.state) == (Subject.DNS, State.WRONG)


def test_a_server_that_is_not_there(on_way: Callable[..., list[Finding]]) -> None:
    found = on_way(telegram_base_url=CLOSED)
    assert of(Subject.NETWORK, found).state is State.WRONG
    assert not [finding for finding in found if finding.subject is Subject.TOKEN]


def test_a_proxy_that_is_not_there_is_named_without_its_password(on_way: Callable[..., list[Finding]]) -> None:
    found = of(Subject.PROXY, on_way(telegram_proxy="socks5://u:hidden@127.0.0.1:1"))
    assert found.state is State.WRONG
    assert "socks5://127.0.0.1:1" in found.line("zh")
    assert "hidden" not in found.line("zh")


async def test_a_way_through_proxies(on_way: Callable[..., list[Finding]]) -> None:
    for proxy in (http_proxy, socks_proxy):
        async with proxy() as running:
            found = await asyncio.to_thread(lambda url=running.url: on_way(telegram_proxy=url))  # type: ignore[misc]
            assert {finding.state for finding in found} == {State.OK}
            assert len(running.asked) >= 2


@contextlib.contextmanager
def another_server(said: bytes, tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """Serve `said` to whoever asks whatever, over TLS if given; yield the address without a scheme."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.05)
        stop = threading.Event()

        def serve() -> None:
            while not stop.is_set():
                with contextlib.suppress(OSError):  # of a client that breaks off, too
                    plain, _ = listening.accept()
                    plain.settimeout(5)
                    with plain, tls.wrap_socket(plain, server_side=True) if tls else plain as connection:
                        connection.recv(65536)
                        connection.sendall(said)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"localhost:{listening.getsockname()[1]}"
        finally:
            stop.set()
            thread.join()


def page(ahead: float) -> bytes:
    """Return a page of a server whose clock is ahead by so many seconds; it knows nothing of the Bot API."""
    date = email.utils.formatdate(time.time() + ahead, usegmt=True)
    return f"HTTP/1.1 200 OK\r\nDate: {date}\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi".encode()


@pytest.mark.parametrize(
    ("ahead", "state", "remedy"),
    [
        (0, State.OK, ""),
        (60, State.WARNING, "set-ntp"),
        (-3600, State.WRONG, "set-ntp"),
        (8 * 3600, State.WRONG, "Asia/Shanghai"),
    ],
)
def test_a_clock_that_is_off(ahead: float, state: State, remedy: str, on_way: Callable[..., list[Finding]]) -> None:
    with another_server(page(ahead)) as address:
        found = on_way(telegram_base_url=f"http://{address}")
    assert of(Subject.CLOCK, found).state is state
    assert remedy in of(Subject.CLOCK, found).line("en")
    assert of(Subject.TOKEN, found).state is State.WARNING, "a page that is not Telegram's says nothing of the token"


def test_a_server_that_names_no_time() -> None:
    assert clock(None).state is State.WARNING


def test_a_webhook_that_another_program_has_set(telegram: Simulator, on_way: Callable[..., list[Finding]]) -> None:
    telegram.webhook.set(Target("http://127.0.0.1:1/some-secret-path", "s", 1))
    try:
        polls = of(Subject.WEBHOOK, on_way())
        other = of(Subject.WEBHOOK, on_way(webhook_url="http://localhost/updates"))
    finally:
        telegram.webhook.remove()
    assert (polls.state, other.state) == (State.WARNING, State.WARNING)
    assert "secret" not in polls.line("en") + other.line("en")
    assert of(Subject.WEBHOOK, on_way(webhook_url="http://localhost/updates")).state is State.WARNING, "not set yet"


async def test_a_webhook_at_which_nobody_answers(telegram: Simulator, on_way: Callable[..., list[Finding]]) -> None:
    telegram.at_once(lambda: telegram.webhook.set(Target(f"{CLOSED}/updates", "s", 1)))
    try:
        telegram.says("在吗")
        await until(lambda: telegram.webhook.last_error, 20)
        found = await asyncio.to_thread(lambda: on_way(webhook_url=f"{CLOSED}/updates"))
    finally:
        telegram.at_once(telegram.webhook.remove)
        telegram.at_once(telegram.updates.clear)
    assert of(Subject.WEBHOOK, found).state is State.WRONG


def test_what_telegram_says_of_the_webhook(settings: Callable[..., Settings]) -> None:
    ours = settings(webhook_url="https://bot.example/updates")
    told: dict[str, object] = {"url": "https://bot.example/updates", "pending_update_count": 3}
    assert webhook(told, ours, 1e9).state is State.OK
    assert webhook({**told, "pending_update_count": WAITING + 1}, ours, 1e9).state is State.WARNING
    failed = {**told, "last_error_date": int(1e9 - 60), "last_error_message": f"Wrong response at {TOKEN}"}
    assert webhook(failed, ours, 1e9).state is State.WRONG
    assert TOKEN not in webhook(failed, ours, 1e9).line("en")
    assert webhook(failed, ours, 1e9 + RECENT).state is State.OK, "that was long ago"
    elsewhere = settings(webhook_url="https://bot.example:8444/updates")
    assert webhook({**told, "url": "https://bot.example:8444/updates"}, elsewhere, 1e9).state is State.WRONG


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Path]:
    """Return a file with a certificate of localhost for so many days, and its key."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")

    def made(days: int) -> Path:
        file = tmp_path_factory.mktemp("certificate") / "both.pem"
        new = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", str(days)]
        named = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
        key = file.with_suffix(".key")
        subprocess.run(["openssl", "req", *new, *named, "-keyout", key, "-out", file], check=True, capture_output=True)
        file.write_bytes(file.read_bytes() + key.read_bytes())
        return file

    return made


def serves(file: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


@pytest.mark.slow
@pytest.mark.parametrize(("days", "state"), [(400, State.OK), (5, State.WARNING)])
def test_a_certificate_that_ends_soon(
    days: int, state: State, certificates: Callable[[int], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = certificates(days)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))  # a trusted authority
    with another_server(b"", serves(file)) as address:
        found = certificate(f"https://{address}/updates")
    assert found.state is state
    assert str(days - 1) in found.what.say("en")


@pytest.mark.slow
def test_a_certificate_that_nobody_trusts(
    certificates: Callable[[int], Path], on_way: Callable[..., list[Finding]]
) -> None:
    with another_server(b"", serves(certificates(400))) as address:
        assert certificate(f"https://{address}/updates").state is State.WRONG
        assert certificate(f"https://{address}/updates", given=True).state is State.OK
        to_server = of(Subject.NETWORK, on_way(telegram_base_url=f"https://{address}"))
        with_webhook = of(Subject.CERTIFICATE, on_way(webhook_url=f"https://{address}/updates"))
    assert to_server.state is State.WRONG
    assert "ca-certificates" in to_server.line("en")
    assert with_webhook.state is State.WRONG


def test_a_public_address_that_cannot_be_reached_from_here() -> None:
    assert certificate("https://127.0.0.1:1/updates").state is State.WARNING
