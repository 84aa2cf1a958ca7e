"""nginx with deploy/nginx.conf, started for real before the bot's own webhook page."""

from __future__ import annotations

import asyncio
import contextlib
import io
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.channels.telegram.intake.webhook import secret, webhook
from bot.delivery.operations import listening
from bot.settings import Address
from bot.simulator.simulator import TOKEN
from tests.conftest import ROOT

pytestmark = pytest.mark.slow

MAIN = """
daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    include {folder}/bot.conf;
}}
"""
HEADERS = {"X-Telegram-Bot-Api-Secret-Token": secret(TOKEN)}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@contextlib.asynccontextmanager
async def nginx(folder: Path, upstream: int, *, allowed: bool = True) -> AsyncIterator[int]:
    """Run nginx before the port `upstream`; yields its own. `allowed`: this machine stands for Telegram's."""
    for program in ("nginx", "openssl"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    new = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=localhost"]
    files = ["-keyout", folder / "key.pem", "-out", folder / "cert.pem"]
    subprocess.run(["openssl", "req", *new, *map(str, files)], check=True, capture_output=True)
    port = free_port()
    conf = (ROOT / "deploy" / "nginx.conf").read_text("utf-8")
    for before, after in {
        "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
        "/etc/ssl/bot.example.cn.pem": f"{folder}/cert.pem",
        "/etc/ssl/private/bot.example.cn.key": f"{folder}/key.pem",
        "http://127.0.0.1:8082": f"http://127.0.0.1:{upstream}",
        "allow 91.108.4.0/22;": "allow 127.0.0.1;" if allowed else "allow 91.108.4.0/22;",
    }.items():
        assert before in conf
        conf = conf.replace(before, after)
    (folder / "bot.conf").write_text(conf)
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder))
    process = subprocess.Popen(["nginx", "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")])
    try:
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            assert process.poll() is None, (folder / "error.log").read_text()
            await asyncio.sleep(0.05)
        yield port
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait, 20)


async def test_an_update_gets_through_and_nothing_else_does(tmp_path: Path) -> None:
    taken: list[object] = []

    async def accept(update: object) -> None:
        taken.append(update)

    async with (
        listening(webhook("/updates", TOKEN, accept), Address("127.0.0.1", 0)) as upstream,
        nginx(tmp_path, upstream) as port,
        aiohttp.ClientSession(f"https://127.0.0.1:{port}", connector=aiohttp.TCPConnector(ssl=False)) as session,
    ):

        async def status(method: str, path: str, **more: object) -> int:
            async with session.request(method, path, **more) as answer:  # type: ignore[arg-type]
                return answer.status

        assert await status("POST", "/updates", json={"update_id": 7}, headers=HEADERS) == 200
        assert taken == [{"update_id": 7}]
        assert await status("POST", "/updates", json={"update_id": 8}) == 403, "without the secret"
        assert await status("GET", "/updates", headers=HEADERS) == 403
        assert await status("POST", "/updates", data=io.BytesIO(b"x" * 1_100_000), headers=HEADERS) == 413
        for other in ("/", "/readyz", "/metrics", "/updates/x", "/healthz"):
            assert await status("GET", other) == 404, other
        assert len(taken) == 1
    log = (tmp_path / "error.log").read_text()
    assert TOKEN not in log


async def test_only_telegrams_addresses_are_let_in(tmp_path: Path) -> None:
    async with (
        nginx(tmp_path, free_port(), allowed=False) as port,
        aiohttp.ClientSession(f"https://127.0.0.1:{port}", connector=aiohttp.TCPConnector(ssl=False)) as session,
        session.post("/updates", json={"update_id": 7}, headers=HEADERS) as answer,
    ):
        assert answer.status == 403
