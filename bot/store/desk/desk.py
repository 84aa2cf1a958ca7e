"""The desk as the event loop sees it: read from memory, changed when a change is on disk."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import deque
from collections.abc import Iterable
from dataclasses import replace
from statistics import median

from cachetools import LRUCache, TTLCache

from bot.store.desk.acts import Act, Answered, Ignored, Noted
from bot.store.desk.audience import Audience
from bot.store.desk.audience_rows import Reach
from bot.store.desk.broadcasts import Public
from bot.store.desk.opinions import Opinions
from bot.store.desk.records import FEEDBACK, Beside, Ended, Erased, Notice, Outgoing, Sent, Stage, Ticket, Touched
from bot.store.desk.rows import Kept

_SENT = 10_000
"""Messages remembered as sent: one that is written once more by another attempt is not sent again."""

_RESIDENTS = 10_000
"""Most residents whose tickets of the day are counted."""

_WAITS = 20
"""First replies of staff by which it is told how long others have waited."""

_FEWEST_WAITS = 3
"""First replies without which nothing is told: one or two say little."""


class Desk:
    """Tickets, by number and by chat, and the outbox."""

    def __init__(self, kept: Kept, reach: Reach | None = None) -> None:
        """Take what is on disk."""
        self.tickets = {ticket.number: ticket for ticket in kept.tickets}
        """Tickets that are not over, by number."""
        self._of_chat = {ticket.chat: ticket.number for ticket in kept.tickets}
        self.outbox = {post.key: post for post in kept.outbox}
        """Messages that wait, by key, oldest first."""
        self._sent: LRUCache[str, bool] = LRUCache(_SENT)
        self._opened: TTLCache[int, int] = TTLCache(_RESIDENTS, 86_400)
        self._waits: deque[float] = deque(maxlen=_WAITS)
        self.news = asyncio.Event()
        """Set when a message has come into the outbox."""
        self.opinions = Opinions()
        """Unanswered questions, notices, votes."""
        self.audience = Audience(reach)
        """Who may be written to first, broadcasts, the pause."""
        self.refresh(kept)

    def refresh(self, kept: Kept) -> None:
        """Take over what an admin may have changed: which questions are answered, and who waits."""
        self.opinions.refresh(kept)

    def share(self, kept: Kept) -> None:
        """Take over tickets and outbox, which processes beside this one change too."""
        for ticket in kept.tickets:
            if before := self.tickets.get(ticket.number):
                self._taken(before, ticket.stage, ticket.touched_at)
        self.tickets = {ticket.number: ticket for ticket in kept.tickets}
        self._of_chat = {ticket.chat: ticket.number for ticket in kept.tickets}
        before_it, self.outbox = self.outbox, {post.key: post for post in kept.outbox if post.key not in self._sent}
        if self.outbox.keys() - before_it.keys():
            self.news.set()

    def everything(self) -> list[Beside]:
        """Return all that is to be written into a database made anew; called from the store's thread."""
        today = dt.date.today().isoformat()
        notices = [Notice(number, chat, today) for number, chat in list(self.opinions.notices)]
        opinions = self.opinions
        ignored = Ignored((), tuple(opinions.traces.values()))
        asked, done = list(opinions.questions.values()), list(opinions.acts.values())
        public = self.audience.everything()
        return [*self.tickets.values(), *self.outbox.values(), *asked, *notices, *done, ignored, *public]

    def ticket_of(self, chat: int) -> Ticket | None:
        """Return the ticket of a resident's chat; None: it has none."""
        return self.tickets.get(self._of_chat.get(chat, 0))

    def opened_today(self, chat: int) -> int:
        """Return how many tickets a resident has opened since a day ago, as far as it is remembered."""
        return self._opened.get(chat, 0)

    def waiting(self, aside: int) -> int:
        """Return how many tickets nobody of the staff has replied to, the one numbered `aside` not counted."""
        others = (ticket for ticket in self.tickets.values() if ticket.number != aside and ticket.topic != FEEDBACK)
        return sum(ticket.stage in (Stage.OPEN, Stage.ALERT) for ticket in others)

    @property
    def usual_wait(self) -> float | None:
        """Seconds that half of the latest residents waited for the first reply at most; None: not known yet."""
        return median(self._waits) if len(self._waits) >= _FEWEST_WAITS else None

    def apply(self, changes: Iterable[Beside]) -> None:
        """Take over `changes`, which are on disk."""
        for change in changes:
            match change:
                case Ticket():
                    self._count(change)
                    self.tickets[change.number] = change
                    self._of_chat[change.chat] = change.number
                case Touched():
                    self._touch(change)
                case Outgoing() if change.key not in self._sent:
                    self.outbox[change.key] = change
                    self.news.set()
                case Ended():
                    self._end(change.number)
                case Sent():
                    self._sent[change.key] = True
                    self.outbox.pop(change.key, None)
                case Erased():
                    self._erase(change.chat)
                case Act() | Noted() | Answered() | Ignored():
                    self.opinions.apply_admins(change)
                case _ if isinstance(change, Public):
                    self.audience.apply(change)
                case _:
                    self.opinions.apply(change)

    def _count(self, ticket: Ticket) -> None:
        before = self.tickets.get(ticket.number)
        told = ticket.stage == Stage.OPEN or (ticket.stage == Stage.ALERT and ticket.topic == FEEDBACK)
        if told and (before is None or before.stage == Stage.ASKED):
            self._opened[ticket.chat] = self._opened.get(ticket.chat, 0) + 1

    def _touch(self, change: Touched) -> None:
        ticket = self.tickets.get(change.number)
        if ticket is None:
            return
        self._taken(ticket, change.stage, change.at)
        stage = change.stage or ticket.stage
        self.tickets[change.number] = replace(ticket, said=ticket.said + change.said, touched_at=change.at, stage=stage)

    def _taken(self, ticket: Ticket, stage: Stage | None, at: float) -> None:
        """Note how long a resident waited, if `stage` is that of the first reply."""
        if stage == Stage.TAKEN and ticket.stage in (Stage.OPEN, Stage.ALERT):
            self._waits.append(max(0.0, at - ticket.opened_at))

    def _erase(self, chat: int) -> None:
        """Forget a chat; of what it has said to staff only danger is still told."""
        number = self._of_chat.get(chat)
        self._end(number or 0)
        self.opinions.forget(chat)
        self.audience.forget(chat)
        for key, post in list(self.outbox.items()):
            if post.chat == chat or (number and post.ticket == number and not post.urgent):
                del self.outbox[key]

    def _end(self, number: int) -> None:
        ticket = self.tickets.pop(number, None)
        if ticket and self._of_chat.get(ticket.chat) == number:
            del self._of_chat[ticket.chat]
