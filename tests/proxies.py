"""Proxies on loopback that count what passes through them: an HTTP one and a SOCKS 5 one."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field


@dataclass
class Proxy:
    """What went through a proxy."""

    url: str = ""
    asked: list[str] = field(default_factory=list)


@contextlib.asynccontextmanager
async def http_proxy() -> AsyncIterator[Proxy]:
    """Run a proxy that forwards plain requests with an absolute address."""
    proxy = Proxy()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = await reader.readline()
        if not line:
            writer.close()
            return
        method, address, version = line.decode().split()
        proxy.asked.append(address)
        host, _, path = address.removeprefix("http://").partition("/")
        name, _, port = host.partition(":")
        up_reader, up_writer = await asyncio.open_connection(name, int(port))
        up_writer.write(f"{method} /{path} {version}\r\n".encode())
        await asyncio.gather(_pump(reader, up_writer), _pump(up_reader, writer))

    async with _listening(serve) as port:
        proxy.url = f"http://127.0.0.1:{port}"
        yield proxy


@contextlib.asynccontextmanager
async def socks_proxy() -> AsyncIterator[Proxy]:
    """Run a SOCKS 5 proxy without authentication; it notes names and addresses as they were given (RFC 1928)."""
    proxy = Proxy()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _, methods = await reader.readexactly(2)
        await reader.readexactly(methods)
        writer.write(b"\x05\x00")
        *_, kind = await reader.readexactly(4)
        if kind == 3:
            host = (await reader.readexactly((await reader.readexactly(1))[0])).decode()
        else:
            host = ".".join(map(str, await reader.readexactly(4)))
        port = int.from_bytes(await reader.readexactly(2), "big")
        proxy.asked.append(f"{host}:{port}")
        up_reader, up_writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"\x05\x00\x00\x01\x7f\x00\x00\x01" + port.to_bytes(2, "big"))
        await asyncio.gather(_pump(reader, up_writer), _pump(up_reader, writer))

    async with _listening(serve) as port:
        proxy.url = f"socks5://127.0.0.1:{port}"
        yield proxy


@contextlib.asynccontextmanager
async def _listening(serve: object) -> AsyncIterator[int]:
    tasks: set[asyncio.Task[None]] = set()

    async def whole(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with (
            contextlib.suppress(asyncio.IncompleteReadError),
            contextlib.closing(writer),
        ):  # who only knocks says nothing
            await serve(reader, writer)  # type: ignore[operator]

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.add(asyncio.get_running_loop().create_task(whole(reader, writer)))

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while piece := await reader.read(65536):
            writer.write(piece)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()
