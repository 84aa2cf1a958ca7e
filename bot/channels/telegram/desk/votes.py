"""👍 and 👎 below policy answers: counted without a resident, marked on the button, and changeable."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape
from itertools import chain
from typing import Any

from telegram import Message

from bot.channels.telegram.answer import Answer, Marks
from bot.channels.telegram.desk.keys import DeskPress, Verb, button, keyboard, read
from bot.channels.telegram.desk.unanswered import Unanswered
from bot.channels.telegram.intake.addressing import is_private, words_of
from bot.channels.telegram.showing.rows import MOST, Row, packed, width
from bot.channels.telegram.showing.style import Style
from bot.dialogue.dialogue import Dialogue
from bot.dialogue.reply import Action, Decision, Press, Reply
from bot.store.desk.opinions import Opinions
from bot.store.desk.records import Beside, Notice, Outgoing, Question, Told, Voted, Withdrawn
from faq.knowledge.types import Faq, Intent
from faq.knowledge.wording.desk import DeskPhrases

UP, DOWN = "up", "down"
REASONS = ("other", "unclear", "wrong", "missing")
"""Why an answer is bad: 不是我问的, 看不懂, 不对, 没说到."""

NOTICES = 5
"""Most questions about whose answer one chat waits to be told."""

MOST_NOTICES = 10_000
"""Most notices at once."""

_MARK = " ✓"
_SHARE = "switch_inline_query_chosen_chat"
_CALL = re.compile(r"@[A-Za-z0-9_]{1,64}")


class Votes:
    """Knows the buttons below answers, and what a press on one brings about."""

    def __init__(self, opinions: Opinions, unanswered: Unanswered, *, share: bool) -> None:
        """Take what remembers and what keeps questions; `share`: there is a button to send an answer on."""
        self._share = share
        self._opinions, self._unanswered = opinions, unanswered

    def rows(self, faq: Faq, reply: Reply) -> tuple[Row, ...]:
        """Return the row below `reply`, none if it answers no policy."""
        intent = _policy(faq, reply)
        return (self._row(faq, intent, None),) if intent else ()

    def _row(self, faq: Faq, intent: Intent, vote: str | None) -> Row:
        """Return 👍 and 👎, one of them marked as `vote`, and how to send the answer on unless it was found bad."""
        phrases, labels = faq.phrases.desk, {UP: faq.phrases.desk.button_up, DOWN: faq.phrases.desk.button_down}
        row = [
            button(label + (_MARK if vote == kind else ""), Verb.VOTE, f"{kind}:{intent.id}")
            for kind, label in labels.items()
        ]
        if self._share and vote != DOWN:
            chosen = {"query": intent.title, "allow_user_chats": True, "allow_group_chats": True}
            row.append({"text": phrases.button_share, _SHARE: chosen})
        return row

    def bell(self, faq: Faq, number: int) -> Row:
        """Return the button to be told when the question `number` is answered."""
        return [button(faq.phrases.desk.button_notice, Verb.NOTICE, str(number))]

    def voted(
        self, dialogue: Dialogue, message: Message, press: DeskPress, number: int, user: int, resident: str
    ) -> Answer:
        """Answer 👍 or 👎: it is counted, the button is marked; 👎 offers reasons."""
        phrases, (vote, _, intent) = dialogue.faq.phrases.desk, press.target.partition(":")
        shown, key = [*_shown(message)], (message.chat.id, message.message_id, user, False)
        if vote not in (UP, DOWN) or intent not in dialogue.faq.intents:
            return Answer(notice=phrases.vote_late)
        before = self._opinions.voted(key) or (_marked(shown) if is_private(message) else None)
        if before == vote:
            return Answer(notice=phrases.vote_thanks)
        changes: list[Beside] = [Voted(_day(message), intent, before, vote, key)]
        given = next((one for one in reversed(self._opinions.asked(resident).answered) if one.intent == intent), None)
        if given and given.number in self._opinions.questions:  # it was kept as not sure; now it is known
            changes.append(Withdrawn(given.number))
        bell = next((one for one in map(_of, shown) if one and one.verb == Verb.NOTICE), None)
        if vote == DOWN:
            text = given.text if given else _quoted(dialogue, message)
            changes += self._unanswered.downvoted(number, resident, intent, text)
        elif bell and bell.target.isdigit():
            changes.append(Withdrawn(int(bell.target)))
        kept = any(isinstance(change, Question) for change in changes)
        notice = phrases.vote_thanks if vote == UP else phrases.vote_why
        if not is_private(message):  # the buttons are everybody's
            return Answer(beside=tuple(changes), notice=phrases.vote_thanks)
        votes = self._row(dialogue.faq, dialogue.faq.intents[intent], vote)
        rows = [*_card(message), votes]
        if vote == DOWN:
            why = packed([*_reasons(phrases, intent), *(self.bell(dialogue.faq, number) if kept else ())])
            rows = [*_room(_card(message), votes, MOST - len(why)), *why]
        marks = Marks(message.chat.id, message.message_id, keyboard(*rows))
        return Answer(marks=marks, beside=tuple(changes), notice=notice)

    def reasoned(self, dialogue: Dialogue, message: Message, press: DeskPress, user: int) -> Answer:
        """Answer why an answer is bad: it is counted, and the reasons go."""
        phrases, (reason, _, intent) = dialogue.faq.phrases.desk, press.target.partition(":")
        key = (message.chat.id, message.message_id, user, True)
        if reason not in REASONS or intent not in dialogue.faq.intents:
            return Answer(notice=phrases.vote_late)
        rows = packed(one for one in _shown(message) if not (own := _of(one)) or own.verb != Verb.REASON)
        counted = () if self._opinions.voted(key) else (Voted(_day(message), intent, None, reason, key),)
        marks = Marks(message.chat.id, message.message_id, keyboard(*rows))
        return Answer(marks=marks, beside=counted, notice=phrases.reason_thanks)

    def due(
        self,
        faq: Faq,
        now: float,
        mine: Callable[[int], bool],
        wants: Callable[[int], bool],
        style: Callable[[int], Style],
    ) -> tuple[Beside, ...]:
        """Return what tells those who wait that their questions are answered: once, and their chats are forgotten.

        `mine` tells whether a chat is to be told by this process, `wants` whether it still lets the bot write first,
        `style` how it reads.
        """
        changes: list[Beside] = []
        for number, chat in sorted(self._opinions.notices):
            question = self._opinions.questions.get(number)
            intent = faq.intents.get(question.answered or "") if question else None
            if question and intent and mine(chat):
                said, written = faq.phrases.desk.notice.format(value=question.text), style(chat).written
                text = escape(written(said), quote=False)
                press = [{"text": written(intent.title), "callback_data": Press(Action.ANSWER, intent.id).data()}]
                if wants(chat):
                    changes.append(Outgoing(f"{number}:{chat}:n", chat, text, keyboard(press), now, brief=True))
                changes.append(Told(number, chat))
        return tuple(changes)

    def noticed(self, dialogue: Dialogue, message: Message, press: DeskPress) -> Answer:
        """Answer who wants to be told when a question is answered; if it is already, say so by the button to it."""
        phrases, chat = dialogue.faq.phrases.desk, message.chat.id
        number = int(press.target) if press.target.isascii() and press.target.isdigit() else 0
        question = self._opinions.questions.get(number)
        if question is None or not is_private(message):
            return Answer(notice=phrases.notice_late if question is None else phrases.notice_alone)
        mine = [one for one in self._opinions.notices if one[1] == chat]
        if (number, chat) in mine:
            return Answer(notice=phrases.notice_taken)
        if len(mine) >= NOTICES or len(self._opinions.notices) >= MOST_NOTICES:
            return Answer(notice=phrases.notice_full)
        told = button(phrases.button_notice + _MARK, Verb.NOTICE, str(number))
        rows = [
            [told if (own := _of(one)) and own.verb == Verb.NOTICE else one for one in row] for row in _rows(message)
        ]
        marks = Marks(chat, message.message_id, keyboard(*rows))
        kept = Notice(number, chat, dt.date.today().isoformat())
        return Answer(marks=marks, beside=(kept,), notice=phrases.notice_taken)


def _policy(faq: Faq, reply: Reply) -> Intent | None:
    """Return the first policy that `reply` answers; None: it answers none."""
    if reply.decision != Decision.ANSWER:
        return None
    return next((guess.intent for guess in reply.answered if not faq.small_talk(guess.intent)), None)


def _reasons(phrases: DeskPhrases, intent: str) -> list[Mapping[str, object]]:
    labels = (phrases.reason_other, phrases.reason_unclear, phrases.reason_wrong, phrases.reason_missing)
    return [button(label, Verb.REASON, f"{reason}:{intent}") for reason, label in zip(REASONS, labels, strict=True)]


def _rows(message: Message) -> list[Row]:
    """Return the buttons below a message as Telegram told of them."""
    markup = message.reply_markup
    told: dict[str, Any] = markup.to_dict() if markup else {}
    rows: list[Row] = told.get("inline_keyboard", [])
    return rows


def _shown(message: Message) -> Iterator[Mapping[str, object]]:
    return chain.from_iterable(_rows(message))


def _card(message: Message) -> list[Row]:
    """Return the rows below a message that are the dialogue's, as they stand."""
    rows = ([one for one in row if not (_of(one) or _SHARE in one)] for row in _rows(message))
    return [row for row in rows if row]


def _room(card: Sequence[Row], votes: Row, most: int) -> list[Row]:
    """Return the buttons of a card and `votes` in `most` rows: other questions go first, then the widest."""
    asks = Press(Action.ANSWER).data()
    buttons = [one for one in chain.from_iterable(card) if not str(one.get("callback_data", "")).startswith(asks)]
    while len(rows := packed([*buttons, *votes])) > most and buttons:
        buttons.remove(max(buttons, key=lambda one: width(str(one["text"]))))
    return rows


def _of(one: Mapping[str, object]) -> DeskPress | None:
    """Return what a button of the desk does; None: it is none."""
    return read(str(one.get("callback_data", "")))


def _marked(shown: Sequence[Mapping[str, object]]) -> str | None:
    """Return the vote that the buttons show; None: none."""
    for one in shown:
        press = _of(one)
        if press and press.verb == Verb.VOTE and str(one.get("text", "")).endswith(_MARK):
            return press.target.partition(":")[0]
    return None


def _quoted(dialogue: Dialogue, message: Message) -> str:
    """Return the question that an answer in a group quotes, redacted; empty: it quotes none."""
    quoted = message.reply_to_message
    return dialogue.questions.clause(_CALL.sub(" ", words_of(quoted))) if quoted else ""


def _day(message: Message) -> str:
    return message.date.astimezone().date().isoformat()
