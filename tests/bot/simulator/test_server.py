"""The server as such: who may ask, the record, residents' acts over HTTP, threads, its own process."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import subprocess
import sys
import urllib.request
from typing import Any

import pytest
from telegram import Bot

from bot.simulator.server import PortError, serving, serving_in_thread
from bot.simulator.simulator import TOKEN, Simulator
from tests.bot.simulator.conftest import Raw
from tests.conftest import ROOT


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/", {"Host": "evil.example"}, 403),
        ("GET", "/api/state", {"Host": "evil.example:8080"}, 403),
        ("POST", "/api/messages", {"Origin": "https://evil.example"}, 403),
        ("POST", "/api/messages", {"Origin": "null"}, 403),
        ("POST", f"/bot{TOKEN}/getMe", {"Origin": "http://127.0.0.1:1"}, 403),
        ("POST", "/api/messages", {"Sec-Fetch-Site": "cross-site"}, 403),
        ("GET", "/api/events", {"Sec-Fetch-Site": "same-site"}, 403),
        ("POST", "/api/messages", {"Content-Type": "text/plain"}, 415),
        ("GET", "/", {"Sec-Fetch-Site": "cross-site"}, 200),
        ("GET", "/", {"Host": "localhost"}, 200),
        ("GET", "/page/app.js", {"Sec-Fetch-Site": "same-origin"}, 200),
        ("GET", "/page/../server.py", {}, 404),
        ("GET", "/page/%2e%2e/server.py", {}, 404),
    ],
)
async def test_only_this_machines_own_page_may_ask(
    api: Simulator, raw: Raw, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    async with raw.session.request(method, f"{api.url}{path}", data="[]", headers=headers) as answer:
        assert answer.status == status


async def test_the_page_may_load_nothing_from_elsewhere(api: Simulator, raw: Raw) -> None:
    async with raw.session.get(f"{api.url}/") as answer:
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'self'")
    for file in (ROOT / "bot" / "simulator" / "page").iterdir():
        addresses = re.findall(r"(?:https?:)?(?<!\\)//[a-z0-9.-]+\.[a-z]{2,}", file.read_text("utf-8"))
        assert set(addresses) <= {"http://www.w3.org"}, file.name


async def test_every_request_is_recorded(api: Simulator, raw: Raw) -> None:
    api.says("你好", 7)
    await raw.done("sendMessage", chat_id=7, text="甲")
    await raw.refused("sendMessage", chat_id=7, text="", nosuch="1")
    await raw.refused("getMe", token="wrong")
    async with raw.session.get(f"{api.url}/api/record?since=1") as answer:
        second, third = await answer.json()
    async with raw.session.get(f"{api.url}/api/record") as answer:
        first = (await answer.json())[0]
    assert (first["number"], first["method"], first["status"], first["at"]) == (1, "sendMessage", 200, api.clock())
    assert first["fields"] == {"chat_id": "7", "text": "甲"}
    assert first["message_id"]
    assert first["milliseconds"] > 0
    assert (second["status"], second["fields"]["nosuch"]) == (400, "1")
    assert "unknown parameter" in second["description"]
    assert third["status"] == 401
    assert [name for name, _ in api.calls] == ["sendMessage", "sendMessage", "getMe"]


async def post(api: Simulator, raw: Raw, path: str, content: Any) -> Any:
    async with raw.session.post(f"{api.url}/api/{path}", json=content) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


async def test_residents_act_over_http(api: Simulator, raw: Raw) -> None:
    numbers = await post(api, raw, "messages", [{"user": n, "text": f"问{n}"} for n in (1, 2, 3)])
    assert len(numbers) == 3
    await post(api, raw, "edits", {"chat": 1, "message_id": numbers[0], "text": "改了"})
    keyboard = {"inline_keyboard": [[{"text": "甲", "callback_data": "a"}]]}
    sent = await raw.done("sendMessage", chat_id=2, text="选", reply_markup=keyboard)
    await post(api, raw, "presses", {"chat": 2, "message_id": sent["message_id"], "data": "a", "user": 2})
    await post(api, raw, "blocks", {"user": 3, "blocked": True})
    group = (await post(api, raw, "groups", {"title": "群"}))[0]["id"]
    await post(api, raw, "messages", {"user": 1, "chat": group, "text": "不叫它", "reply_to": None})
    told = await raw.done("sendMessage", chat_id=group, text="群里")
    await post(api, raw, "messages", {"user": 1, "chat": group, "text": "回你", "reply_to": told["message_id"]})
    await post(api, raw, "updates", [{"poll": {"id": "1"}}])
    kinds = [next(kind for kind in update if kind != "update_id") for update in await raw.updates()]
    spoken = ["message"] * 3
    assert kinds == [*spoken, "edited_message", "callback_query", "my_chat_member", "message", "poll"]
    async with raw.session.get(f"{api.url}/api/pending") as answer:
        assert await answer.json() == 8


async def test_a_wrong_act_is_refused_and_nothing_happens(api: Simulator, raw: Raw) -> None:
    for path, content in (
        ("messages", {"text": "谁？"}),
        ("edits", {"chat": 1, "message_id": 5, "text": "x"}),
        ("messages", 5),
    ):
        async with raw.session.post(f"{api.url}/api/{path}", json=content) as answer:
            assert answer.status == 400
    assert len(api.updates) == 0


async def test_a_page_hears_the_state_first_and_then_every_change(api: Simulator, raw: Raw) -> None:
    api.says("先", 7)
    async with raw.session.get(f"{api.url}/api/events") as stream:

        async def event() -> dict[str, Any]:
            line = await asyncio.wait_for(stream.content.readline(), 60)
            await stream.content.readline()
            heard: dict[str, Any] = json.loads(line.removeprefix(b"data: "))
            return heard

        whole = await event()
        assert whole["state"]["chats"][0]["messages"][0]["text"] == "先"
        await raw.done("sendChatAction", chat_id=7, action="typing")
        await raw.done("sendMessage", chat_id=7, text="<b>后</b>", parse_mode="HTML")
        heard = [await event() for _ in range(4)]
    assert [one["event"] for one in heard] == ["action", "call", "message", "call"]
    assert heard[2]["message"]["entities"] == [{"type": "bold", "offset": 0, "length": 1}]


def test_a_taken_port_is_named_with_a_remedy() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        told = f"port {port} is taken by another program; choose another one with --port"
        with pytest.raises(PortError, match=told), serving_in_thread(port):
            pass


async def test_in_a_thread_it_is_used_from_another_loop() -> None:
    with serving_in_thread() as simulator:
        simulator.says("你好", 7)
        async with Bot(TOKEN, base_url=f"{simulator.url}/bot") as bot:
            update = (await bot.get_updates(timeout=5))[0]
            assert update.message
            await update.message.reply_text("您好")
        assert (await simulator.reply())["text"] == "您好"
        with pytest.raises(ValueError, match="unknown faults"):
            simulator.switch(odd=1)


@pytest.mark.slow
def test_as_a_program_it_prints_its_address_and_ends_on_a_signal() -> None:
    command = [sys.executable, "-m", "bot.simulator", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        url = program.stdout.readline().strip()
        with urllib.request.urlopen(f"{url}/bot{TOKEN}/getMe", timeout=10) as answer:
            assert json.load(answer)["result"]["is_bot"] is True
        program.terminate()
        assert program.wait(5) == 0


async def test_a_residents_long_text_comes_in_parts_and_commands_are_marked(api: Simulator, raw: Raw) -> None:
    api.says("长" * 5000)
    api.says("请看 /help@hebi_test_bot 和 https://x.cn/a", 8)
    updates = [update["message"] for update in await raw.updates()]
    assert sum(len(message["text"]) for message in updates[:-1]) == 5000
    assert all(len(message["text"]) <= 4096 for message in updates)
    assert [e["type"] for e in updates[-1]["entities"]] == ["bot_command", "url"]


async def test_in_groups_the_bot_hears_only_what_is_meant_for_it_unless_privacy_is_off(
    api: Simulator, raw: Raw
) -> None:
    api.says("随便说说", chat=-5)
    api.says("@hebi_test_bot 问一下", chat=-5)
    api.says("/help", chat=-5)
    told = await raw.done("sendMessage", chat_id=-5, text="答")
    api.says("谢谢", chat=-5, reply_to_message=told)
    api.privacy = False
    api.says("都听见", chat=-5)
    heard = [update["message"]["text"] for update in await raw.updates()]
    assert heard == ["@hebi_test_bot 问一下", "/help", "谢谢", "都听见"]
    assert (await raw.done("getMe"))["can_read_all_group_messages"] is True


async def test_two_servers_run_side_by_side() -> None:
    async with serving() as one, serving() as other:
        one.says("甲")
        assert one.url != other.url
        assert len(other.updates) == 0
