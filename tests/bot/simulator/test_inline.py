"""What the simulated Telegram refuses of inline answers, as Telegram does."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from bot.simulator.server import serving
from bot.simulator.simulator import TOKEN, Simulator

ARTICLE: dict[str, Any] = {
    "type": "article",
    "id": "a",
    "title": "题目",
    "input_message_content": {"message_text": "字"},
}


async def answered(api: Simulator, query: str, results: list[Any], **more: Any) -> tuple[int, str]:
    fields = {"inline_query_id": query, "results": results, **more}
    address = f"{api.url}/bot{TOKEN}/answerInlineQuery"
    async with aiohttp.ClientSession() as session, session.post(address, json=fields) as response:
        told = await response.json()
        return response.status, told.get("description", "")


@pytest.mark.parametrize(
    ("results", "more", "why"),
    [
        ([{**ARTICLE, "id": str(number)} for number in range(51)], {}, "RESULTS_TOO_MUCH"),
        ([ARTICLE, ARTICLE], {}, "RESULT_ID_DUPLICATE"),
        ([{**ARTICLE, "id": "低" * 22}], {}, "RESULT_ID_INVALID"),
        ([{**ARTICLE, "title": " "}], {}, "title is empty"),
        ([{key: value for key, value in ARTICLE.items() if key != "input_message_content"}], {}, "not specified"),
        ([{**ARTICLE, "input_message_content": {"message_text": "字" * 4097}}], {}, "too long"),
        ([{**ARTICLE, "input_message_content": {"message_text": "<b>", "parse_mode": "HTML"}}], {}, "can't parse"),
        ([{**ARTICLE, "reply_markup": {"inline_keyboard": [[{"text": "x", "url": "tel:1"}]]}}], {}, "invalid"),
        ([ARTICLE], {"next_offset": "x" * 65}, "NEXT_OFFSET_INVALID"),
        ([ARTICLE], {"button": {"text": "x", "start_parameter": "有字"}}, "START_PARAM_INVALID"),
        ([ARTICLE], {"button": {"text": "x"}}, "exactly one"),
        ([ARTICLE], {"something": 1}, "unknown parameter"),
    ],
)
async def test_what_telegram_refuses_is_refused(results: list[Any], more: dict[str, Any], why: str) -> None:
    async with serving() as api:
        status, said = await answered(api, api.types("低保"), results, **more)
        assert status == 400
        assert why in said


async def test_a_query_is_answered_once_in_time_and_by_its_id() -> None:
    now = [1_000.0]
    async with serving(simulator=Simulator(clock=lambda: now[0])) as api:
        query = api.types("低保")
        assert (await answered(api, query, [ARTICLE], cache_time=0))[0] == 200
        assert "too old" in (await answered(api, query, [ARTICLE]))[1]
        assert "too old" in (await answered(api, "unknown", [ARTICLE]))[1]
        late = api.types("低保")
        now[0] += 11
        assert "too old" in (await answered(api, late, [ARTICLE]))[1]


async def test_results_are_kept_for_others_unless_they_are_personal_and_a_chosen_one_is_sent_via_the_bot() -> None:
    async with serving() as api:
        api.inline_told = True
        query = api.types("低保", 7)
        await answered(api, query, [ARTICLE])
        before = len(api.updates)
        again = api.types("低保", 8)
        assert len(api.updates) == before, "the bot is not asked again"
        assert [one["id"] for one in await api.found(again)] == ["a"]
        message = api.chooses(again, "a", chat=-5)
        assert (message["text"], message["via_bot"]["id"], message["from"]["id"]) == ("字", api.chats.bot["id"], 8)
        kinds = [next(iter(set(update) - {"update_id"})) for _, update in api.updates]
        assert kinds[-2:] == ["message", "chosen_inline_result"]
        mine = api.types("特困", 7)
        await answered(api, mine, [ARTICLE], is_personal=True)
        before = len(api.updates)
        api.types("特困", 8)
        assert len(api.updates) == before + 1


async def test_the_page_types_and_chooses() -> None:
    async with serving() as api, aiohttp.ClientSession() as session:

        async def post(path: str, body: Any) -> Any:
            async with session.post(f"{api.url}/api/{path}", json=body) as response:
                return response.status, await response.json()

        query = api.types("低保", 7001)
        await answered(api, query, [ARTICLE])
        status, told = await post("inline", {"user": 7001, "chat": -5001, "query": "低保"})
        assert (status, told["results"][0]["title"]) == (200, "题目")
        status, (number,) = await post("chosen", {"id": told["id"], "result": "a", "chat": -5001})
        assert (status, api.chats.of(-5001).messages[number]["text"]) == (200, "字")
        async with session.post(f"{api.url}/api/inline", json={"user": "x", "query": 1}) as response:
            assert response.status == 400
