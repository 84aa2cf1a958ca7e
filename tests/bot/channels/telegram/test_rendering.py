"""Replies become messages that Telegram takes: escaped, short enough, whole."""

from __future__ import annotations

import html
import json
import re

from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.rendering import buttons, messages, units
from bot.dialogue.dialogue import Dialogue
from bot.dialogue.reply import Action, Choice, Part, Press, Reply
from bot.dialogue.session import Session
from tests.bot.dialogue.talk import NOW

LIMIT = 4096


def plain(message: str) -> str:
    return html.unescape(re.sub(r"</?b>", "", message))


@given(st.text(alphabet="<>&甲😀\n\"'", min_size=1, max_size=60), st.integers(1, 400))
def test_any_text_is_escaped_split_and_loses_nothing(text: str, times: int) -> None:
    reply = Reply((Part(text * times, title="<标题>"),))
    parts = messages(reply)
    assert all(units(plain(part)) <= LIMIT for part in parts)
    assert "".join(map(plain, parts)).replace("\n", "") == f"<标题>{text * times}".replace("\n", "")
    assert all(re.sub(r"</?b>|&(lt|gt|amp);", "", part).count("<") == 0 for part in parts)


def test_a_title_is_bold_and_a_short_reply_is_one_message() -> None:
    assert messages(Reply((Part("甲", title="乙"), Part("丙")))) == ["<b>乙</b>\n甲\n\n丙"]


def test_every_button_of_the_knowledge_base_fits_telegrams_64_bytes(dialogue: Dialogue) -> None:
    faq = dialogue.faq
    replies = [dialogue.menu(), dialogue.districts()]
    for intent in faq.intents:
        replies.append(dialogue.press(Press(Action.ANSWER, intent), Session(), NOW)[0])
    for topic in faq.topics:
        replies.append(dialogue.press(Press(Action.TOPIC, topic), Session(), NOW)[0])
    for reply in replies:
        assert len(messages(reply)) == 1
        for choice in reply.choices:
            assert 1 <= len(choice.press.data().encode()) <= 64
            assert Press.read(choice.press.data()) == choice.press


def test_no_buttons_no_keyboard() -> None:
    assert buttons(Reply((Part("甲"),))) is None
    shown = buttons(Reply((Part("甲"),), choices=(Choice("乙", Press(Action.MENU)),)))
    assert shown is not None
    assert json.loads(shown) == {"inline_keyboard": [[{"text": "乙", "callback_data": "m:"}]]}
