"""An answer is a value: what is found can be looked at before anything is sent or written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot.channels.telegram.answer import Answer, Post
from bot.channels.telegram.intake.addressing import Me
from bot.channels.telegram.intake.incoming import read
from bot.channels.telegram.respond import Responder
from bot.dialogue.dialogue import Dialogue
from bot.dialogue.reply import Decision
from bot.store.database import Database
from bot.store.in_flight import InFlight
from bot.store.inbox import Inbox
from bot.store.pseudonyms import Pseudonyms
from bot.store.store import Store

ME = Me(123456, "hebi_test_bot")
RESIDENT = {"id": 7, "is_bot": False, "first_name": "甲"}
ALONE = {"id": 7, "type": "private", "first_name": "甲"}
GROUP = {"id": -5, "type": "supergroup", "title": "群"}


@pytest.fixture
def respond(dialogue: Dialogue, tmp_path: Path) -> Iterator[Any]:
    with closing(Database(None, tmp_path)) as database:
        store = Store(Inbox(database), Pseudonyms(tmp_path), InFlight(tmp_path))
        responder = Responder(SimpleNamespace(dialogue=dialogue), store, ME)  # type: ignore[arg-type]

        def answer(**content: Any) -> Answer:
            return responder.respond(read({"update_id": 1, **content}, ME, store.pseudonym))

        yield answer
        assert store.session(store.pseudonym(7, 7)).district is None, "nothing is remembered yet"


def message(text: str, chat: dict[str, Any] = ALONE, **more: Any) -> dict[str, Any]:
    return {"message_id": 3, "date": 1_700_000_000, "chat": chat, "from": RESIDENT, "text": text, **more}


def test_a_question_is_answered_with_posts_and_with_what_is_to_be_remembered(respond: Any) -> None:
    found = respond(message=message("我是浚县的，低保怎么申请"))
    assert found.decision is Decision.ANSWER
    assert [(post.chat, post.quotes, post.thread) for post in found.posts] == [(7, None, None)]
    assert "浚县" in found.posts[0].text
    assert json.loads(found.posts[-1].buttons or "")["inline_keyboard"]
    assert (found.resident, found.session.district, found.forget) == ((7, 7), "浚县", False)


def test_in_a_group_the_question_is_quoted_in_its_topic_and_talk_gets_nothing(respond: Any) -> None:
    topic = {"is_topic_message": True, "message_thread_id": 12}
    found = respond(message=message("@hebi_test_bot 低保怎么申请", GROUP, **topic))
    assert [(post.chat, post.quotes, post.thread) for post in found.posts] == [(-5, 3, 12)]
    assert found.resident == (-5, 7)
    assert respond(message=message("低保怎么申请", GROUP)) == Answer()


def test_a_press_that_leafs_is_an_edit_with_the_same_words_to_fall_back_on(respond: Any) -> None:
    pressed = {"id": "1", "chat_instance": "x", "from": RESIDENT, "message": message("菜单"), "data": "t:dibao"}
    found = respond(callback_query=pressed)
    assert (found.edit.chat, found.edit.message) == (7, 3)
    assert found.posts == (Post(7, found.edit.text, found.edit.buttons),)


def test_to_forget_and_to_be_blocked_are_said_in_the_answer(respond: Any) -> None:
    found = respond(message=message("/forget"))
    assert (found.forget, found.session, len(found.posts)) == (True, None, 1)
    old, new = {"user": RESIDENT, "status": "member"}, {"user": RESIDENT, "status": "left"}
    change = {"chat": ALONE, "from": RESIDENT, "date": 1, "old_chat_member": old, "new_chat_member": new}
    assert respond(my_chat_member=change) == Answer(blocked=True)


@pytest.mark.parametrize("command", Responder.commands)
def test_every_command_says_something(respond: Any, command: str) -> None:
    assert respond(message=message(f"/{command}")).posts
