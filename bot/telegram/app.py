"""Wire the dialogue to Telegram."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable
from functools import partial

from telegram import BotCommand, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import InvalidToken, TelegramError
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    CommandHandler,
    Defaults,
    MessageHandler,
    filters,
)

from bot.live import Live
from bot.metrics import Metrics, State
from bot.operations import operations
from bot.settings import Settings
from bot.telegram.gate import Gate, GatedQueue
from bot.telegram.handlers import Handlers
from bot.telegram.heartbeat import Heartbeat
from bot.telegram.pace import Pace
from bot.telegram.request import AiohttpRequest
from bot.telegram.serving import run
from faq.phrases import Phrases

log = logging.getLogger(__name__)


class TokenError(Exception):
    """Raised when the Bot API server does not know the token."""


def serve(settings: Settings, live: Live) -> None:
    """Serve Telegram until stopped by a signal. Raises TokenError, StartError, WedgedError."""
    stop = threading.Event()
    live.watch(stop)
    try:
        asyncio.run(_serve(settings, live))
    except InvalidToken as error:
        raise TokenError("TELEGRAM_BOT_TOKEN is refused by the server; copy it anew from @BotFather") from error
    finally:
        stop.set()


async def _serve(settings: Settings, live: Live) -> None:
    heartbeat = Heartbeat()
    metrics = Metrics(lambda: State(live.dialogue.faq.fingerprint[:12], live.reloads, live.refused, queue.qsize(), 0))
    queue = GatedQueue(Gate(live, metrics, settings.flood_per_minute))
    application = build(settings, live, heartbeat, metrics, queue)
    pages = operations({}, metrics.exposition)
    await run(application, settings, heartbeat, pages, partial(_introduce, live, application), _unparsable)


def build(
    settings: Settings, live: Live, heartbeat: Heartbeat, metrics: Metrics, queue: asyncio.Queue[object]
) -> Application:  # type: ignore[type-arg]
    """Return the application with all handlers; nothing is sent yet."""
    if settings.telegram_bot_token is None:
        raise TokenError("TELEGRAM_BOT_TOKEN is not set")
    defaults = Defaults(parse_mode=ParseMode.HTML, link_preview_options=LinkPreviewOptions(is_disabled=True))
    application = (
        ApplicationBuilder()
        .token(settings.telegram_bot_token.get_secret_value())
        .base_url(f"{settings.telegram_base_url.rstrip('/').removesuffix('/bot')}/bot")
        .defaults(defaults)
        .job_queue(None)
        .request(AiohttpRequest(proxy=settings.telegram_proxy))
        .get_updates_request(AiohttpRequest(connections=1, proxy=settings.telegram_proxy, heard=heartbeat.beat))
        .rate_limiter(Pace(metrics.failed))
        .update_queue(queue)
        .build()
    )
    _add_handlers(application, Handlers(live, metrics))
    return application


def _add_handlers(application: Application, handlers: Handlers) -> None:  # type: ignore[type-arg]
    new = filters.UpdateType.MESSAGE
    private = filters.ChatType.PRIVATE
    for name in _COMMANDS:
        application.add_handler(CommandHandler(name, getattr(handlers, name), filters=new))
    application.add_handler(CallbackQueryHandler(handlers.press))
    application.add_handler(MessageHandler(new & private & filters.COMMAND, handlers.unknown_command))
    application.add_handler(MessageHandler(new & filters.TEXT & ~filters.COMMAND, handlers.hear))
    application.add_handler(MessageHandler(new & private & ~filters.StatusUpdate.ALL, handlers.no_text))
    application.add_error_handler(handlers.failed)


_COMMANDS: dict[str, Callable[[Phrases], str]] = {
    "start": lambda phrases: phrases.command_start,
    "menu": lambda phrases: phrases.command_menu,
    "district": lambda phrases: phrases.command_district,
    "help": lambda phrases: phrases.command_help,
    "privacy": lambda phrases: phrases.command_privacy,
    "forget": lambda phrases: phrases.command_forget,
}
"""Commands with their lines in Telegram's menu; each is a method of Handlers."""


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
        except TelegramError as error:
            log.warning("the bot's %s could not be set (%s); it serves all the same", step.__name__, error)


def _unparsable(number: int, error: Exception) -> None:
    log.error("update %d cannot be read and is skipped: %s", number, type(error).__name__)
