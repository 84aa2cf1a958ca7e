"""The operations pages say what the parts of the bot know of themselves."""

from __future__ import annotations

import json

from bot.channels.telegram.intake.backlog import Backlog
from bot.channels.telegram.vitals import Vitals
from bot.delivery.metrics import Metrics
from tests.bot.delivery.test_operations import get


async def test_a_full_backlog_is_told_until_an_update_is_answered() -> None:
    backlog = Backlog(2)
    alarms = Vitals(None, None, backlog, Metrics(), None).alarms  # type: ignore[arg-type]
    backlog.open(1, 7)
    assert (await get("/readyz", alarms))[0] == 200
    backlog.open(2, 8)
    status, body = await get("/readyz", alarms)
    assert status == 503
    assert json.loads(body)["checks"]["backlog"].startswith("2 updates are open")
    backlog.close(1)
    assert (await get("/readyz", alarms))[0] == 200
