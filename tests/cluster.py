"""Several replicas of the bot behind nginx on one PostgreSQL, all on this machine: `make cluster`.

As a program it serves a simulated Telegram with its chat page until Ctrl-C: python -m tests.cluster [--replicas 3]
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import click
import psycopg

from bot.delivery.live import open_model
from bot.simulator.server import serving
from bot.simulator.simulator import Simulator
from bot.store.replicas.locks import LEADER
from tests import postgres
from tests.conftest import FAQ, ROOT
from tests.running import launch
from tests.warm import Process

_NGINX = """
daemon off; pid {folder}/pid; error_log {folder}/error.log; worker_processes 1;
events {{ worker_connections 512; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    upstream replicas {{ {servers} keepalive 32; }}
    server {{
        listen 127.0.0.1:{port};
        location = /updates {{
            proxy_pass http://replicas;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_read_timeout 70s;
            proxy_next_upstream error timeout non_idempotent;
        }}
    }}
}}
"""


def obstacle() -> str | None:
    """Return why there can be no cluster here, or None."""
    return postgres.obstacle() or (None if shutil.which("nginx") else "nginx is not installed: apt-get install nginx")


def free_ports(count: int) -> list[int]:
    """Return ports that were free a moment ago."""
    with contextlib.ExitStack() as stack:
        taken = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [int(one.getsockname()[1]) for one in taken]


class Cluster:
    """The replicas, by number from 0; each can be ended and started again."""

    def __init__(self, api: Simulator, faq: Path, data: Path, database: str, count: int) -> None:
        self.api, self.database = api, database
        self.count = count
        self._faq, self._data = faq, data
        self.port, *ports = free_ports(1 + 3 * count)
        self._ports = [ports[3 * n : 3 * n + 3] for n in range(count)]
        self.processes: dict[int, Process] = {}

    @property
    def servers(self) -> str:
        """The replicas as nginx's upstream names them."""
        return " ".join(f"server 127.0.0.1:{webhook} max_fails=1 fail_timeout=1s;" for webhook, _, _ in self._ports)

    @property
    def log(self) -> str:
        """What all replicas have logged."""
        return (self._data / "log").read_text("utf-8")

    def leader(self) -> int:
        """Return which replica leads."""
        asked = (
            "SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid)"
            f" WHERE locktype = 'advisory' AND objid = {LEADER} AND granted"
        )
        with psycopg.connect(self.database) as connection:
            row = connection.execute(asked).fetchone()
        assert row, "none leads"
        return [f"hebi-bot 127.0.0.1:{handed}" for _, handed, _ in self._ports].index(row[0])

    async def start(self, number: int, **settings: str) -> None:
        """Start a replica; it is not ready yet."""
        webhook, handed, admin = self._ports[number]
        own = {
            "WEBHOOK_URL": f"http://127.0.0.1:{self.port}/updates",
            "WEBHOOK_LISTEN": f"127.0.0.1:{webhook}",
            "REPLICA_LISTEN": f"127.0.0.1:{handed}",
            "ADMIN_PORT": f"127.0.0.1:{admin}",
            "DATABASE_URL": self.database,
            **settings,
        }
        self.processes[number] = (await launch(self.api, self._data, self._faq, **own)).process

    async def ready(self, number: int, seconds: float = 60.0) -> None:
        """Wait until a replica answers chats of its own."""
        address, end = f"http://127.0.0.1:{self._ports[number][2]}/readyz", time.monotonic() + seconds
        async with aiohttp.ClientSession() as session:
            while True:
                with contextlib.suppress(aiohttp.ClientError, OSError):
                    async with session.get(address) as response:
                        if response.status == 200:
                            return
                assert self.processes[number].returncode is None, f"a replica has ended:\n{self.log[-3000:]}"
                assert time.monotonic() < end, f"replica {number} is not ready:\n{self.log[-3000:]}"
                await asyncio.sleep(0.1)

    async def end(self, number: int, by: signal.Signals = signal.SIGTERM) -> None:
        """End a replica."""
        process = self.processes.pop(number)
        process.send_signal(by)
        await asyncio.wait_for(process.wait(), 60)

    async def close(self) -> None:
        """End all."""
        for process in self.processes.values():
            process.send_signal(signal.SIGTERM)
        for number in list(self.processes):
            await self.end(number)


@contextlib.contextmanager
def _nginx(cluster: Cluster) -> Iterator[None]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        conf = folder / "nginx.conf"
        conf.write_text(_NGINX.format(folder=folder, port=cluster.port, servers=cluster.servers), "utf-8")
        process = subprocess.Popen(["nginx", "-c", conf, "-p", folder, "-e", folder / "error.log"])
        try:
            yield
        finally:
            process.terminate()
            process.wait()


@contextlib.asynccontextmanager
async def cluster(api: Simulator, faq: Path, data: Path, count: int, **settings: str) -> AsyncIterator[Cluster]:
    """Run PostgreSQL, nginx and `count` replicas on the data folder `data`, and wait until all are ready."""
    with postgres.server() as database:
        made = Cluster(api, faq, data, database, count)
        with _nginx(made):
            try:
                for number in range(count):
                    await made.start(number, **settings)
                for number in range(count):
                    await made.ready(number)
                yield made
            finally:
                await made.close()


@contextlib.contextmanager
def trained(data: Path) -> Iterator[Path]:
    """Yield a data folder of its own that shares the models of `data`."""
    open_model(FAQ, data)
    with tempfile.TemporaryDirectory() as name:
        own = Path(name)
        for part in ("models", "cache"):
            (own / part).symlink_to((data / part).resolve())
        yield own


async def _serve(data: Path, replicas: int, port: int) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    with trained(data) as own:
        async with serving(port) as api, cluster(api, FAQ, own, replicas, FLOOD_PER_MINUTE="20") as made:
            click.echo(f"{replicas} replicas serve; talk with the bot at {api.url} (Ctrl-C ends all)")
            click.echo(f"the log of all replicas: {own / 'log'}")
            pids = ", ".join(str(process.pid) for process in made.processes.values())
            click.echo(f"their process ids, to try kill -9: {pids}")
            await stop.wait()


@click.command()
@click.option("--replicas", default=3, show_default=True)
@click.option("--port", default=8080, show_default=True, help="Of the chat page; 0: any free one.")
@click.option("--data", type=click.Path(path_type=Path), default=ROOT / "var", help="Folder with the trained model.")
def main(replicas: int, port: int, data: Path) -> None:
    """Serve a simulated Telegram with several replicas until Ctrl-C."""
    if reason := obstacle():
        raise click.ClickException(reason)
    asyncio.run(_serve(data, replicas, port))


if __name__ == "__main__":
    main()
