"""The groups of questions that wait for an admin, kept in order while questions come in and models change."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import Callable, Iterable, Mapping

from bot.desk.groups import Board, Group
from bot.dialogue.desk.questions import Questions
from bot.store.desk.acts import NEW, Trace
from bot.store.desk.opinions import Opinions
from bot.store.desk.records import Question

log = logging.getLogger(__name__)

AT_ONCE = 500
"""Questions not looked at yet that are put into groups while an admin waits, a tenth of a second; more are left to
`watch`, beside the bot's work."""

_LOOK = 5.0
"""Seconds between two looks whether there is something to put in order."""


class Waiting:
    """Groups what is unanswered; what is under way, noted for later or ignored is left out."""

    def __init__(self, opinions: Opinions, questions: Callable[[], Questions], digest: Callable[[str], str]) -> None:
        """Take what is unanswered, what reads questions now, and what stands for a feature where it is kept."""
        self._opinions, self._questions, self._digest = opinions, questions, digest
        self._read_by: Questions | None = None
        self._board: Board | None = None

    def groups(self, *, noted: bool = False) -> list[Group] | None:
        """Return the groups that wait, or those `noted` as new; None: they are being put in order, ask again soon."""
        questions = [one for one in self.shown() if (one.note == NEW) == noted]
        if self._board is None:
            if len(questions) > AT_ONCE:
                return None
            self._take(*self._made(self._questions(), [], self._opinions.traces))
        board = self._board
        if board is None or sum(not board.knows(one) for one in questions) > AT_ONCE:
            return None
        board.heed(self._opinions.traces.values())
        return board.groups(questions)

    def settled(self) -> list[Group]:
        """Return the groups that were answered, put off or are under way."""
        waiting = {one.number for one in self.shown()}
        rest = [one for one in self._opinions.unanswered() if one.number not in waiting]
        return self._board.groups(rest) if self._board else []

    def group(self, number: int) -> Group | None:
        """Return the group of question `number`; None: it is settled, gone or being put in order."""
        for noted in (False, True):
            for group in self.groups(noted=noted) or ():
                if number in group.numbers:
                    return group
        return None

    def shown(self) -> list[Question]:
        """Return the questions that an admin has not settled and has not put off."""
        today, opinions = dt.date.today().isoformat(), self._opinions
        under_way = {number for act in opinions.acts.values() if act.version is None for number in act.numbers}
        return [
            one
            for one in opinions.unanswered()
            if not one.answered and one.number not in under_way and (one.note in ("", NEW) or one.note <= today)
        ]

    def traces(self, group: Group) -> tuple[Trace, ...]:
        """Return what is to be kept of `group`, so that nothing like it is shown again."""
        return self._board.traces(group, dt.date.today().isoformat()) if self._board else ()

    def sort(self) -> None:
        """Put all questions in order, however many they are."""
        self._take(*self._made(self._questions(), list(self._opinions.unanswered()), self._opinions.traces))

    async def watch(self) -> None:
        """Put questions in order beside the bot's work, again and again; all anew when the model has changed."""
        while True:
            try:
                questions = self._questions()
                if questions is not self._read_by or self.groups() is None or (self._board and self._board.full):
                    known, traces = list(self._opinions.unanswered()), dict(self._opinions.traces)
                    self._take(*await asyncio.to_thread(self._made, questions, known, traces))
            except Exception as error:  # noqa: BLE001 - whatever it is, in a while it may go
                log.error("%s while grouping unanswered questions", type(error).__name__)
            await asyncio.sleep(_LOOK)

    def _made(
        self, questions: Questions, known: Iterable[Question], traces: Mapping[int, Trace]
    ) -> tuple[Questions, Board]:
        board = Board(questions.vector, self._digest)
        board.heed(traces.values())
        board.groups(known)
        return questions, board

    def _take(self, questions: Questions, board: Board) -> None:
        self._read_by, self._board = questions, board
