"""Look at everything and say it: for an admin as lines, for scripts as JSON."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click

from bot.city_time import CITY_TIME
from bot.doctor.findings import Finding, Look, State, Subject, all_of, wrong
from bot.doctor.kept import database, holidays, knowledge
from bot.doctor.machine import disk, permissions, ports, settings_read
from bot.doctor.network import way
from bot.settings import read_settings
from faq.said import Language, said


def examine(faq: Path, data: Path) -> list[Finding]:
    """Return what is found of the bot on the folders `faq` and `data`.

    What needs settings is left out if they are wrong.
    """
    today = dt.datetime.now(CITY_TIME).date()
    looks: list[tuple[Subject, Look]] = [
        (Subject.DISK, lambda: disk(data)),
        (Subject.PERMISSIONS, lambda: permissions(faq, data)),
        (Subject.FAQ, lambda: knowledge(faq, data)),
        (Subject.HOLIDAYS, lambda: holidays(today)),
    ]
    try:
        settings = read_settings()
    except click.ClickException as error:
        what = said("doctor_settings_wrong", error=error.format_message())
        return [wrong(Subject.SETTINGS, what, said("doctor_setting_list")), *all_of(looks)]
    needing: list[tuple[Subject, Look]] = [
        (Subject.DATABASE, lambda: database(settings, data)),
        (Subject.PORTS, lambda: ports(settings, data)),
        (Subject.NETWORK, lambda: way(settings)),
    ]
    return all_of([(Subject.SETTINGS, settings_read), *looks, *needing])


def healthy(findings: Sequence[Finding]) -> bool:
    """Tell whether none of `findings` is wrong."""
    return all(finding.state is not State.WRONG for finding in findings)


def in_words(findings: Sequence[Finding], language: Language) -> str:
    """Return a line for each finding, and one that counts them."""
    counts = Counter(finding.state for finding in findings)
    figures = {"ok": counts[State.OK], "warnings": counts[State.WARNING], "wrong": counts[State.WRONG]}
    lines = [finding.line(language) for finding in findings]
    return "\n".join([*lines, said("doctor_counts", **figures).say(language)])


def in_json(findings: Sequence[Finding], language: Language) -> str:
    """Return the findings as one JSON object for scripts."""
    found = [finding.as_json(language) for finding in findings]
    return json.dumps({"healthy": healthy(findings), "checks": found}, ensure_ascii=False, indent=1)
