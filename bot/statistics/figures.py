"""From counts to the figures that are shown: none of fewer than five, so that no figure is about somebody.

A sum is made of what is shown alone: else what is hidden could be told by subtracting.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.dialogue.reply import Decision

LEAST = 5
"""Least count that is shown."""

LISTED = 5
"""Most intents listed."""

BY_DAY = (Decision.ANSWER, Decision.CLARIFY, Decision.FALLBACK)
"""What is shown by the day; danger is rare, so it is shown for the whole time alone."""


@dataclass(frozen=True)
class Tally:
    """What was counted, as it stands in the database: not to be shown."""

    first: dt.date
    """First day."""
    last: dt.date
    """Last day."""
    decisions: Mapping[tuple[dt.date, str], int] = field(default_factory=dict)
    """How many messages were answered, asked back about, declined or of danger, by day and `Decision`."""
    answers: Mapping[str, int] = field(default_factory=dict)
    """How often each intent was answered, by its id."""
    votes: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """How often each intent was marked as what: up, down or a reason."""
    waiting: int = 0
    """Unanswered questions that wait for an admin."""


@dataclass(frozen=True)
class Figures:
    """What may be shown of a time. None: fewer than `LEAST`, so not shown; sums leave it out."""

    first: dt.date
    """First day."""
    last: dt.date
    """Last day."""
    days: Mapping[Decision, tuple[int | None, ...]]
    """Messages by what was done, for each day from the first to the last."""
    danger: int | None
    """Messages that told of danger."""
    approval: float | None
    """Share of 👍 among all votes."""
    votes: int | None
    """All votes."""
    top: tuple[tuple[str, int], ...]
    """Ids of the intents answered most often, with how often."""
    worst: tuple[tuple[str, float, int], ...]
    """Ids of the intents with the largest share of 👎, with that share and the number of votes."""
    waiting: int
    """Unanswered questions that wait for an admin; they are the admin's own work, so all are counted."""

    def total(self, decision: Decision) -> int:
        """Return how many messages are shown for `decision`."""
        return sum(count or 0 for count in self.days[decision])

    @property
    def questions(self) -> int:
        """How many messages are shown in all, danger aside."""
        return sum(map(self.total, BY_DAY))


def shown(tally: Tally) -> Figures:
    """Return what may be shown of `tally`."""
    length = (tally.last - tally.first).days + 1
    dates = [tally.first + dt.timedelta(days=day) for day in range(length)]
    days = {one: tuple(_least(tally.decisions.get((day, one.value), 0)) for day in dates) for one in BY_DAY}
    danger = sum(tally.decisions.get((day, Decision.EMERGENCY.value), 0) for day in dates)
    ups, downs = (sum(n for (_, kind), n in tally.votes.items() if kind == mark) for mark in ("up", "down"))
    votes = _least(ups + downs)
    return Figures(
        tally.first,
        tally.last,
        days,
        _least(danger),
        None if votes is None else ups / votes,
        votes,
        tuple(sorted(((i, n) for i, n in tally.answers.items() if n >= LEAST), key=_most)[:LISTED]),
        tuple(_worst(tally)[:LISTED]),
        tally.waiting,
    )


def _least(count: int) -> int | None:
    return count if count >= LEAST else None


def _most(one: tuple[str, int]) -> tuple[int, str]:
    return -one[1], one[0]


def _worst(tally: Tally) -> list[tuple[str, float, int]]:
    """Return the intents with any 👎 and votes enough, the largest share first."""
    found = []
    for intent in {intent for intent, kind in tally.votes if kind == "down"}:
        down, up = (tally.votes.get((intent, kind), 0) for kind in ("down", "up"))
        if down and down + up >= LEAST:
            found.append((intent, down / (down + up), down + up))
    return sorted(found, key=lambda one: (-one[1], -one[2], one[0]))
