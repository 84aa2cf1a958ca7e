"""Tell admins in the log, at the start and every day, what the knowledge base needs soon."""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Callable

from faq.checking.notices import upcoming
from faq.knowledge.opening.hours import at
from faq.knowledge.types import Faq
from faq.said import said

log = logging.getLogger(__name__)

MORNING = 8 * 60
"""Minutes after midnight at which the day's reminder comes."""


def remind(faq: Faq, today: dt.date) -> int:
    """Log what should be done soon, a line each, and return how much it is."""
    notices = upcoming(faq, today)
    for notice in notices:
        log.warning("%s", said("to_do", what=notice.say()).say())
    return len(notices)


def remind_daily(faq: Callable[[], Faq], stop: threading.Event, clock: Callable[[], dt.datetime]) -> None:
    """Remind now and every morning, of the knowledge that is in use then, until `stop` is set."""
    while not stop.is_set():
        now = clock()
        remind(faq(), now.date())
        stop.wait(until_morning(now))


def until_morning(now: dt.datetime) -> float:
    """Return the seconds to the next morning.

    >>> until_morning(dt.datetime(2026, 11, 30, 7, 59)), until_morning(dt.datetime(2026, 11, 30, 8, 0)) / 3600
    (60.0, 24.0)
    """
    today = at(now.date(), MORNING)
    following = today if now < today else at(now.date() + dt.timedelta(days=1), MORNING)
    return (following - now).total_seconds()
