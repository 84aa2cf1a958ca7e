"""Let owners pause the bot: /pause, with what residents read meanwhile behind it, and /resume."""

from __future__ import annotations

import datetime as dt
from html import escape

from bot.channels.telegram.admin.pages import new_page
from bot.channels.telegram.admin.roles import Role
from bot.channels.telegram.answer import Answer
from bot.channels.telegram.desk.pausing import notice, since
from bot.channels.telegram.intake.addressing import Call
from bot.dialogue.dialogue import Dialogue
from bot.store.desk.acts import Act, Deed
from bot.store.desk.broadcasts import Paused, Public, Resumed
from bot.store.store import Store
from faq.knowledge.text import bare
from faq.said import Said, said

PAUSE, RESUME = "pause", "resume"
"""The commands."""

LONGEST = 500
"""Most characters of what an owner wants residents to read."""


class Pauses:
    """Answers owners; what residents are told meanwhile: bot/channels/telegram/desk/pausing."""

    def __init__(self, store: Store) -> None:
        """Take the store, which keeps the pause."""
        self._audience, self._name = store.desk.audience, store.pseudonym

    def heard(self, dialogue: Dialogue, call: Call) -> Answer:
        """Answer an owner's /pause or /resume."""
        pause, text = self._audience.pause, call.words.strip() if bare(call.words) else ""
        if call.command == RESUME:
            if pause is None:
                return self._page(call, said("pause_none"))
            return self._page(call, said("pause_off", since=since(pause)), Resumed(), Deed.RESUME)
        if len(text) > LONGEST:
            return self._page(call, said("pause_long", count=len(text), most=LONGEST))
        now = dt.datetime.now().timestamp()
        begun = Paused(call.number, pause.at if pause else now, text)
        shown = said("pause_on", text=notice(dialogue.faq, text))
        return self._page(call, shown, begun, Deed.PAUSE, text)

    def _page(
        self, call: Call, sentence: Said, change: Public | None = None, deed: Deed | None = None, why: str = ""
    ) -> Answer:
        """Return what an owner reads, with the change and its row of the audit."""
        user = call.resident[1]
        answer = new_page(user, escape(sentence.say(), quote=False))
        if change is None or deed is None:
            return answer
        now = dt.datetime.now().timestamp()
        act = Act(call.number, now, Role.OWNER.value, self._name(user), deed, "", why=why)
        return Answer(answer.posts, beside=(change, act))
