"""👍 and 👎 below policy answers: counted without a resident, marked on the button, and changeable."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from html import escape
from typing import Any

from telegram import Message

from bot.channels.telegram.answer import Answer, Marks
from bot.channels.telegram.desk.keys import DeskPress, Row, Verb, button, keyboard, read
from bot.channels.telegram.desk.unanswered import Unanswered
from bot.channels.telegram.intake.addressing import is_private, words_of
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
        phrases, labels = faq.phrases.desk, {UP: faq.phrases.desk.button_up, DOWN: faq.phrases.desk.button_down}
        row = [
            button(label + (_MARK if vote == kind else ""), Verb.VOTE, f"{kind}:{intent.id}")
            for kind, label in labels.items()
        ]
        if self._share:
            chosen = {"query": intent.title, "allow_user_chats": True, "allow_group_chats": True}
            row.append({"text": phrases.button_share, "switch_inline_query_chosen_chat": chosen})
        return row

    def bell(self, faq: Faq, number: int) -> Row:
        """Return the button to be told when the question `number` is answered."""
        return [button(faq.phrases.desk.button_notice, Verb.NOTICE, str(number))]

    def voted(
        self, dialogue: Dialogue, message: Message, press: DeskPress, number: int, user: int, resident: str
    ) -> Answer:
        """Answer 👍 or 👎: it is counted, the button is marked; 👎 offers reasons."""
        phrases, (vote, _, intent) = dialogue.faq.phrases.desk, press.target.partition(":")
        rows, key = _rows(message), (message.chat.id, message.message_id, user, False)
        if vote not in (UP, DOWN) or intent not in dialogue.faq.intents:
            return Answer(notice=phrases.vote_late)
        before = self._opinions.voted(key) or (_marked(rows) if is_private(message) else None)
        if before == vote:
            return Answer(notice=phrases.vote_thanks)
        changes: list[Beside] = [Voted(_day(message), intent, before, vote, key)]
        bell = next((one for one in map(_of, rows) if one and one.verb == Verb.NOTICE), None)
        if vote == DOWN:
            text = dict(self._opinions.asked(resident).answered).get(intent) or _quoted(dialogue, message)
            changes += self._unanswered.downvoted(number, resident, intent, text)
        elif bell and bell.target.isdigit():
            changes.append(Withdrawn(int(bell.target)))
        kept = any(isinstance(change, Question) for change in changes)
        notice = phrases.vote_thanks if vote == UP else phrases.vote_why
        if not is_private(message):  # the buttons are everybody's
            return Answer(beside=tuple(changes), notice=phrases.vote_thanks)
        shown = [row for row in rows if not (one := _of(row)) or one.verb not in (Verb.VOTE, Verb.REASON, Verb.NOTICE)]
        place = next((at for at, row in enumerate(rows) if (one := _of(row)) and one.verb == Verb.VOTE), len(shown))
        below = [
            self._row(dialogue.faq, dialogue.faq.intents[intent], vote),
            *(_reason_rows(phrases, intent) if vote == DOWN else ()),
        ]
        below += [self.bell(dialogue.faq, number)] if kept else []
        marks = Marks(message.chat.id, message.message_id, keyboard(*shown[:place], *below, *shown[place:]))
        return Answer(marks=marks, beside=tuple(changes), notice=notice)

    def reasoned(self, dialogue: Dialogue, message: Message, press: DeskPress, user: int) -> Answer:
        """Answer why an answer is bad: it is counted, and the reasons go."""
        phrases, (reason, _, intent) = dialogue.faq.phrases.desk, press.target.partition(":")
        key = (message.chat.id, message.message_id, user, True)
        if reason not in REASONS or intent not in dialogue.faq.intents:
            return Answer(notice=phrases.vote_late)
        rows = [row for row in _rows(message) if not (one := _of(row)) or one.verb != Verb.REASON]
        counted = () if self._opinions.voted(key) else (Voted(_day(message), intent, None, reason, key),)
        marks = Marks(message.chat.id, message.message_id, keyboard(*rows))
        return Answer(marks=marks, beside=counted, notice=phrases.reason_thanks)

    def due(self, faq: Faq, now: float, wants: Callable[[int], bool]) -> tuple[Beside, ...]:
        """Return what tells those who wait that their questions are answered: once, and their chats are forgotten.

        `wants` tells whether a chat still lets the bot write first.
        """
        changes: list[Beside] = []
        for number, chat in sorted(self._opinions.notices):
            question = self._opinions.questions.get(number)
            intent = faq.intents.get(question.answered or "") if question else None
            if question and intent:
                text = escape(faq.phrases.desk.notice.format(value=question.text), quote=False)
                press = [{"text": intent.title, "callback_data": Press(Action.ANSWER, intent.id).data()}]
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
        rows = [
            row if not (one := _of(row)) or one.verb != Verb.NOTICE else _told_row(phrases, number)
            for row in _rows(message)
        ]
        marks = Marks(chat, message.message_id, keyboard(*rows))
        kept = Notice(number, chat, dt.date.today().isoformat())
        return Answer(marks=marks, beside=(kept,), notice=phrases.notice_taken)


def _policy(faq: Faq, reply: Reply) -> Intent | None:
    """Return the first policy that `reply` answers; None: it answers none."""
    if reply.decision != Decision.ANSWER:
        return None
    return next((guess.intent for guess in reply.answered if not faq.small_talk(guess.intent)), None)


def _reason_rows(phrases: DeskPhrases, intent: str) -> list[Row]:
    labels = (phrases.reason_other, phrases.reason_unclear, phrases.reason_wrong, phrases.reason_missing)
    keys = [button(label, Verb.REASON, f"{reason}:{intent}") for reason, label in zip(REASONS, labels, strict=True)]
    return [keys[:2], keys[2:]]


def _told_row(phrases: DeskPhrases, number: int) -> Row:
    return [button(phrases.button_notice + _MARK, Verb.NOTICE, str(number))]


def _rows(message: Message) -> list[Row]:
    """Return the buttons below a message as Telegram told of them."""
    markup = message.reply_markup
    told: dict[str, Any] = markup.to_dict() if markup else {}
    rows: list[Row] = told.get("inline_keyboard", [])
    return rows


def _of(row: Row) -> DeskPress | None:
    """Return what the first button of the desk in a row does; None: there is none."""
    presses = (read(str(one.get("callback_data", ""))) for one in row)
    return next((press for press in presses if press), None)


def _marked(rows: Sequence[Row]) -> str | None:
    """Return the vote that the buttons show; None: none."""
    for one in (one for row in rows for one in row):
        press = read(str(one.get("callback_data", "")))
        if press and press.verb == Verb.VOTE and str(one.get("text", "")).endswith(_MARK):
            return press.target.partition(":")[0]
    return None


def _quoted(dialogue: Dialogue, message: Message) -> str:
    """Return the question that an answer in a group quotes, redacted; empty: it quotes none."""
    quoted = message.reply_to_message
    return dialogue.questions.clause(_CALL.sub(" ", words_of(quoted))) if quoted else ""


def _day(message: Message) -> str:
    return message.date.astimezone().date().isoformat()
