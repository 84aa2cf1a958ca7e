"""The bot's answers in any chat, by its name; keystrokes cost little, and nothing of them is kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.channels.telegram.inline import queries
from bot.simulator.simulator import Simulator
from tests.running import rows, running

pytestmark = pytest.mark.slow


@asynccontextmanager
async def served(api: Simulator, small: Path, **settings: str) -> AsyncIterator[Path]:
    async with running(api, small / "var", small / "faq", **settings):
        yield small / "var"


def answers(api: Simulator) -> list[dict[str, Any]]:
    return [fields for method, fields in api.calls if method == "answerInlineQuery"]


async def test_an_answer_is_found_sent_to_any_chat_and_leads_back_to_the_bot(api: Simulator, small: Path) -> None:
    async with served(api, small) as data:
        query = api.types("怎么申请低保", 7001, chat=-5001)
        found = await api.found(query)
        assert found[0]["id"] == "dibao.apply"
        assert "乡镇" in found[0]["description"] + found[0]["message"]["text"]
        message = api.chooses(query, "dibao.apply", chat=-5001)
        assert "书面申请" in message["text"]
        ((button,),) = message["reply_markup"]["inline_keyboard"]
        assert (button["text"], button["url"]) == ("打开机器人", "https://t.me/hebi_test_bot?start=dibao-apply")
        api.chooses(query, "dibao.apply", chat=7001)  # into the chat with the bot itself
        await asyncio.sleep(1.5)
        assert api.sent.empty(), "the bot does not answer its own answer"
        api.says("/start dibao-apply", 7002)
        welcomed, answered = [(await api.reply(20))["text"] for _ in range(2)]
        assert "您点的链接" in welcomed
        assert "书面申请" in answered
        assert rows(data, "SELECT count(*) FROM inbox") == [(1,)], "neither queries nor own answers are kept"


async def test_nothing_typed_shows_what_is_asked_often_half_a_word_finds_and_gibberish_leads_to_the_bot(
    api: Simulator, small: Path
) -> None:
    async with served(api, small):
        assert "dibao.materials" in [one["id"] for one in await api.found(api.types("材料", 7001))]
        await api.found(api.types("", 7001))
        nothing = api.types("qzxw#", 7001)
        await api.found(nothing)
        button = api.inline.of(nothing).button
        assert button is not None
        assert button["start_parameter"] == "inline"


@pytest.mark.parametrize("carried", ["inline", "guest"])
async def test_the_button_that_only_opens_the_bot_is_no_misprinted_link(
    api: Simulator, small: Path, carried: str
) -> None:
    async with served(api, small):
        api.says(f"/start {carried}", 7001)
        text = (await api.reply(20))["text"]
        assert "是一个程序" in text
        assert "您点的链接" not in text


async def test_who_tells_of_danger_is_offered_the_numbers_and_nothing_else(api: Simulator, small: Path) -> None:
    async with served(api, small):
        (only,) = await api.found(api.types("我丈夫正在打我，救命", 7001))
        assert "110" in only["message"]["text"]


async def test_keystrokes_do_not_count_as_messages_and_the_newest_wins(api: Simulator, small: Path) -> None:
    async with served(api, small, FLOOD_PER_MINUTE="3"):
        await api.found(api.types("低保", 7002))
        api.switch(latency_ms=300)
        typed = [api.types(f"低保怎么申请{'呢' * number}", 7001) for number in range(40)]
        last = await api.found(typed[-1])
        assert last[0]["id"] == "dibao.apply"
        assert len(answers(api)) < 30, "older queries of the same user are not answered"
        api.switch(latency_ms=0)
        api.says("低保怎么申请", 7001)
        assert "书面申请" in (await api.reply(20))["text"]
        assert all(fields["cache_time"] == queries.CACHE for fields in answers(api))
        count = len(answers(api))
        await api.found(api.types("低保", 7003))
        assert len(answers(api)) == count, "Telegram itself answers the same query of others"


async def test_one_users_queries_are_bounded_and_residents_are_answered_meanwhile(api: Simulator, small: Path) -> None:
    async with served(api, small):
        for number in range(3 * queries.PER_MINUTE):
            api.types(f"低保{number}", 7001)
            if not number % 10:
                await asyncio.sleep(0.1)
        api.says("低保怎么申请", 7002)
        assert "书面申请" in (await api.reply(5))["text"]
        await asyncio.sleep(1)
        assert len(answers(api)) <= queries.PER_MINUTE + 5


async def test_an_answer_can_be_sent_on_where_inline_mode_is_on(api: Simulator, small: Path) -> None:
    async with served(api, small):
        api.says("低保怎么申请", 7001)
        keys = (await api.reply(20))["reply_markup"]["inline_keyboard"][-1]
        share = next(key for key in keys if key["text"] == "转给家人")
        chosen = share["switch_inline_query_chosen_chat"]
        found = await api.found(api.types(chosen["query"], 7001))
        assert found[0]["id"] == "dibao.apply"
    api.inline_on = False
    async with served(api, small):
        api.says("低保怎么申请", 7002)
        keys = (await api.reply(20))["reply_markup"]["inline_keyboard"][-1]
        assert [key["text"] for key in keys] == ["👍", "👎"]


async def test_an_odd_query_stops_nothing(api: Simulator, small: Path) -> None:
    async with served(api, small):
        odd: list[Any] = [None, [], {}, {"id": 1}, {"id": "1", "from": {"id": "x"}}]
        for content in [*odd, {"id": "1", "from": {"id": 7}, "query": 3}]:
            api.update("inline_query", content)
            api.update("guest_message", content)
        found = await api.found(api.types("怎么申请低保", 7001))
        assert found[0]["id"] == "dibao.apply"


async def test_a_guest_answers_who_calls_it_in_a_group_that_it_is_not_in(api: Simulator, small: Path) -> None:
    async with served(api, small) as data:
        asked = api.summons("@hebi_test_bot 低保怎么申请", 7001, chat=-7001)
        answer = await api.reply(20)
        assert (answer["chat"]["id"], answer["reply_to_message"]["message_id"]) == (-7001, asked["message_id"])
        assert "书面申请" in answer["text"]
        assert "start=dibao-apply" in str(answer["reply_markup"])
        api.summons("@hebi_test_bot 我丈夫正在打我，救命", 7002, chat=-7001)
        assert "110" in (await api.reply(20))["text"]
        api.summons("@hebi_test_bot", 7003, chat=-7001)
        assert "接着写" in (await api.reply(20))["text"]
        assert rows(data, "SELECT count(*) FROM inbox") == [(0,)]
    api.guest_on = False
    api.record.clear()
    async with served(api, small):
        api.says("低保怎么申请", 7004)
        await api.reply(20)
    polls = [call.fields for call in api.record.calls() if call.method == "getUpdates" and call.status == 200]
    assert polls
    assert "guest_message" not in str(polls)


async def test_a_group_is_greeted_once_when_the_bot_is_added(api: Simulator, small: Path) -> None:
    async with served(api, small, STAFF_CHAT_ID="-5002"):
        api.founds("小区邻里群", -5001)
        api.invites(-5001)
        greeting = await api.reply(20)
        assert (greeting["chat"]["id"], "@hebi_test_bot" in greeting["text"]) == (-5001, True)
        api.invites(-5001, was="member", now="member")
        await asyncio.sleep(1)
        assert api.sent.empty()
        api.founds("工作人员群", -5002)
        api.invites(-5002)
        assert "回复那一条就是回他" in (await api.reply(20))["text"]


async def test_in_privacy_mode_each_person_of_a_group_has_a_memory_and_topics_are_kept(
    api: Simulator, small: Path
) -> None:
    async with served(api, small):
        assert api.privacy
        topic = {"is_topic_message": True, "message_thread_id": 12}
        api.says("@hebi_test_bot 我是浚县的，低保怎么申请", 7001, chat=-5001, **topic)
        assert "浚县" in (await api.reply(20))["text"]
        api.says("@hebi_test_bot 低保怎么申请", 7002, chat=-5001, **topic)
        assert "浚县" not in (await api.reply(20))["text"]
        threads = [fields.get("message_thread_id") for method, fields in api.calls if method == "sendMessage"]
        assert threads == [12, 12]
