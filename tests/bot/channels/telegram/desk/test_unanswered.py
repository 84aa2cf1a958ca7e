"""What is kept as not answered well: also who is asked back and leaves, and what was answered without confidence."""

from __future__ import annotations

import asyncio
import datetime as dt
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot.channels.telegram.answer import Answer
from bot.channels.telegram.intake.addressing import Me
from bot.channels.telegram.intake.incoming import read
from bot.channels.telegram.respond import Responder
from bot.dialogue.desk import questions
from bot.dialogue.dialogue import Dialogue
from bot.dialogue.reply import Decision
from bot.store.database import Database
from bot.store.desk import opinions
from bot.store.desk.opinions import ASKED_MEMORY
from bot.store.desk.records import Asked, Beside, Question, Recalled, Unclear
from bot.store.in_flight import InFlight
from bot.store.inbox import Inbox
from bot.store.pseudonyms import Pseudonyms
from bot.store.records import Attempt
from bot.store.store import Store
from faq.load import load
from intents.features.words import Words
from intents.registry.registry import Registry

ME = Me(123456, "hebi_test_bot")
UNCLEAR = "低保咨询"


class Talk:
    """Somebody who talks with the bot, and what is kept of that."""

    def __init__(self, dialogue: Dialogue, store: Store) -> None:
        self.dialogue, self.store = dialogue, store
        self.responder = Responder(SimpleNamespace(dialogue=dialogue), store, ME)  # type: ignore[arg-type]
        self._count = 0

    def _update(self, user: int, **content: Any) -> Answer:
        self._count += 1
        answer = self.responder.respond(read({"update_id": self._count, **content}, ME, self.store.pseudonym))
        own = {self.store.pseudonym(user, user): answer.session} if answer.session else {}
        asyncio.run(self.store.settle(Attempt(self._count, "", remembered=own, beside=answer.beside)))
        return answer

    def says(self, text: str, user: int = 7) -> Answer:
        who = {"id": user, "is_bot": False, "first_name": "甲"}
        chat = {"id": user, "type": "private", "first_name": "甲"}
        return self._update(user, message={"message_id": 3, "date": 1, "chat": chat, "from": who, "text": text})

    def presses(self, data: str, user: int = 7) -> Answer:
        who = {"id": user, "is_bot": False, "first_name": "甲"}
        chat = {"id": user, "type": "private", "first_name": "甲"}
        bot = {"id": ME.id, "is_bot": True, "first_name": "机"}
        message = {"message_id": 4, "date": 1, "chat": chat, "from": bot, "text": "卡"}
        query = {"id": "1", "chat_instance": "x", "from": who, "message": message, "data": data}
        return self._update(user, callback_query=query)

    def due(self, seconds: float) -> tuple[Beside, ...]:
        """Return what the bot finds to be written when it looks round so much later."""
        return self.responder.desk.feedback.due(self.dialogue, dt.datetime.now().timestamp() + seconds)

    def waits(self, seconds: float) -> None:
        """Let the bot look round as it does again and again, so much later."""
        asyncio.run(self.store.settle(Attempt(0, "", beside=self.due(seconds))))

    @property
    def kept(self) -> list[tuple[str, str]]:
        return [(one.text, one.why.value) for one in self.store.desk.opinions.questions.values()]


@pytest.fixture(scope="module")
def dialogue(small_untouched: Path, tmp_path_factory: pytest.TempPathFactory) -> Dialogue:
    own = shutil.copytree(small_untouched, tmp_path_factory.mktemp("small") / "own")
    faq = load(own / "faq")
    return Dialogue(Registry(own / "var").load(faq, Words(faq, own / "var" / "cache")))


@pytest.fixture
def talk(dialogue: Dialogue, tmp_path: Path) -> Iterator[Talk]:
    with closing(Database(None, tmp_path)) as database:
        yield Talk(dialogue, Store(Inbox(database), Pseudonyms(tmp_path), InFlight(tmp_path)))


def test_who_is_asked_back_and_leaves_without_a_press_is_kept_once(talk: Talk) -> None:
    assert talk.says(UNCLEAR).decision == Decision.CLARIFY
    talk.waits(0.5 * ASKED_MEMORY)
    assert talk.kept == [], "he may still be reading"
    talk.waits(0.95 * ASKED_MEMORY)
    assert talk.kept == [(UNCLEAR, "clarification_ignored")]
    talk.waits(2 * ASKED_MEMORY)
    assert talk.kept == [(UNCLEAR, "clarification_ignored")]


def test_what_the_database_does_not_take_is_kept_by_the_next_look_round(talk: Talk) -> None:
    talk.says(UNCLEAR)
    refused = talk.due(0.95 * ASKED_MEMORY)
    assert [one.text for one in refused if isinstance(one, Question)] == [UNCLEAR]
    assert talk.due(0.95 * ASKED_MEMORY) == refused
    talk.waits(0.95 * ASKED_MEMORY)
    assert talk.kept == [(UNCLEAR, "clarification_ignored")]
    assert talk.due(0.95 * ASKED_MEMORY) == (), "once it is on disk it is not due again"


def test_what_cannot_be_kept_is_remembered_no_longer_than_residents_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opinions, "ASKED_MEMORY", 0.0)
    memory = opinions.Opinions()
    memory.apply(Recalled("r", Asked(Unclear(UNCLEAR, (), 1, 5.0))))
    assert [resident for resident, _ in memory.silent(6.0)] == ["r"]
    assert memory.silent(6.0) == []


def test_who_chooses_or_asks_to_be_forgotten_is_not_kept_and_a_late_press_takes_it_back(talk: Talk) -> None:
    talk.says(UNCLEAR, 8)
    talk.presses("a:dibao.apply", 8)
    talk.says(UNCLEAR, 9)
    talk.says("/forget", 9)
    talk.waits(ASKED_MEMORY)
    assert talk.kept == []
    talk.says(UNCLEAR)
    talk.waits(ASKED_MEMORY)
    talk.presses("a:dibao.apply")
    assert talk.kept == []


def test_each_is_kept_under_the_number_of_its_own_message_so_that_none_takes_anothers_place(talk: Talk) -> None:
    talk.says(UNCLEAR)
    talk.says("火星上的土地怎么过户给我家的猫")
    kept = {number: one.why.value for number, one in talk.store.desk.opinions.questions.items()}
    assert kept == {1: "clarification_ignored", 2: "fallback"}


def test_what_is_answered_without_confidence_is_kept_until_a_vote_tells(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = "低保怎么申请，我叫王桂兰"
    monkeypatch.setattr(questions, "_NEAR", -1.0)
    assert talk.says(ask).decision == Decision.ANSWER
    assert talk.kept == [], "one that is sure"
    monkeypatch.setattr(questions, "_NEAR", 1.0)
    shown = talk.says(ask)
    assert shown.decision == Decision.ANSWER
    assert talk.kept == [("低保怎么申请", "low_confidence")], "who asks is none of it"
    assert "通知我" not in str(shown.posts[-1].buttons), "it was answered"
    talk.presses("V:up:dibao.apply")
    assert talk.kept == []
    talk.says(ask, 8)
    talk.presses("V:down:dibao.apply", 8)
    assert [why for _, why in talk.kept] == ["downvote"], "and not twice"
