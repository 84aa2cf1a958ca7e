"""Wire the dialogue to Telegram."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from functools import partial

from telegram.error import InvalidToken

from bot.channels.telegram.admin.roles import Roles
from bot.channels.telegram.admin.room import admins_at_work
from bot.channels.telegram.api import Api
from bot.channels.telegram.commands.profile import introduce
from bot.channels.telegram.desk.bulletins import Bulletins
from bot.channels.telegram.desk.front_desk import FrontDesk
from bot.channels.telegram.desk.handoff import Handoff
from bot.channels.telegram.desk.outbox import Outbox
from bot.channels.telegram.desk.staff import Staff
from bot.channels.telegram.inline.queries import InlineQueries
from bot.channels.telegram.intake.addressing import Me
from bot.channels.telegram.intake.admission import Admission
from bot.channels.telegram.intake.albums import Albums
from bot.channels.telegram.intake.backlog import Backlog
from bot.channels.telegram.intake.heartbeat import Heartbeat
from bot.channels.telegram.intake.incoming import GUEST, UPDATES
from bot.channels.telegram.intake.intake import Intake, Unreadable
from bot.channels.telegram.intake.polling import Polling
from bot.channels.telegram.lanes import Lanes
from bot.channels.telegram.pace import Pace
from bot.channels.telegram.replicas.replica import Replica
from bot.channels.telegram.respond import Responder
from bot.channels.telegram.sending import Sender
from bot.channels.telegram.serving import (
    Take,
    by_webhook,
    housekeeping,
    operating,
    reach,
    until_cancelled,
    until_stopped,
)
from bot.channels.telegram.vitals import Vitals
from bot.delivery.live import Live
from bot.delivery.metrics import Metrics
from bot.delivery.operations import operations
from bot.settings import Settings
from bot.store.store import Store

log = logging.getLogger(__name__)


class TokenError(Exception):
    """Raised when the Bot API server does not know the token."""


def serve(settings: Settings, live: Live, store: Store, ready: Callable[[], None] = lambda: None) -> None:
    """Serve Telegram until stopped by a signal; call `ready` once residents are answered.

    Raises TokenError, StoreError, StartError, WedgedError.
    """
    stop = threading.Event()
    live.watch(stop)
    try:
        asyncio.run(_App(settings, live, store, ready).run())
    except InvalidToken as error:
        raise TokenError("TELEGRAM_BOT_TOKEN is refused by the server; copy it anew from @BotFather") from error
    finally:
        stop.set()
        gc.freeze()  # else the interpreter looks through all that was loaded once more: 0.6 s of a stop


class _App:
    """All parts, from the Bot API on the one side to the dialogue and the store on the other."""

    def __init__(self, settings: Settings, live: Live, store: Store, ready: Callable[[], None]) -> None:
        if settings.telegram_bot_token is None:
            raise TokenError("TELEGRAM_BOT_TOKEN is not set")
        self._settings, self._live, self._store, self._ready = settings, live, store, ready
        self._token = settings.telegram_bot_token.get_secret_value()
        self._metrics = Metrics()
        self._roles = Roles.of_settings(settings.admin_ids, settings.editor_ids, page=settings.admin_page is not None)
        self._backlog = Backlog(settings.backlog_limit)
        self._replica = self._as_replica(settings)
        self._heartbeat = Heartbeat(held=lambda: self._backlog.is_full or not self._leads)
        server, proxy = settings.telegram_base_url, settings.proxy
        self._api = Api(self._token, server, proxy=proxy, failed=self._metrics.failed)

    def _as_replica(self, settings: Settings) -> Replica | None:
        if settings.replica_listen is None or settings.database_url is None:
            return None
        admins = frozenset(settings.admin_ids + settings.editor_ids)
        return Replica(settings.database_url, settings.replica_listen, admins, self._store, self._token)

    @property
    def _leads(self) -> bool:
        return self._replica is None or self._replica.division.leads

    async def run(self) -> None:
        """Serve until a signal; raises what `serve` does."""
        polls = not self._settings.webhook_url
        guards = [self._api.refused(), *([self._heartbeat.watch()] if polls else [])]
        await until_stopped(self._serve(self._heartbeat if polls else None), guards)

    async def _serve(self, heartbeat: Heartbeat | None) -> None:
        """Serve until cancelled; then close in reverse order what was opened."""
        vitals = Vitals(self._live, self._store, self._backlog, self._metrics, heartbeat)
        checks = {**vitals.checks, **({"replica": self._replica.division.trouble} if self._replica else {})}
        pages = operations(checks, vitals.exposition, vitals.alarms)
        async with operating(pages, self._settings.admin_port), self._closing_store(), self._api:
            me = await reach(self._api)
            async with self._lanes_and_intake(me):
                introduced = introduce(self._live.dialogue.faq.phrases, self._api, self._roles)
                await until_cancelled(introduced, self._ready)

    @contextlib.asynccontextmanager
    async def _closing_store(self) -> AsyncIterator[None]:
        try:
            yield
        finally:
            await self._store.close()

    @contextlib.asynccontextmanager
    async def _lanes_and_intake(self, me: Me) -> AsyncIterator[None]:
        """Serve what an earlier run left open, oldest first, and what comes now. Raises StoreError, StartError."""
        settings, albums, pace = self._settings, Albums(), Pace()
        sender = Sender(self._api, pace)
        staff = Staff(settings.staff_chat_id, settings.staff_hours) if settings.staff_chat_id else None
        handoff = Handoff(self._store, me, staff)
        responder = Responder(self._live, self._store, me, handoff)
        admission = Admission(
            self._live, self._metrics, settings.flood_per_minute, albums, sender, trusted=handoff.is_staff
        )
        width = settings.chats_at_once
        lanes = Lanes(width, self._backlog, self._store, albums, responder, sender, self._metrics)
        inline = InlineQueries(self._live, self._api, me, self._store.desk.audience)
        intake = Intake(me, self._store, self._backlog, admission, albums, lanes, Unreadable(self._metrics))
        intake.inline = inline.take
        outbox = Outbox(self._live, self._store, sender, handoff, responder.desk.feedback)
        kinds = [*UPDATES, *([GUEST] if me.guest else [])]
        routing = self._replica.joined(lanes, intake, outbox, pace) if self._replica else None
        take = routing.take if routing else intake.take
        leading = partial(self._leading, take, sender, responder.desk, kinds)
        by: contextlib.AbstractAsyncContextManager[None] = contextlib.nullcontext()
        if settings.webhook_url:
            by = by_webhook(self._api, take, settings, self._token, kinds)
        try:
            if blamed := await self._store.blame():
                log.error("the last run died while it worked on update %d", blamed)
            if not self._replica:
                await self._store.purge()
                await intake.replay()
            serving = self._replica.running(routing, leading) if self._replica and routing else leading()
            house = housekeeping(self._store, intake, lambda: self._leads)
            async with house, outbox.running(), inline.running(), serving, by:
                yield
        finally:
            await lanes.stop()

    @contextlib.asynccontextmanager
    async def _leading(self, take: Take, sender: Sender, desk: FrontDesk, kinds: Sequence[str]) -> AsyncIterator[None]:
        """Do what only one process may do: write to admins, carry out what they accept, broadcast, poll."""
        live, store = self._live, self._store
        bulletins = Bulletins(live, store, sorted(self._roles.owners), lambda: live.held).running()
        by: contextlib.AbstractAsyncContextManager[None] = contextlib.nullcontext()
        if not self._settings.webhook_url:
            by = Polling(self._api, take, self._backlog, self._heartbeat.beat, kinds).running()
        async with admins_at_work(live, store, sender, desk, self._roles, self._settings), bulletins, by:
            yield
