"""A Bot API server that does as little as it can, so that a benchmark measures the bot; strictness is the simulator's.

It runs as a process of its own: python -m tests.bench.server. It prints its port, then takes orders on /control.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import time
from collections import defaultdict, deque
from typing import Any

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_FIELD = rb'(?:^|[&"])%s(?:=|": ?)(-?[0-9]+)'
"""A number in a form or in JSON."""
_CHAT, _OFFSET, _TIMEOUT = (re.compile(_FIELD % name) for name in (b"chat_id", b"offset", b"timeout"))
_BATCH = 100
_BOT = {"id": 123456, "is_bot": True, "first_name": "bench", "username": "bench_bot"}
_FIXED: dict[str, Any] = {
    "getMe": {
        **_BOT,
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
    },
    "getMyCommands": [],
    "getMyDescription": {"description": ""},
    "getMyShortDescription": {"short_description": ""},
    "getWebhookInfo": {"url": "", "has_custom_certificate": False, "pending_update_count": 0},
}


class Telegram:
    """Updates to hand out, and when each was answered."""

    def __init__(self) -> None:
        self.latency = 0.0
        self.waiting: deque[tuple[int, bytes]] = deque()
        self.number = int(time.time())  # below what Telegram counts to, and beyond what an earlier run has used
        self.polls = 0
        self.calls: dict[str, int] = defaultdict(int)
        self.last = 0.0
        self.received = self.sent = 0
        self.latencies: list[tuple[int, float]] = []
        self._asked: dict[int, deque[float]] = defaultdict(deque)
        self._arrived = asyncio.Event()

    def order(self, order: dict[str, Any]) -> dict[str, Any]:
        """Do as the benchmark wants: `plan` is a list of (seconds from now, user, text)."""
        if "plan" in order:
            self.latency, self.latencies, self.calls = order["latency"], [], defaultdict(int)
            loop = asyncio.get_running_loop()
            for delay, user, text in order["plan"]:
                if delay:
                    loop.call_later(delay, self.arrive, user, text)
                else:
                    self.arrive(user, text)
        return {
            "now": time.monotonic(),
            "polls": self.polls,
            "answered": len(self.latencies),
            "last": self.last,
            "calls": self.calls,
            "bytes": self.received + self.sent,
            "latencies": self.latencies if order.get("latencies") else [],
        }

    def arrive(self, user: int, text: str) -> None:
        """Let a message of `user` arrive."""
        self.number += 1
        person = {"id": user, "is_bot": False, "first_name": "r"}
        chat = {"id": user, "type": "private", "first_name": "r"}
        message = {"message_id": self.number, "date": int(time.time()), "chat": chat, "from": person, "text": text}
        update = json.dumps({"update_id": self.number, "message": message}).encode()
        self.waiting.append((self.number, update))
        self._asked[user].append(time.monotonic())
        self._arrived.set()

    async def answer(self, method: str, body: bytes) -> bytes:
        """Return the JSON of an answer."""
        self.calls[method] += 1
        if method == "getUpdates":
            return await self._updates(body)
        if self.latency:
            await asyncio.sleep(self.latency)
        if method == "sendMessage":
            return self._sent(body)
        return b'{"ok":true,"result":%s}' % json.dumps(_FIXED.get(method, True)).encode()

    async def _updates(self, body: bytes) -> bytes:
        self.polls += 1
        offset = _OFFSET.search(body)
        while self.waiting and offset and self.waiting[0][0] < int(offset[1]):
            self.waiting.popleft()
        timeout = _TIMEOUT.search(body)
        if not self.waiting and timeout and int(timeout[1]):
            self._arrived.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._arrived.wait(), int(timeout[1]))
        batch = [update for (_, update), _ in zip(self.waiting, range(_BATCH), strict=False)]
        return b'{"ok":true,"result":[%s]}' % b",".join(batch)

    def _sent(self, body: bytes) -> bytes:
        found = _CHAT.search(body)
        user = int(found[1]) if found else 0
        self.last = time.monotonic()
        if self._asked[user]:
            self.latencies.append((user, self.last - self._asked[user].popleft()))
        message = b'{"message_id":1,"date":1700000000,"chat":{"id":%d,"type":"private"},"text":"x"}' % user
        return b'{"ok":true,"result":%s}' % message


class Connection(asyncio.Protocol):
    """One kept-alive connection; requests on it come one after another."""

    def __init__(self, telegram: Telegram) -> None:
        self._telegram = telegram
        self._buffer = b""
        self._tasks: set[asyncio.Task[None]] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: Any = transport

    def connection_lost(self, exc: Exception | None) -> None:
        for task in self._tasks:
            task.cancel()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        length = _LENGTH.search(self._buffer, 0, end)
        size = end + 4 + (int(length[1]) if length else 0)
        if len(self._buffer) < size:
            return
        request, self._buffer = self._buffer[:size], self._buffer[size:]
        path = request.split(b" ", 2)[1].decode()
        if not path.endswith("/control"):
            self._telegram.received += size
        task = asyncio.get_running_loop().create_task(self._answer(path.rpartition("/")[2], request[end + 4 :]))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, method: str, body: bytes) -> None:
        if method == "control":
            answer = json.dumps(self._telegram.order(json.loads(body))).encode()
        else:
            answer = await self._telegram.answer(method, body)
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(answer)
        if method != "control":
            self._telegram.sent += len(head) + len(answer)
        self._transport.write(head + answer)


async def main() -> None:
    """Serve until killed."""
    telegram = Telegram()
    server = await asyncio.get_running_loop().create_server(lambda: Connection(telegram), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
