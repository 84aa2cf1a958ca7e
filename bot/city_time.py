"""The city's time, UTC+8, wherever the machine is: opening hours and dates are meant so."""

from __future__ import annotations

import datetime as dt
import os
import time

CITY_TIME = dt.timezone(dt.timedelta(hours=8))
"""China has no other time, and no summer time."""

_POSIX = "CST-8"
"""The same as POSIX writes it, which needs no list of time zones."""


def keep_city_time() -> None:
    """Make local time the city's, in this process and its children."""
    os.environ["TZ"] = _POSIX
    time.tzset()
