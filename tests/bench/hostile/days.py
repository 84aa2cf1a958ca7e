"""Ask on the statutory days of coming years whether an office is open."""

from __future__ import annotations

import shutil

from tests.bench.hostile.forks import forking
from tests.bench.hostile.ground import Ground

CLOSED = (
    "2027-01-01", "2027-02-05", "2027-02-08", "2027-04-05", "2027-06-09", "2027-09-15", "2027-10-01",
    "2028-01-25", "2028-01-26", "2028-01-27", "2028-01-28", "2028-04-04", "2028-05-01", "2028-05-02", "2028-10-02",
    "2028-10-03", "2029-01-01", "2029-02-12", "2029-02-13", "2029-02-14", "2029-02-15", "2029-04-04", "2029-05-01",
    "2029-05-02", "2029-10-01", "2029-10-02", "2029-10-03", "2030-01-01", "2030-02-04", "2030-02-05", "2030-04-05",
    "2030-05-01", "2030-06-05", "2030-09-12", "2031-01-01", "2031-01-22", "2031-01-23", "2031-01-24", "2035-10-01",
)  # fmt: skip
"""Statutory days of the rule of 2025 that fall on Monday to Friday: 1 January, the eve and the first three days of
the lunar year, Qingming, 1 and 2 May, Dragon Boat, Mid-Autumn, 1 to 3 October."""
OPEN = ("2026-11-25", "2026-12-02", "2027-03-17", "2028-11-15", "2030-07-17")
"""Ordinary Wednesdays."""


async def holidays(ground: Ground) -> None:
    """Ask on statutory days for an office that is open Monday to Friday."""
    faq, data = ground.temp / "holidays", ground.temp / "holidays-var"
    shutil.copytree(ground.small / "faq", faq)
    shutil.copytree(ground.small / "var", data)
    offices = (faq / "offices.yaml").read_text("utf-8")
    hours = 'hours: "周一至周五 8:30-12:00, 14:30-18:00", verified_on: 2026-11-20'
    (faq / "offices.yaml").write_text(offices.replace("hours: null, verified_on: null", hours), encoding="utf-8")
    asked = ("ask", "--faq", str(faq), "--data", str(data), "低保怎么申请")
    opened = ground.phrase("open_now").partition("{")[0]
    async with forking(ground.python, ground.root, ground.temp, "holidays") as forks:
        first = await forks.run(*asked, day=f"{OPEN[0]}T10:00:00", seconds=120)
        if opened not in first.said:
            ground.tally.skip(15, f"the office's hours are not told on {OPEN[0]}: {first.said[-120:]!r}")
            return
        closed = CLOSED[:: 8 if ground.quick else 1]
        for day in (*closed, *OPEN[1:]):
            done = await forks.run(*asked, day=f"{day}T10:00:00", seconds=60)
            wrong = (opened in done.said) == (day in closed)
            fault = f"{day}: {'said to be open' if day in closed else 'not said to be open'}" if wrong else done.broken
            ground.tally.note(15, fault)
