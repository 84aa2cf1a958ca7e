"""Open the room of the admins beside the bot: who they are, their cards, and the work on what they accept."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from bot.channels.telegram.admin.admin import Admin, Invites
from bot.channels.telegram.admin.announcing import Announcing
from bot.channels.telegram.admin.broadcaster import Broadcaster
from bot.channels.telegram.admin.roles import Role, Roles
from bot.channels.telegram.admin.telling import Telling
from bot.channels.telegram.desk.front_desk import FrontDesk
from bot.channels.telegram.sending import Sender
from bot.delivery.live import Live
from bot.desk.publishing import Publisher
from bot.desk.waiting import Waiting
from bot.desk.works import Works
from bot.settings import Settings
from bot.store.store import Store
from faq.said import Said

log = logging.getLogger(__name__)


@asynccontextmanager
async def admins_at_work(
    live: Live, store: Store, sender: Sender, desk: FrontDesk, roles: Roles, settings: Settings
) -> AsyncIterator[None]:
    """Answer admins at `desk` and carry out what they accept as long as the context lasts.

    Without any admin it is still carried out what the command line has accepted. Their page is there if it is set.
    """
    publisher, telling = Publisher(*live.folders), Telling(store, sender, roles)
    waiting = Waiting(store.desk.opinions, lambda: live.dialogue.questions, store.digest)
    desk.admin = Admin(store, roles, waiting, publisher, telling)
    tasks = [asyncio.create_task(Works(live, store, publisher, telling.tell).run())]
    if roles.everybody:
        tasks.append(asyncio.create_task(waiting.watch()))
    try:
        announcing = Announcing(live, store, sender, roles)
        async with Broadcaster(live, store, sender).running(), announcing.running(), AsyncExitStack() as stack:
            desk.admin.invites = await _page(stack, live, store, waiting, settings)
            yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


async def _page(
    stack: AsyncExitStack, live: Live, store: Store, waiting: Waiting, settings: Settings
) -> Invites | None:
    """Serve the page within the bot if it is set; residents are served even if its port is taken.

    Return what gives out links.
    """
    if settings.admin_page is None:
        return None
    from bot.channels.admin_page.ground import Within  # noqa: PLC0415 - a bot without the page need not load it
    from bot.channels.admin_page.login import Person  # noqa: PLC0415
    from bot.channels.admin_page.server import Door, serving  # noqa: PLC0415

    door = Door(settings.admin_page_url)
    try:
        port = await stack.enter_async_context(serving(Within(live, store, waiting), door, settings.admin_page))
    except OSError as error:
        log.error("ADMIN_PAGE: %s; the bot serves without the page for admins", error.strerror)
        return None
    log.info("the page for admins: %s:%d", settings.admin_page.host, port)

    def invite(user: int, role: Role) -> Said:
        return door.invitation(Person(user, role.value, store.pseudonym(user)))

    return invite
