"""Faults that can be switched on: what a bot meets in the real network."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from bot.simulator.refusal import Json, Refusal, bad

POLL = "getupdates"
MOST = 1_000_000
"""Largest figure of a fault: milliseconds, seconds."""


@dataclass
class Fault:
    """How often something goes wrong."""

    next: int = 0
    """How many of the next calls it hits."""
    share: float = 0.0
    """Which share of all calls it hits, in [0, 1]."""
    method: str = ""
    """The only method that it hits; empty: all."""

    def hits(self, method: str, chance: Callable[[], float]) -> bool:
        """Tell whether it hits a call of `method` (in small letters)."""
        if self.method and self.method.lower() != method:
            return False
        if self.next > 0:
            self.next -= 1
            return True
        return self.share > 0 and chance() < self.share


@dataclass
class Faults:
    """All faults of one server; polls are spared unless `polls_too`."""

    too_many: Fault = field(default_factory=Fault)
    """429 with retry_after."""
    server_error: Fault = field(default_factory=Fault)
    """502 Bad Gateway, not as JSON."""
    refused: Fault = field(default_factory=Fault)
    """400 for no reason that the bot could know."""
    dropped: Fault = field(default_factory=Fault)
    """The connection breaks before the request is looked at."""
    unanswered: Fault = field(default_factory=Fault)
    """The request is carried out, then the connection breaks: the bot cannot know."""
    retry_after: int = 1
    """Seconds told with each 429."""
    latency_ms: float = 0.0
    """Milliseconds that each answer takes longer."""
    polls_too: bool = False
    """Whether faults hit getUpdates as well."""
    gone_until: float = 0.0
    """Until when the network is gone, in the clock's seconds; getUpdates too."""

    def __post_init__(self) -> None:
        self._chance = random.Random(20260101).random  # noqa: S311 - runs can be repeated

    def spares(self, method: str) -> bool:
        """Tell whether `method` (in small letters) is spared."""
        return method == POLL and not self.polls_too

    def breaks(self, fault: Fault, method: str) -> bool:
        """Tell whether `fault` hits a call of `method` (in small letters)."""
        return not self.spares(method) and fault.hits(method, self._chance)

    async def delay(self, method: str) -> None:
        """Let the answer to `method` (in small letters) take longer, if it shall."""
        if not self.spares(method) and self.latency_ms > 0:
            await asyncio.sleep(self.latency_ms / 1000)

    def refuse(self, method: str) -> None:
        """Raise the Refusal that is due for a call of `method` (in small letters), if any."""
        if self.breaks(self.too_many, method):
            raise Refusal(429, f"Too Many Requests: retry after {self.retry_after}", retry_after=self.retry_after)
        if self.breaks(self.refused, method):
            raise bad("something odd")

    def gone(self, now: float) -> bool:
        """Tell whether the network is gone."""
        return now < self.gone_until

    def switch(self, wanted: Json, now: float) -> None:
        """Switch faults as `wanted` says; `gone_seconds` counts from `now`. Raises ValueError, TypeError."""
        known = {one.name for one in fields(self)} | {"gone_seconds"}
        if unknown := set(wanted) - known:
            raise ValueError(f"unknown faults {sorted(unknown)}; known are {sorted(known)}")
        checked = {name: self._checked(name, value) for name, value in wanted.items()}  # all, before any is set
        for name, value in checked.items():
            if name == "gone_seconds":
                self.gone_until = now + value
            else:
                setattr(self, name, value)

    def _checked(self, name: str, value: Any) -> Any:
        """Return the new `value` of a fault in its type. Raises ValueError, TypeError."""
        if isinstance(getattr(self, name, None), Fault):
            fault = Fault(**value)
            share_is_known = isinstance(fault.share, int | float) and 0 <= fault.share <= 1
            if type(fault.next) is not int or fault.next < 0 or not share_is_known or not isinstance(fault.method, str):
                raise ValueError(f"{name}: next must be a count, share from 0 to 1, method a name")
            return fault
        kind: type = float if name == "gone_seconds" else type(getattr(self, name))
        if kind is bool and not isinstance(value, bool):
            raise TypeError(f"{name} must be true or false")
        if kind is not bool and (isinstance(value, bool) or not 0 <= kind(value) <= MOST):
            raise ValueError(f"{name} must be from 0 to {MOST}")
        return kind(value)

    def state(self, now: float) -> Json:
        """Return what is switched on."""
        state: Json = {"gone_seconds": max(0.0, self.gone_until - now)}
        for one in fields(self):
            value = getattr(self, one.name)
            state[one.name] = asdict(value) if isinstance(value, Fault) else value
        return state
