"""What admins read of how the bot fares: figures, the week's digest, the morning's list of things to do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from bot.dialogue.reply import Decision
from bot.statistics.figures import LEAST, Figures
from faq.checking.notices import upcoming
from faq.knowledge.types import Faq
from faq.said import said

CAPTION = 1_000
"""Characters of a text below a picture; Telegram takes 1,024."""

_LISTED = 15
"""Things to do, and mistakes, that are named; of more the number is told."""


def caption(figures: Figures, faq: Faq) -> str:
    """Return `figures` in words, at most `CAPTION` characters."""
    return "\n".join(_lines(figures, faq))[:CAPTION]


def digest(week: Figures, before: Figures, faq: Faq) -> str:
    """Return the digest of a week, compared with the one before."""
    more = week.questions - before.questions
    key = "stats_more" if more > 0 else "stats_fewer" if more < 0 else "stats_as_many"
    head = said("stats_week", first=_day(week.first), last=_day(week.last)).say()
    return "\n".join([head, *list(_lines(week, faq))[1:], said(key, count=abs(more)).say()])[:CAPTION]


def reminder(faq: Faq, today: dt.date, refused: Sequence[str] = (), paused: str = "") -> str:
    """Return what an admin should do soon, "": nothing.

    `refused`: why a saved edit is not in use, line by line; `paused`: since when the bot is, "": it is not.
    """
    soon = [notice.say() for notice in upcoming(faq, today)]
    first = [said("todo_paused", since=paused).say()] if paused else []
    parts = [*first, *_listed("todo_refused", refused), *_listed("todo_soon", soon)]
    return "\n".join([said("todo_head", day=_day(today)).say(), *parts]) if parts else ""


def _listed(heading: str, lines: Sequence[str]) -> Iterator[str]:
    if not lines:
        return
    yield said(heading, count=len(lines)).say()
    yield from (f"· {line}" for line in lines[:_LISTED])
    if len(lines) > _LISTED:
        yield said("todo_more", count=len(lines) - _LISTED).say()


def _lines(figures: Figures, faq: Faq) -> Iterator[str]:
    yield said("stats_head", first=_day(figures.first), last=_day(figures.last)).say()
    answer, clarify, fallback = (figures.total(one) for one in (Decision.ANSWER, Decision.CLARIFY, Decision.FALLBACK))
    parts = {"answer": answer, "clarify": clarify, "fallback": fallback}
    yield said("stats_questions", count=figures.questions, **parts).say()
    yield said("stats_danger", count=_count(figures.danger)).say()
    if figures.approval is None:
        yield said("stats_few_votes", least=LEAST).say()
    else:
        yield said("stats_votes", share=round(100 * figures.approval), count=figures.votes or 0).say()
    if figures.top:
        yield said("stats_top").say()
        yield from (said("stats_one", title=_title(faq, i), count=n).say() for i, n in figures.top)
    if figures.worst:
        yield said("stats_worst").say()
        for intent, share, votes in figures.worst:
            yield said("stats_bad", title=_title(faq, intent), share=round(100 * share), count=votes).say()
    yield said("stats_waiting", count=figures.waiting).say()
    yield said("stats_least", least=LEAST).say()


def _title(faq: Faq, intent_id: str) -> str:
    """Return the title of an intent, its id where it is there no longer."""
    intent = faq.intents.get(intent_id)
    return intent.title if intent else intent_id


def _count(count: int | None) -> str:
    return said("stats_few", least=LEAST).say() if count is None else str(count)


def _day(day: dt.date) -> str:
    return said("stats_day", month=day.month, day=day.day).say()
