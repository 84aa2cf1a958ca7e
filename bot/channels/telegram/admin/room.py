"""Open the room of the admins beside the bot: who they are, their cards, and the work on what they accept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.channels.telegram.admin.admin import Admin
from bot.channels.telegram.admin.announcing import Announcing
from bot.channels.telegram.admin.broadcaster import Broadcaster
from bot.channels.telegram.admin.roles import Roles
from bot.channels.telegram.admin.telling import Telling
from bot.channels.telegram.desk.front_desk import FrontDesk
from bot.channels.telegram.sending import Sender
from bot.delivery.live import Live
from bot.desk.publishing import Publisher
from bot.desk.waiting import Waiting
from bot.desk.works import Works
from bot.store.store import Store


@asynccontextmanager
async def admins_at_work(
    live: Live, store: Store, sender: Sender, desk: FrontDesk, roles: Roles
) -> AsyncIterator[None]:
    """Answer admins at `desk` and carry out what they accept as long as the context lasts.

    Without any admin it is still carried out what the command line has accepted.
    """
    publisher, telling = Publisher(*live.folders), Telling(store, sender, roles)
    waiting = Waiting(store.desk.opinions, lambda: live.dialogue.questions, store.digest)
    desk.admin = Admin(store, roles, waiting, publisher, telling)
    tasks = [asyncio.create_task(Works(live, store, publisher, telling.tell).run())]
    if roles.everybody:
        tasks.append(asyncio.create_task(waiting.watch()))
    try:
        announcing = Announcing(live, store, sender, roles)
        async with Broadcaster(live, store, sender).running(), announcing.running():
            yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
