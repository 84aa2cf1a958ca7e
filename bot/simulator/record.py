"""The record of what the bot asked for."""

from __future__ import annotations

from collections import deque
from dataclasses import asdict, dataclass
from itertools import islice

from bot.simulator.refusal import Json

KEPT = 500_000
"""Most requests remembered; the oldest go first."""


@dataclass(frozen=True)
class Call:
    """One request of the bot and what came of it."""

    number: int
    """Counted from 1."""
    at: float
    """When it arrived, in the clock's seconds."""
    method: str
    """Method as the bot wrote it."""
    fields: Json
    """Fields as they came."""
    status: int
    """HTTP status of the answer; 0: the connection was broken off."""
    milliseconds: float
    """How long the answer took."""
    description: str = ""
    """Why it was refused; empty: it was not."""
    message_id: int | None = None
    """Number of the message that it sent or edited; None: none."""


class Record:
    """The latest requests in order."""

    def __init__(self) -> None:
        """Start empty."""
        self._calls: deque[Call] = deque(maxlen=KEPT)
        self.count = 0
        """How many requests have come in all."""

    def add(self, call: Call) -> None:
        """Remember a request."""
        self._calls.append(call)

    def number(self) -> int:
        """Return the number of a new request."""
        self.count += 1
        return self.count

    def clear(self) -> None:
        """Forget all requests; numbers go on."""
        self._calls.clear()

    def calls(self) -> list[Call]:
        """Return all that are remembered."""
        return list(self._calls)

    def latest(self, count: int) -> list[Json]:
        """Return the last `count` requests but polls, as JSON."""
        found = [call for call in islice(reversed(self._calls), 10 * count) if call.method != "getUpdates"]
        return [asdict(call) for call in reversed(found[:count])]

    def since(self, number: int) -> list[Json]:
        """Return the requests numbered above `number`, as JSON, in order of their answers."""
        return [asdict(call) for call in self._calls if call.number > number]
