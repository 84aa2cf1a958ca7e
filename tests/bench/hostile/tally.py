"""What was tried and what failed, by the kind of fault."""

from __future__ import annotations

from dataclasses import dataclass, field

KINDS = {
    1: "one message costs everybody's time",
    2: "numbers of identity cards",
    3: "long follow-ups",
    4: "floods of one group or one resident",
    5: "captions and albums",
    6: "odd updates",
    7: "odd answers of Telegram",
    8: "files that kill or hang",
    9: "changes that hot reload misses",
    10: "line breaks and tags in YAML",
    11: "hidden and misnamed files",
    12: "passwords in messages",
    13: "answered text left on disk",
    14: "database or file lost while it runs",
    15: "holidays of coming years",
    16: "errors of the command line",
    17: "groups",
    18: "requests that are no updates; the simulator's",
    19: "mistakes of an admin",
}
"""Kinds by number."""

_SHOWN = 110


@dataclass
class Row:
    """One kind."""

    tried: int = 0
    """How often it was tried."""
    failures: list[str] = field(default_factory=list)
    """What was wrong, in the order met."""
    worst: float = 0.0
    """Largest figure met."""
    unit: str = ""
    """What the figure counts; empty: there is none."""
    skipped: str = ""
    """Why it was not tried."""


class Tally:
    """All kinds."""

    def __init__(self, only: frozenset[int] = frozenset()) -> None:
        """Count the kinds `only`, all if empty."""
        self._only = only
        self.rows: dict[int, Row] = {}

    def wants(self, *items: int) -> bool:
        """Tell whether any of `items` is to be tried."""
        return not self._only or bool(self._only.intersection(items))

    def note(self, item: int, fault: str, *, figure: float = 0.0, unit: str = "") -> None:
        """Count one try of `item`; `fault` says what was wrong with it, empty: nothing."""
        if not self.wants(item):
            return
        row = self.rows.setdefault(item, Row())
        row.tried += 1
        if fault:
            row.failures.append(fault)
        if figure > row.worst or (unit and not row.unit):
            row.worst, row.unit = figure, unit or row.unit

    def skip(self, item: int, why: str) -> None:
        """Note that `item` cannot be tried here."""
        if self.wants(item):
            self.rows.setdefault(item, Row()).skipped = why

    @property
    def failed(self) -> bool:
        """Whether anything was wrong."""
        return any(row.failures for row in self.rows.values())

    def table(self) -> str:
        """Return one line a kind."""
        lines = [f"{'item':>4}  {'tried':>5}  {'failed':>6}  {'worst':>12}  first example"]
        for item, row in sorted(self.rows.items()):
            worst = f"{row.worst:.1f} {row.unit}" if row.unit else ""
            first = row.failures[0][:_SHOWN] if row.failures else row.skipped and f"not tried: {row.skipped}"
            lines.append(
                f"{item:4}  {row.tried:5}  {len(row.failures):6}  {worst:>12}  {KINDS[item]}: {first or 'held'}"
            )
        return "\n".join(lines)
