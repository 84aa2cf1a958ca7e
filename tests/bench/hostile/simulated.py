"""Ask the simulated Telegram for what it has not, in ways that are none."""

from __future__ import annotations

import asyncio
import re

from tests.bench.hostile.ground import Ground

HERE = "127.0.0.1"
REQUESTS = (
    *(("GET", f"/api/record?since={since}", HERE) for since in ("x", "-1e9", "9" * 30, "", "%00")),
    *(("GET", "/", host) for host in ("[::1", "[::1]:x", f"{HERE}:99999999", "\xff", "[", "]", "a:b:c", "::1", ":")),
    *(("DELETE", f"/api/{what}", HERE) for what in ("chats/99", "chats/x", "people/99", "groups/-99", "people/9" * 9)),
    *(("POST", f"/api/{what}", HERE) for what in ("messages", "presses", "faults", "edits", "blocks", "people")),
    *(("POST", f"/api/{what}", HERE) for what in ("groups", "updates")),
    ("GET", "/api/pending", "[::1"), ("GET", "/%00", HERE), ("GET", "/../../etc/passwd", HERE),
)  # fmt: skip
"""Method, path and Host."""
BODIES = (
    b"", b"null", b"[]", b"5", b'"x"', b"{}", b"[null]", b"[[[", b'{"user": "x"}', b'{"user": 7, "text": 5}',
    b'{"user": 7, "chat": [], "text": {}}', b'{"too_many": 5}', b'{"latency_ms": "x"}', b'{"user": 1e400}',
    b"[" * 50_000,
)  # fmt: skip
"""What is posted."""


async def simulator(ground: Ground) -> None:
    """Ask the simulated Telegram for what it has not, in ways that are none."""
    process = await asyncio.create_subprocess_exec(
        ground.python, "-m", "bot.simulator", "--port", "0", cwd=ground.root,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    try:
        if process.stdout is None:
            raise RuntimeError("the process was started without a pipe")
        port = int(re.findall(rb"127\.0\.0\.1:(\d+)", await process.stdout.readline())[0])
        for method, path, host in REQUESTS:
            for body in BODIES if method == "POST" else (b"",):
                status = await _status(port, method, path, host, body)
                fault = f"simulator: {method} {path} of {host!r} {body[:30]!r}: {status}"
                missing = method == "DELETE" and not 400 <= status < 500
                ground.tally.note(18, fault if missing or status >= 500 or not status else "")
    finally:
        process.kill()
        await process.wait()


async def _status(port: int, method: str, path: str, host: str, body: bytes) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    host = host if host.startswith("[") or ":" in host or not host.isascii() else f"{host}:{port}"
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    )
    writer.write(f"{head}Connection: close\r\n\r\n".encode("latin-1") + body)
    line = await asyncio.wait_for(reader.readline(), 10)
    writer.close()
    found = re.match(rb"HTTP/1\.\d (\d+)", line)
    return int(found[1]) if found else 0
