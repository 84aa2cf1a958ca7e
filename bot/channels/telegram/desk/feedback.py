"""What residents think of answers: the rows below replies, and what is kept of votes and unanswered questions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from telegram import Message

from bot.channels.telegram.answer import Answer
from bot.channels.telegram.desk.contacts import contact
from bot.channels.telegram.desk.keys import DeskPress, Verb, with_rows
from bot.channels.telegram.desk.unanswered import Unanswered
from bot.channels.telegram.desk.votes import Votes
from bot.channels.telegram.intake.addressing import Call
from bot.channels.telegram.showing.rows import Row
from bot.channels.telegram.showing.style import style_of
from bot.dialogue.dialogue import Dialogue
from bot.dialogue.reply import Press, Reply
from bot.dialogue.session import Session
from bot.store.desk.records import Asked, Beside, Question, Recalled
from bot.store.store import Store


class Feedback:
    """Adds to the dialogue's answers what asks for an opinion, and answers the presses on it."""

    def __init__(self, store: Store, *, share: bool = False) -> None:
        """Take the store, which names residents and remembers; `share`: answers can be sent on by inline mode."""
        self._name, self._preferences, self._session = store.pseudonym, store.preferences, store.session
        self._unanswered = Unanswered(store.desk.opinions)
        self._votes = Votes(store.desk.opinions, self._unanswered, share=share)

    def heard(self, dialogue: Dialogue, call: Call, before: Session, reply: Reply, answer: Answer) -> Answer:
        """Return `answer` to the words of `call` with the rows below it and what is kept of them."""
        resident = self._name(*call.resident)
        kept = self._unanswered.heard(dialogue, call.words, call.number, resident, before, reply)
        kept = (*kept, *self._unanswered.counted(dialogue, reply))
        return self._below(dialogue, reply, answer, kept, resident)

    def pressed(
        self, dialogue: Dialogue, press: Press, resident: tuple[int, int], reply: Reply, answer: Answer
    ) -> Answer:
        """Return `answer` to a press on a button of the dialogue with the rows below it and what is kept of it."""
        name = self._name(*resident)
        return self._below(dialogue, reply, answer, self._unanswered.pressed(name, press), name)

    def own(
        self, dialogue: Dialogue, message: Message, press: DeskPress, number: int, resident: tuple[int, int]
    ) -> Answer:
        """Answer a press on one of these rows."""
        match press.verb:
            case Verb.VOTE:
                return self._votes.voted(dialogue, message, press, number, resident[1], self._name(*resident))
            case Verb.REASON:
                return self._votes.reasoned(dialogue, message, press, resident[1])
        return self._votes.noticed(dialogue, message, press)

    def due(self, dialogue: Dialogue, now: float, mine: Callable[[int], bool] = lambda _: True) -> tuple[Beside, ...]:
        """Return what tells those who wait that their questions are answered, unless they want no notices any more.

        Only those whose chats are `mine` are told: others are another process's.
        With it is kept what was asked back about in vain.
        """
        phrases, name = dialogue.faq.phrases, self._name
        told = self._votes.due(
            dialogue.faq,
            now,
            mine,
            wants=lambda chat: self._preferences(name(chat, chat)).notices,
            style=lambda chat: style_of(phrases, self._session(name(chat, chat)), None),
        )
        return (*told, *self._unanswered.silent(now))

    def forgotten(self, resident: tuple[int, int]) -> Beside:
        """Return what forgets what a resident asked."""
        return Recalled(self._name(*resident), Asked())

    def _below(self, dialogue: Dialogue, reply: Reply, answer: Answer, kept: Sequence[Beside], resident: str) -> Answer:
        rows: list[Row] = [*self._votes.rows(dialogue.faq, reply)]
        numbers = [change.number for change in kept if isinstance(change, Question)]
        alone = bool(answer.posts) and answer.posts[-1].chat > 0
        if numbers and not rows and alone and self._preferences(resident).notices:
            rows.append(self._votes.bell(dialogue.faq, numbers[0]))
        answer = _with(answer, rows, contact(dialogue.faq, reply))
        return replace(answer, beside=(*answer.beside, *kept))


def _with(answer: Answer, rows: Sequence[Row], beside: Row) -> Answer:
    """Return `answer` with `rows` below its last message, sent or edited, and `beside` what stands last there now."""
    if not (rows or beside) or not answer.posts:
        return answer
    *before, last = answer.posts
    posts = (*before, replace(last, buttons=with_rows(last.buttons, *rows, beside=beside)))
    edit = replace(answer.edit, buttons=with_rows(answer.edit.buttons, *rows, beside=beside)) if answer.edit else None
    return replace(answer, posts=posts, edit=edit)
