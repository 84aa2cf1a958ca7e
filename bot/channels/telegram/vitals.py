"""Say whether the bot can serve, and how it fares, from what its parts know of themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from telegram.error import InvalidToken, TelegramError

from bot.channels.telegram.api import Api
from bot.channels.telegram.intake.backlog import Backlog
from bot.channels.telegram.intake.heartbeat import SILENCE, Heartbeat
from bot.delivery.live import Live
from bot.delivery.metrics import Gauges, Metrics
from bot.delivery.operations import Check
from bot.store.errors import StoreError
from bot.store.store import Store


class Vitals:
    """What the operations pages show."""

    def __init__(
        self, live: Live, store: Store, backlog: Backlog, metrics: Metrics, heartbeat: Heartbeat | None
    ) -> None:
        """Take the parts to ask; `heartbeat` is None where nothing is polled."""
        self._live, self._store, self._open, self._metrics = live, store, backlog, metrics
        self._heartbeat = heartbeat

    @property
    def checks(self) -> Mapping[str, Check]:
        """What must be well for the bot to be ready."""
        checks = {"model": self._model, "database": self._database}
        return checks | {"polling": self._polling} if self._heartbeat else checks

    @property
    def alarms(self) -> Mapping[str, Check]:
        """What is spoken of only when it is not well."""
        return {"backlog": self._backlog}

    async def exposition(self) -> bytes:
        """Return the metrics in Prometheus' text format."""
        try:
            dead: int | None = await self._store.dead()
        except StoreError:
            dead = None
        live, backlog = self._live, self._open
        version = live.dialogue.faq.fingerprint[:12]
        return self._metrics.exposition(
            Gauges(version, live.reloads, live.refused, len(backlog), dead, backlog.full_chats)
        )

    async def _backlog(self) -> str | None:
        if not self._open.is_full:
            return None
        return f"{len(self._open)} updates are open; Telegram keeps further ones until some are answered"

    async def _model(self) -> str | None:
        return None if self._live.dialogue.faq.intents else "the knowledge is empty"

    async def _database(self) -> str | None:
        try:
            await self._store.dead()
        except StoreError as error:
            return str(error)
        return "takes no changes; see the log" if self._store.refuses else self._store.trouble

    async def _polling(self) -> str | None:
        silence = self._heartbeat.silence if self._heartbeat else 0.0
        return None if silence < SILENCE else f"no successful getUpdates for {silence:.0f} s"


async def told_by_telegram(api: Api) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Return what getMe and getWebhookInfo say; None: the server does not know the token.

    Raises ConnectionError if it gives no answer that is Telegram's.
    """
    try:
        answers = await api.call("getMe"), await api.call("getWebhookInfo")
    except InvalidToken:
        return None
    except TelegramError as error:
        raise ConnectionError(str(error)) from error
    me, webhook = (answer if isinstance(answer, dict) else {} for answer in answers)
    return me, webhook
