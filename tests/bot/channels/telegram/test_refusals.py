"""Where Telegram refuses or garbles a reply, the resident gets it another way, once, or the chat is left alone."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from telegram import Update
from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.channels.telegram.answer import Answer, Post
from bot.channels.telegram.api import Api, Timeouts, uncertain
from bot.channels.telegram.delivery import Delivery
from bot.channels.telegram.failures import LONGEST_ASKED, asked_wait, away
from bot.channels.telegram.intake.incoming import Incoming
from bot.channels.telegram.pace import Pace
from bot.channels.telegram.refusals import TopicClosedError
from bot.channels.telegram.sending import Sender
from bot.simulator.chats import Chat, Chats
from bot.simulator.refusal import Json, Refusal, bad
from bot.simulator.simulator import Simulator
from tests.bot.channels.telegram.test_odd_updates import ME, TOKEN
from tests.running import HASTY, rows, running, until

ASK = "低保怎么申请"
MESSAGE = {"message_id": 1, "date": 1, "chat": {"id": 7, "type": "private"}}
PATIENCE = Timeouts(pool=0.5, connect=0.5, read=0.5, write=0.5)


def refused(why: str, status: int = 400, **parameters: object) -> tuple[int, str]:
    body = {"ok": False, "error_code": status, "description": why, "parameters": parameters}
    return status, json.dumps(body)


class Telegram:
    """Answers each request by what it was asked; keeps what it was asked to send."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.asked: list[str] = []
        self.answers: Callable[[str, dict[str, Any]], tuple[int, str] | None] = lambda method, fields: None
        self.cut = 0

    async def handle(self, request: web.Request) -> web.Response:
        method, fields = request.path.rpartition("/")[2], await request.json() if request.can_read_body else {}
        self.asked.append(method)
        if method == "sendMessage":
            self.sent.append(fields)
            if self.cut and request.transport:
                self.cut -= 1
                request.transport.abort()
        status, text = self.answers(method, fields) or (200, json.dumps({"ok": True, "result": _result(method)}))
        return web.Response(status=status, text=text, content_type="application/json")


def _result(method: str) -> object:
    return {"getMe": ME, "sendMessage": MESSAGE, "getUpdates": []}.get(method, True)


@pytest.fixture
async def telegram() -> Telegram:
    return Telegram()


@pytest.fixture
async def api_of(telegram: Telegram) -> AsyncIterator[Api]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", telegram.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with Api(TOKEN, f"http://127.0.0.1:{runner.addresses[0][1]}", timeouts=PATIENCE) as opened:
        yield opened
    await runner.cleanup()


@pytest.fixture
def bot(api_of: Api) -> Sender:
    return Sender(api_of, Pace())


@pytest.fixture(autouse=True)
def modern(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


async def test_a_group_that_has_become_a_supergroup_is_answered_there_now_and_from_then_on(
    bot: Sender, telegram: Telegram
) -> None:
    upgraded = refused("Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=-1005)
    telegram.answers = lambda _, fields: upgraded if fields.get("chat_id") == -5 else None
    for _ in range(2):
        await bot.say(Post(-5, "a", quotes=3, thread=4))
    assert [fields["chat_id"] for fields in telegram.sent] == [-5, -1005, -1005]
    assert "reply_parameters" not in telegram.sent[1]


@pytest.mark.parametrize("target", [5, 0, -5, "x", None, True], ids=str)
async def test_a_group_is_never_answered_in_a_private_chat_nor_for_ever_elsewhere(
    bot: Sender, telegram: Telegram, target: object
) -> None:
    telegram.answers = lambda method, _: refused("Bad Request: group chat was upgraded", migrate_to_chat_id=target)
    with pytest.raises(Forbidden):
        await bot.say(Post(-5, "a"))
    assert {fields["chat_id"] for fields in telegram.sent} == {-5}
    assert len(telegram.sent) <= 4


@pytest.mark.parametrize(
    "why", ["message thread not found", "TOPIC_CLOSED", "TOPIC_DELETED", "topic closed", "MESSAGE_THREAD_NOT_FOUND"]
)
async def test_a_lost_topic_is_left_once_and_then_given_up(bot: Sender, telegram: Telegram, why: str) -> None:
    telegram.answers = lambda _, fields: refused(f"Bad Request: {why}") if "message_thread_id" in fields else None
    await bot.say(Post(-5, "a", quotes=3, thread=12))
    assert [("message_thread_id" in fields, "reply_parameters" in fields) for fields in telegram.sent] == [
        (True, True),
        (False, False),
    ]
    telegram.answers = lambda method, _: refused(f"Bad Request: {why}") if method == "sendMessage" else None
    with pytest.raises(TelegramError):
        await bot.say(Post(-5, "a", quotes=3, thread=12))
    assert len(telegram.sent) == 4


async def test_a_topic_that_is_closed_for_all_says_nothing_about_the_chat(bot: Sender, telegram: Telegram) -> None:
    telegram.answers = lambda *_: refused("Bad Request: TOPIC_CLOSED")
    with pytest.raises(TopicClosedError):
        await bot.say(Post(-5, "a"))


async def test_markup_that_telegram_cannot_read_is_sent_as_plain_text_once(bot: Sender, telegram: Telegram) -> None:
    unread = refused("Bad Request: can't parse entities: Unsupported start tag")
    telegram.answers = lambda _, fields: unread if "parse_mode" in fields else None
    await bot.say(Post(7, "<b>低保</b> 1 &lt; 2 &amp; 3"))
    assert telegram.sent[-1]["text"] == "低保 1 < 2 & 3"
    assert len(telegram.sent) == 2


@pytest.mark.parametrize(
    "why",
    [
        "chat not found",
        "not enough rights to send text messages to the chat",
        "have no rights to send a message",
        "CHAT_WRITE_FORBIDDEN",
        "CHAT_RESTRICTED",
        "CHAT_SEND_PLAIN_FORBIDDEN",
        "need administrator rights in the channel chat",
        "CHAT_ADMIN_REQUIRED",
        "PEER_ID_INVALID",
        "USER_BANNED_IN_CHANNEL",
        "bot is not a member of the supergroup chat",
        "group chat was deactivated",
    ],
)
async def test_a_chat_that_does_not_let_the_bot_write_is_as_one_that_has_blocked_it(
    bot: Sender, telegram: Telegram, why: str
) -> None:
    telegram.answers = lambda *_: refused(f"Bad Request: {why}")
    with pytest.raises(Forbidden):
        await bot.say(Post(-5, "a", quotes=3))
    assert len(telegram.sent) == 1


@pytest.mark.parametrize("why", ["message is too long", "something odd", "BUTTON_DATA_INVALID", ""])
async def test_any_other_refusal_is_the_messages_own_fault(bot: Sender, telegram: Telegram, why: str) -> None:
    telegram.answers = lambda *_: refused(f"Bad Request: {why}")
    with pytest.raises(BadRequest) as raised:
        await bot.say(Post(7, "a"))
    assert not away(raised.value)


FOREIGN = [
    *("null", "[]", "{}", '"x"', "1", "true", "<html>", "", '{"ok":true}', '{"ok":true,"result":null}'),
    *('{"ok":true,"result":{}}', '{"ok":true,"result":[]}', '{"ok":true,"result":"x"}', '{"ok":true,"result":true}'),
    *('{"ok":false}', '{"ok":false,"error_code":"x","description":null}', '{"error":"login required"}'),
    *('{"ok":"yes","result":{"message_id":1}}', "[" * 100_000, '{"ok":false,"parameters":{"retry_after":-5}}'),
]


@pytest.mark.parametrize("text", FOREIGN, ids=lambda text: text[:40] or "nothing")
async def test_an_answer_that_is_not_telegrams_means_that_telegram_is_away(
    bot: Sender, telegram: Telegram, text: str
) -> None:
    telegram.answers = lambda *_: (200, text)
    with pytest.raises(NetworkError) as raised:
        await bot.say(Post(-5, "a", quotes=1))
    assert away(raised.value)
    assert not uncertain(raised.value)


@pytest.mark.parametrize(
    ("status", "text"),
    [
        *[(status, "<html>") for status in (301, 400, 403, 404, 413, 429, 500, 502, 503, 504)],
        *[(400, text) for text in ("null", "[]", "{}", '"x"', '{"ok":false}', '{"ok":false,"error_code":"x"}')],
        (403, '{"ok":true,"result":{}}'),
        (429, '{"ok":false,"error_code":429}'),
        (429, '{"ok":false,"error_code":429,"parameters":{"retry_after":"abc"}}'),
        (429, '{"ok":false,"error_code":429,"parameters":[1]}'),
        (429, '{"ok":false,"error_code":429,"parameters":{"retry_after":-5}}'),
        (500, '{"ok":false,"error_code":500,"description":null}'),
        (500, '{"ok":false,"error_code":500,"description":{"a":1}}'),
    ],
)
async def test_an_odd_refusal_means_that_telegram_is_away(
    bot: Sender, telegram: Telegram, status: int, text: str
) -> None:
    telegram.answers = lambda *_: (status, text)
    with pytest.raises(NetworkError) as raised:
        await bot.say(Post(7, "a"))
    assert away(raised.value)


async def test_what_is_too_large_is_not_sent_again(bot: Sender, telegram: Telegram) -> None:
    telegram.answers = lambda *_: refused("Request Entity Too Large", 413)
    with pytest.raises(BadRequest):
        await bot.say(Post(7, "a"))


@pytest.mark.parametrize("wait", [3, 100_000, 10**9, 10**40])
async def test_a_wait_is_heeded_up_to_ten_minutes_at_a_time(bot: Sender, telegram: Telegram, wait: int) -> None:
    telegram.answers = lambda *_: refused("Too Many Requests", 429, retry_after=wait)
    with pytest.raises(RetryAfter) as raised:
        await bot.say(Post(7, "a"))
    assert asked_wait(raised.value) == min(wait, LONGEST_ASKED)


@pytest.mark.parametrize("status", [401, 404])
async def test_a_token_that_is_refused_once_is_not_refused(
    api_of: Api, telegram: Telegram, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.telegram.api.LATER", (0.01, 0.01, 0.01))
    await api_of.call("getMe")
    telegram.answers = lambda method, _: refused("Not Found", status) if method == "getUpdates" else None
    with pytest.raises(NetworkError) as raised:
        await api_of.call("getUpdates", wait=1.0)
    assert away(raised.value)
    assert not api_of.token_refused.is_set()
    telegram.answers = lambda *_: refused("Not Found", status)
    before = len(telegram.asked)
    with pytest.raises(InvalidToken):
        await api_of.call("sendMessage", {"chat_id": 7, "text": "a"})
    assert api_of.token_refused.is_set()
    assert len(telegram.asked) == before + 1 + 3
    with pytest.raises(InvalidToken):
        await asyncio.wait_for(api_of.refused(), 30)


async def test_a_cut_connection_leaves_it_uncertain_whether_a_message_has_arrived_and_a_closed_port_does_not(
    bot: Sender, telegram: Telegram
) -> None:
    telegram.cut = 1
    with pytest.raises(NetworkError) as raised:
        await bot.say(Post(7, "a"))
    assert uncertain(raised.value)
    async with Api(TOKEN, "http://127.0.0.1:9", timeouts=PATIENCE) as nowhere:
        with pytest.raises(NetworkError) as raised:
            await nowhere.call("sendMessage", {"chat_id": 7, "text": "a"})
    assert not uncertain(raised.value)


# The whole bot.


class Migrated(Refusal):
    """A refusal that tells where the group is now."""

    @property
    def body(self) -> Json:
        return super().body | {"parameters": {"migrate_to_chat_id": -1_006_001}}


CLOSED = {
    -6001: Migrated(400, "Bad Request: group chat was upgraded to a supergroup chat"),
    -6002: bad("not enough rights to send text messages to the chat"),
    -6003: bad("TOPIC_CLOSED"),
    -6004: bad("message thread not found"),
    -6005: bad("CHAT_WRITE_FORBIDDEN"),
    -6006: bad("chat not found"),
    -6007: bad("CHAT_RESTRICTED"),
}


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch) -> dict[int, Refusal]:
    """Chats that Telegram refuses messages to; the simulator asks here."""
    table = dict(CLOSED)
    reached = Chats.reached

    def refuse(chats: Chats, chat_id: str) -> Chat:
        if int(chat_id) in table:
            raise table[int(chat_id)]
        return reached(chats, chat_id)

    monkeypatch.setattr(Chats, "reached", refuse)
    return table


def to(api: Simulator, chat: int) -> int:
    return sum(name == "sendMessage" and int(fields["chat_id"]) == chat for name, fields in api.calls)


def restricted(api: Simulator, group: int, *, may: bool) -> None:
    """Tell the bot that it was restricted in a group, or may write again."""
    member = {"user": api.chats.bot, "status": "restricted", "is_member": True, "until_date": 0}
    member |= {"can_send_messages": may}  # the library wants many more, which an older server does not tell
    frame = {"chat": api.chats.of(group).described, "from": api.chats.person(9).user, "date": int(api.clock())}
    old = {"user": api.chats.bot, "status": "member"}
    api.update("my_chat_member", {**frame, "old_chat_member": old, "new_chat_member": member})


async def test_groups_that_refuse_are_followed_or_left_alone_and_none_becomes_a_dead_letter(
    api: Simulator, own: Path, closed: dict[int, Refusal]
) -> None:
    api.founds("搬走的群", -1_006_001)
    name = api.chats.bot["username"]
    async with running(api, own) as bot:
        for number in closed:
            topic = {"is_topic_message": True, "message_thread_id": 12} if number in (-6003, -6004) else {}
            for text in (ASK, ASK, "我是浚县的，低保怎么申请"):
                api.says(f"@{name} {text}", 7, chat=number, **topic)
        await until(lambda: {state for (state,) in rows(own, "SELECT state FROM inbox")} == {"done"}, 90)
        assert to(api, -1_006_001) == 3
        assert to(api, -6001) == 1, "the new place is remembered"
        assert [to(api, number) for number in (-6002, -6005, -6006, -6007)] == [1, 1, 1, 1]
        assert [to(api, number) for number in (-6003, -6004)] == [6, 6]
        assert rows(own, "SELECT count(*) FROM blocked") == [(4,)]
        assert rows(own, "SELECT district FROM sessions WHERE district IS NOT NULL") == [("浚县",)]
        api.says(f"@{name} 特困怎么申请", 7, chat=-1_006_001)
        while "浚县的乡镇政府" not in (await api.reply())["text"]:
            pass
        assert "set aside" not in bot.log


async def test_a_bot_that_is_restricted_in_a_group_is_quiet_there_until_it_may_write_again(
    api: Simulator, own: Path, closed: dict[int, Refusal]
) -> None:
    group, name = api.founds("群", -6002)["id"], api.chats.bot["username"]
    async with running(api, own):
        restricted(api, group, may=False)
        await until(lambda: rows(own, "SELECT count(*) FROM blocked") == [(1,)])
        for _ in range(3):
            api.says(f"@{name} {ASK}", 7, chat=group)
        await until(lambda: rows(own, "SELECT state, count(*) FROM inbox GROUP BY state") == [("done", 4)])
        assert to(api, group) == 0
        del closed[group]
        restricted(api, group, may=True)
        api.says(f"@{name} {ASK}", 7, chat=group)
        assert ASK in (await api.reply())["text"]


async def test_an_answer_that_may_have_arrived_is_sent_three_times_at_most_and_an_outcome_is_written(
    api: Simulator, own: Path
) -> None:
    api.switch(unanswered={"next": 50, "method": "sendMessage"})
    api.says(ASK, 7)
    async with running(api, own, code=HASTY):
        await until(lambda: rows(own, "SELECT state FROM inbox") == [("dead",)])
        assert to(api, 7) == 3
        api.switch(unanswered={"next": 0})
        api.says("/help", 7)
        while "12345" not in (await api.reply())["text"]:
            pass
        await until(lambda: rows(own, "SELECT count(*) FROM inbox WHERE state = 'done'") == [(1,)])


async def test_where_the_apology_fails_too_the_outcome_is_written_and_the_next_is_served(
    api: Simulator, own: Path, closed: dict[int, Refusal]
) -> None:
    closed[7] = bad("nobody knows why")
    api.says(ASK, 7)
    async with running(api, own) as bot:
        await until(lambda: rows(own, "SELECT state FROM inbox") == [("dead",)])
        assert "BadRequest while apologising" in bot.log
        api.says(ASK, 8)
        assert (await api.reply())["chat"]["id"] == 8


async def test_while_the_network_is_gone_no_copy_is_spent(api: Simulator, own: Path) -> None:
    async with running(api, own) as bot:
        api.switch(unanswered={"next": 1, "method": "sendMessage"})
        api.says(ASK, 7)
        await until(lambda: to(api, 7) == 1)
        api.switch(gone_seconds=12)
        await bot.logs("cannot be reached")
        assert ASK in (await api.reply())["text"]
        assert ASK in (await api.reply(60))["text"]
        await until(lambda: rows(own, "SELECT state FROM inbox") == [("done",)])
        assert to(api, 7) == 2


async def test_after_a_doubt_the_next_copy_waits_longer(bot: Sender, telegram: Telegram) -> None:
    incoming = Incoming(Update(1), "{}", 7, 7, "a", None)
    delivery, answer = Delivery(incoming), Answer((Post(7, "a"),))
    telegram.cut = 5
    pauses: list[float] = []
    for _ in range(3):
        with pytest.raises(NetworkError) as raised:
            await bot.send(answer, delivery)
        assert not delivery.unknown or len(pauses) == 2
        delivery.failed(raised.value, 0)
        pauses.append(delivery.pause(raised.value))
    assert pauses[:2] == [5.0, 70.0]
    assert delivery.hopeless
