"""Wire the dialogue to Telegram."""

from __future__ import annotations

import asyncio
import gc
import logging
import threading
from collections.abc import Awaitable, Callable
from functools import partial

from telegram import BotCommand
from telegram.constants import ParseMode
from telegram.error import InvalidToken, TelegramError
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    Defaults,
    MessageHandler,
    filters,
)

from bot.channels.telegram.handlers import Handlers
from bot.channels.telegram.intake.albums import Albums
from bot.channels.telegram.intake.durable_queue import DurableQueue
from bot.channels.telegram.intake.gate import Gate
from bot.channels.telegram.intake.heartbeat import Heartbeat
from bot.channels.telegram.intake.inbox_bot import InboxBot
from bot.channels.telegram.lanes import Lanes
from bot.channels.telegram.pace import Pace
from bot.channels.telegram.request import AiohttpRequest
from bot.channels.telegram.serving import MALFORMED, run
from bot.channels.telegram.vitals import Vitals
from bot.delivery.live import Live
from bot.delivery.metrics import Metrics
from bot.delivery.operations import operations
from bot.settings import Settings
from bot.store.ledger import Ledger
from faq.knowledge.phrases import Phrases

log = logging.getLogger(__name__)


class TokenError(Exception):
    """Raised when the Bot API server does not know the token."""


def serve(settings: Settings, live: Live, ledger: Ledger) -> None:
    """Serve Telegram until stopped by a signal. Raises TokenError, StoreError, StartError, WedgedError."""
    stop = threading.Event()
    live.watch(stop)
    try:
        asyncio.run(_serve(settings, live, ledger))
    except InvalidToken as error:
        raise TokenError("TELEGRAM_BOT_TOKEN is refused by the server; copy it anew from @BotFather") from error
    finally:
        stop.set()
        gc.freeze()  # else the interpreter looks through all that was loaded once more: 0.6 s of a stop


async def _serve(settings: Settings, live: Live, ledger: Ledger) -> None:
    """Wire everything: InboxBot or webhook → Gate → DurableQueue → Lanes → Handlers → Pace → AiohttpRequest."""
    metrics = Metrics()
    albums = Albums()
    gate = Gate(live, metrics, settings.flood_per_minute, albums)
    queue = DurableQueue(ledger, settings.backlog_limit, gate)
    heartbeat = Heartbeat(held=lambda: queue.full_up)
    pace = Pace(metrics.failed)
    lanes = Lanes(settings.chats_at_once, queue, ledger, pace)
    handlers = Handlers(live, ledger, metrics, albums)
    bot = _bot(settings, queue, pace, heartbeat)
    builder = ApplicationBuilder().bot(bot).update_queue(queue).concurrent_updates(lanes).job_queue(None)
    application = builder.build()
    lanes.attend(application, handlers.apologise)
    _add_handlers(application, handlers)
    vitals = Vitals(live, ledger, queue, metrics, None if settings.webhook_url else heartbeat)
    pages = operations(vitals.checks, vitals.exposition, vitals.alarms)
    await run(application, queue, settings, heartbeat, pages, partial(_introduce, live, application))


def _bot(settings: Settings, queue: DurableQueue, pace: Pace, heartbeat: Heartbeat) -> InboxBot:
    if settings.telegram_bot_token is None:
        raise TokenError("TELEGRAM_BOT_TOKEN is not set")
    proxy = settings.proxy
    return InboxBot(
        queue,
        heartbeat.beat,
        token=settings.telegram_bot_token.get_secret_value(),
        base_url=f"{settings.telegram_base_url.rstrip('/').removesuffix('/bot')}/bot",
        request=AiohttpRequest(proxy=proxy),
        get_updates_request=AiohttpRequest(connections=1, proxy=proxy),
        rate_limiter=pace,
        defaults=Defaults(parse_mode=ParseMode.HTML, allow_sending_without_reply=True),
    )


def _add_handlers(application: Application, handlers: Handlers) -> None:  # type: ignore[type-arg]
    status = filters.StatusUpdate
    said = filters.UpdateType.MESSAGE & (~status.ALL | status.GIFT | status.UNIQUE_GIFT)
    application.add_handler(CallbackQueryHandler(handlers.press))
    application.add_handler(MessageHandler(said, handlers.receive))
    application.add_error_handler(handlers.failed)


_COMMANDS: dict[str, Callable[[Phrases], str]] = {
    "start": lambda phrases: phrases.command_start,
    "menu": lambda phrases: phrases.command_menu,
    "district": lambda phrases: phrases.command_district,
    "help": lambda phrases: phrases.command_help,
    "ask": lambda phrases: phrases.command_ask,
    "privacy": lambda phrases: phrases.command_privacy,
    "forget": lambda phrases: phrases.command_forget,
}
"""Commands with their lines in Telegram's menu; Handlers carries them out."""


async def _introduce(live: Live, application: Application) -> None:  # type: ignore[type-arg]
    """Set the command menu and the descriptions where they differ: Telegram limits these calls hard."""
    bot, phrases = application.bot, live.dialogue.faq.phrases
    commands = [BotCommand(name, describe(phrases)) for name, describe in _COMMANDS.items()]

    async def menu() -> None:
        if list(await bot.get_my_commands()) != commands:
            await bot.set_my_commands(commands)

    async def description() -> None:
        if (await bot.get_my_description()).description != phrases.about:
            await bot.set_my_description(phrases.about)

    async def short_description() -> None:
        if (await bot.get_my_short_description()).short_description != phrases.about_short:
            await bot.set_my_short_description(phrases.about_short)

    steps: list[Callable[[], Awaitable[None]]] = [menu, description, short_description]
    for step in steps:
        try:
            await step()
        except (TelegramError, *MALFORMED) as error:
            reason = error if isinstance(error, TelegramError) else type(error).__name__
            log.warning("the bot's %s could not be set (%s); it serves all the same", step.__name__, reason)
