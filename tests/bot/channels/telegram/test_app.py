"""The whole bot, as its own process, serves residents over real HTTP."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.simulator.simulator import TOKEN, Simulator
from tests.conftest import ROOT

TEXT_LIMIT = 4096


async def run_bot(api: Simulator, faq: Path, data: Path, token: str = TOKEN) -> asyncio.subprocess.Process:
    environment = {
        **os.environ,
        "TELEGRAM_BOT_TOKEN": token,
        "TELEGRAM_BASE_URL": api.url,
        "FLOOD_PER_MINUTE": "0",
        "ADMIN_PORT": "off",
    }
    return await asyncio.create_subprocess_exec(
        sys.executable,
        str(ROOT / "run_bot.py"),
        "--faq",
        str(faq),
        "--data",
        str(data),
        env=environment,
        cwd=data,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )


@pytest.fixture
async def bot(
    api: Simulator, thinned_data: Path, folder: Path, tmp_path: Path
) -> AsyncIterator[asyncio.subprocess.Process]:
    own = shutil.copytree(thinned_data, tmp_path / "data")
    process = await run_bot(api, folder, own)
    yield process
    if process.returncode is None:
        process.send_signal(signal.SIGTERM)
    output, _ = await asyncio.wait_for(process.communicate(), 15)
    assert process.returncode == 0, output.decode()
    assert TOKEN not in output.decode(), "the token is logged"
    assert "低保" not in output.decode(), "a resident's words are logged"


async def test_a_resident_is_welcomed_answered_and_shown_the_menu(api: Simulator, bot: object) -> None:
    api.says("/start")
    welcome = await api.reply()
    assert "是一个程序" in welcome["text"]
    api.says("低保怎么申请")
    answer = await api.reply()
    assert "低保怎么申请" in answer["text"]
    assert "依据：" in answer["text"]
    assert "找谁办：" in answer["text"]
    api.presses(answer, "全部问题")
    menu = await api.reply()
    api.presses(menu, "社区食堂")
    topic = await api.reply()
    assert topic["edited"], "leafing through the menu edits the message"
    assert topic["message_id"] == menu["message_id"]
    assert [name for name, _ in api.calls].count("answerCallbackQuery") == 2


async def test_a_chosen_district_is_remembered(api: Simulator, bot: object) -> None:
    api.says("低保怎么申请")
    api.presses(await api.reply(), "选择我的县区")
    api.presses(await api.reply(), "浚县")
    assert "浚县的乡镇政府" in (await api.reply())["text"]
    api.says("特困怎么申请")
    assert "浚县的乡镇政府" in (await api.reply())["text"]
    api.says("/forget")
    await api.reply()
    api.says("特困怎么申请")
    assert "浚县" not in (await api.reply())["text"]


PHOTO = {"photo": [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]}
VOICE = {"voice": {"file_id": "a", "file_unique_id": "b", "duration": 1}}
STICKER = {
    "sticker": {
        "file_id": "a",
        "file_unique_id": "b",
        "type": "regular",
        "width": 1,
        "height": 1,
        "is_animated": False,
        "is_video": False,
    }
}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (PHOTO, "看不了图片"),
        (VOICE, "听不了语音"),
        (STICKER, "表情"),
        ({"location": {"longitude": 114.29, "latitude": 35.74}}, "好像在淇滨区"),
    ],
    ids=["photo", "voice", "sticker", "location"],
)
async def test_what_is_not_text_is_answered_politely(
    api: Simulator, bot: object, content: dict[str, object], said: str
) -> None:
    api.says(**content)  # type: ignore[arg-type]
    assert said in (await api.reply())["text"]


async def test_an_edited_question_changes_its_answer_and_a_card_opens_in_its_place(api: Simulator, bot: object) -> None:
    asked = api.says("低保怎么申请")
    card = await api.reply()
    api.presses(card, "说详细些")
    details = await api.reply()
    api.presses(details, "收起")
    closed = await api.reply()
    assert [details["message_id"], closed["message_id"]] == [card["message_id"]] * 2
    assert closed["text"] == card["text"]
    other = api.says("特困怎么申请")
    answer = await api.reply()
    api.edits(asked, "临时救助怎么申请")
    api.edits(other, "低保怎么申请")
    edited = await api.reply()
    assert (edited["message_id"], edited["edited"]) == (answer["message_id"], True)
    assert edited["text"] != answer["text"]
    assert api.sent.empty(), "what stands above the last question is left alone"


async def test_an_edited_message_is_not_answered_twice(api: Simulator, bot: object) -> None:
    message = api.says("低保怎么申请")
    await api.reply()
    api.edits(message, "低保怎么申请呀")
    api.says("谢谢")
    assert "低保怎么申请" not in (await api.reply())["text"]
    assert api.sent.empty()


async def test_markup_in_a_residents_words_comes_back_harmless(api: Simulator, bot: object) -> None:
    api.says("低保怎么申请？<b>&<script>啥叫坎坷卡咔？临时救助怎么申请？")
    assert "依据：" in (await api.reply())["text"]


async def test_a_button_of_an_older_version_is_answered(api: Simulator, bot: object) -> None:
    api.says("/menu")
    menu = await api.reply()
    for data in ("zz:1", "a:no.such", ""):
        api.presses_data(menu, data or "x")
        assert "按钮已经过期" in (await api.reply())["text"]


async def test_a_link_opens_an_answer_and_unknown_commands_are_answered(api: Simulator, bot: object) -> None:
    api.says("/start dibao-apply")
    greeting = await api.reply()
    assert "是一个程序" in greeting["text"]
    assert greeting["reply_markup"]["keyboard"]
    assert "依据：" in (await api.reply())["text"]
    api.says("/start dibao-apply")
    assert "reply_markup" in (await api.reply())
    api.says("/nosuch")
    assert "没有这个命令" in (await api.reply())["text"]


async def test_a_failure_is_tried_again_and_the_resident_answered(api: Simulator, bot: object) -> None:
    api.switch(refused={"next": 1, "method": "sendMessage"})
    api.says("低保怎么申请")
    assert "依据：" in (await api.reply())["text"]


async def test_in_a_group_only_those_who_call_the_bot_are_answered(api: Simulator, bot: object) -> None:
    api.privacy = False
    api.says("低保怎么申请", chat=-5)
    api.says("@hebi_test_bot2 低保怎么申请", chat=-5)
    for name in ("@hebi_test_bot ", "@Hebi_Test_Bot"):
        api.says(f"{name}特困怎么申请", chat=-5)
        assert "特困" in (await api.reply())["text"]
    assert api.sent.empty()


async def test_in_a_group_a_message_that_was_deleted_meanwhile_is_answered_without_a_quote(
    api: Simulator, bot: object
) -> None:
    asked = api.message(7, chat=-5, text="@hebi_test_bot 特困怎么申请")
    del api.chats.of(-5).messages[asked["message_id"]]
    api.update("message", asked)
    answer = await api.reply()
    assert "特困" in answer["text"]
    assert "reply_to_message" not in answer


async def test_broken_knowledge_leaves_the_running_bot_untouched_and_mended_is_taken_over(
    api: Simulator, bot: object, folder: Path
) -> None:
    api.says("低保怎么申请")
    before = (await api.reply())["text"]
    path = folder / "topics" / "dibao" / "apply.yaml"
    good = path.read_text("utf-8")
    path.write_text(good.replace("office: township", "office: townships"), encoding="utf-8")
    await asyncio.sleep(4)
    api.says("低保怎么申请", 101)  # by others, for nobody is told the same twice
    assert (await api.reply())["text"] == before
    path.write_text(good.replace("answer: |\n", "answer: |\n  这是新改的一句。\n"), encoding="utf-8")
    for who in range(180):  # a training takes half a minute where other tests keep the cores busy
        await asyncio.sleep(1)
        api.says("低保怎么申请", 200 + who)
        if "这是新改的一句" in (await api.reply())["text"]:
            return
    pytest.fail("the mended knowledge was not taken over")


async def test_a_refused_token_ends_the_bot_with_a_clear_message(
    api: Simulator, thinned_data: Path, folder: Path
) -> None:
    process = await run_bot(api, folder, thinned_data, token="999:wrong")
    output, _ = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 1
    assert "TELEGRAM_BOT_TOKEN is refused" in output.decode()
    assert "999:wrong" not in output.decode()
