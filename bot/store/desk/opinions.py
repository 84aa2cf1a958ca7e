"""What residents thought of answers, as the event loop sees it: unanswered questions, notices, and a short memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from cachetools import TTLCache

from bot.store.desk.acts import Act, Answered, ByAdmin, Ignored, Noted, Trace
from bot.store.desk.records import (
    Asked,
    Beside,
    Notice,
    Question,
    Recalled,
    Told,
    Unclear,
    Voted,
    VoteKey,
    Why,
    Withdrawn,
)
from bot.store.desk.rows import Kept

ASKED_MEMORY = 600.0
"""Seconds for which what a resident asked is remembered, redacted and in memory alone; `privacy` tells of it."""

_VOTE_MEMORY = 3_600.0
"""Seconds for which it is remembered who has voted on what, in memory alone: one vote is to count once."""

_RESIDENTS = 10_000
"""Most residents of whom that is remembered."""

_PER_DAY = 30
"""Most questions of one resident that are kept a day."""


class Opinions:
    """Unanswered questions and who waits for them; what was asked and voted a while ago."""

    def __init__(self) -> None:
        """Start with none."""
        self.questions: dict[int, Question] = {}
        """Unanswered questions, also those answered since, by number."""
        self.notices: set[tuple[int, int]] = set()
        """Numbers of questions with the chats that wait for their answers."""
        self.acts: dict[int, Act] = {}
        """What admins did last, by number."""
        self.traces: dict[int, Trace] = {}
        """What is never to be shown again, by number."""
        self._asked: TTLCache[str, Asked] = TTLCache(_RESIDENTS, ASKED_MEMORY)
        self._unclear: dict[str, Unclear] = {}  # by resident, the longest waiting first
        self._voted: TTLCache[VoteKey, str] = TTLCache(_RESIDENTS, _VOTE_MEMORY)
        self._of_day: TTLCache[str, int] = TTLCache(_RESIDENTS, 86_400)

    def refresh(self, kept: Kept) -> None:
        """Take over what is on disk: an admin, or a bot beside, may have changed it."""
        self.questions = {question.number: question for question in kept.questions}
        self.notices = {(notice.number, notice.chat) for notice in kept.notices}
        self.acts = {act.number: act for act in kept.acts}
        self.traces = {trace.number: trace for trace in kept.traces}

    def asked(self, resident: str) -> Asked:
        """Return what is remembered of what the resident with this pseudonym asked last."""
        return self._asked.get(resident, Asked())

    def silent(self, before: float) -> list[tuple[str, Unclear]]:
        """Return who was asked back `before` then, in seconds since 1970, and has said nothing since.

        Each is returned until his question is on disk, or is no longer remembered.
        """
        found = [(resident, one) for resident, one in self._unclear.items() if one.at < before]
        for resident, _ in found:
            if resident not in self._asked:  # no longer remembered at all: this is the last time
                del self._unclear[resident]
        return found

    def unanswered(self) -> Iterator[Question]:
        """Yield what is unanswered, without words that are no questions: /feedback."""
        return (one for one in self.questions.values() if one.why != Why.FEEDBACK)

    def voted(self, key: VoteKey) -> str | None:
        """Return what a user has said of a message a while ago; None: nothing, or not known any more."""
        return self._voted.get(key)

    def awaited(self, chat: int) -> list[int]:
        """Return the numbers of the questions about which `chat` waits to be told."""
        return sorted(number for number, waiting in self.notices if waiting == chat)

    def votes_of(self, chat: int) -> int:
        """Return of how many votes in a private `chat` it is remembered whose they are."""
        return sum(key[0] == chat for key in list(self._voted))

    def heeds(self, resident: str) -> bool:
        """Tell whether a further question of this resident's is kept today: nobody is to fill the list alone."""
        return self._of_day.get(resident, 0) < _PER_DAY

    def apply(self, change: Beside) -> None:
        """Take over a change, which is on disk."""
        match change:
            case Recalled():
                self._recall(change)
            case Voted():
                self._voted[change.key] = change.now
            case Question():
                self.questions[change.number] = replace(change, resident="")
                self._of_day[change.resident] = self._of_day.get(change.resident, 0) + 1
                waiting = self._unclear.get(change.resident)
                if waiting and waiting.number == change.number:
                    del self._unclear[change.resident]
            case Withdrawn():
                self.questions.pop(change.number, None)
                self.notices = {one for one in self.notices if one[0] != change.number}
            case Notice():
                self.notices.add((change.number, change.chat))
            case Told():
                self.notices.discard((change.number, change.chat))

    def _recall(self, change: Recalled) -> None:
        self._asked[change.resident] = change.asked
        self._unclear.pop(change.resident, None)
        if change.asked.unclear:
            self._unclear[change.resident] = change.asked.unclear
            if len(self._unclear) > _RESIDENTS:
                del self._unclear[next(iter(self._unclear))]

    def apply_admins(self, change: ByAdmin) -> None:
        """Take over a change of an admin's, which is on disk."""
        match change:
            case Act():
                self.acts[change.number] = change
            case Noted():
                self._change(change.numbers, note=change.note)
            case Answered():
                self._change(change.numbers, answered=change.by)
            case Ignored():
                self.traces |= {trace.number: trace for trace in change.traces}
                for number in change.numbers:
                    self.questions.pop(number, None)
                self.notices = {one for one in self.notices if one[0] not in change.numbers}

    def _change(self, numbers: Iterable[int], **fields: Any) -> None:
        known = (self.questions[number] for number in numbers if number in self.questions)
        self.questions |= {one.number: replace(one, **fields) for one in known}

    def forget(self, chat: int) -> None:
        """Forget that a chat waits for answers, and who has voted in it."""
        self.notices = {one for one in self.notices if one[1] != chat}
        for key in [key for key in list(self._voted) if key[0] == chat]:
            self._voted.pop(key, None)
