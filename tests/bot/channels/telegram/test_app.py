"""The whole bot, as its own process, serves residents over real HTTP."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.simulator.simulator import Simulator
from tests import warm
from tests.bot.channels.telegram.town import Town, served
from tests.running import until

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder_served(thinned: Path, thinned_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("app")
    shutil.copytree(thinned, folder / "faq")
    shutil.copytree(thinned_data, folder / "var")
    return folder


@pytest.fixture(scope="module")
def api(folder_served: Path) -> Iterator[Simulator]:
    with served(folder_served) as api:
        yield api


@pytest.fixture
def town(api: Simulator, folder_served: Path) -> Iterator[Town]:
    yield Town(api, folder_served)
    api.privacy = True


async def test_a_resident_is_welcomed_answered_and_shown_the_menu(town: Town) -> None:
    before = [name for name, _ in town.api.calls].count("answerCallbackQuery")
    town.says("/start")
    welcome = await town.reply()
    assert "是一个程序" in welcome["text"]
    town.says("低保怎么申请")
    answer = await town.reply()
    assert "低保怎么申请" in answer["text"]
    assert "依据：" in answer["text"]
    assert "找谁办：" in answer["text"]
    town.api.presses(answer, "全部问题")
    menu = await town.reply()
    town.api.presses(menu, "社区食堂")
    topic = await town.reply()
    assert topic["edited"], "leafing through the menu edits the message"
    assert topic["message_id"] == menu["message_id"]
    assert [name for name, _ in town.api.calls].count("answerCallbackQuery") == before + 2


async def test_a_chosen_district_is_remembered(town: Town) -> None:
    town.says("低保怎么申请")
    town.api.presses(await town.reply(), "选择我的县区")
    town.api.presses(await town.reply(), "浚县")
    assert "浚县的乡镇政府" in (await town.reply())["text"]
    town.says("特困怎么申请")
    assert "浚县的乡镇政府" in (await town.reply())["text"]
    town.says("/forget")
    await town.reply()
    town.says("特困怎么申请")
    assert "浚县" not in (await town.reply())["text"]


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
async def test_what_is_not_text_is_answered_politely(town: Town, content: dict[str, object], said: str) -> None:
    town.says(**content)  # type: ignore[arg-type]
    assert said in (await town.reply())["text"]


async def test_an_edited_question_changes_its_answer_and_a_card_opens_in_its_place(town: Town) -> None:
    asked = town.says("低保怎么申请")
    card = await town.reply()
    town.api.presses(card, "说详细些")
    details = await town.reply()
    town.api.presses(details, "收起")
    closed = await town.reply()
    assert [details["message_id"], closed["message_id"]] == [card["message_id"]] * 2
    assert closed["text"] == card["text"]
    other = town.says("特困怎么申请")
    answer = await town.reply()
    town.api.edits(asked, "临时救助怎么申请")
    town.api.edits(other, "低保怎么申请")
    edited = await town.reply()
    assert (edited["message_id"], edited["edited"]) == (answer["message_id"], True)
    assert edited["text"] != answer["text"]
    await town.silent()  # what stands above the last question is left alone


async def test_an_edited_message_is_not_answered_twice(town: Town) -> None:
    message = town.says("低保怎么申请")
    await town.reply()
    town.api.edits(message, "低保怎么申请呀")
    town.says("谢谢")
    assert "低保怎么申请" not in (await town.reply())["text"]
    await town.silent()


async def test_markup_in_a_residents_words_comes_back_harmless(town: Town) -> None:
    town.says("低保怎么申请？<b>&<script>啥叫坎坷卡咔？临时救助怎么申请？")
    assert "依据：" in (await town.reply())["text"]


async def test_a_button_of_an_older_version_is_answered(town: Town) -> None:
    town.says("/menu")
    menu = await town.reply()
    for data in ("zz:1", "a:no.such", ""):
        town.api.presses_data(menu, data or "x")
        assert "按钮已经过期" in (await town.reply())["text"]


async def test_a_link_opens_an_answer_and_unknown_commands_are_answered(town: Town) -> None:
    town.says("/start dibao-apply")
    greeting = await town.reply()
    assert "是一个程序" in greeting["text"]
    assert greeting["reply_markup"]["keyboard"]
    assert "依据：" in (await town.reply())["text"]
    town.says("/start dibao-apply")
    assert "reply_markup" in (await town.reply())
    town.says("/nosuch")
    assert "没有这个命令" in (await town.reply())["text"]


async def test_a_failure_is_tried_again_and_the_resident_answered(town: Town) -> None:
    town.api.switch(refused={"next": 1, "method": "sendMessage"})
    town.says("低保怎么申请")
    assert "依据：" in (await town.reply())["text"]


async def test_in_a_group_only_those_who_call_the_bot_are_answered(town: Town) -> None:
    town.api.privacy = False
    town.says("低保怎么申请", group=True)
    town.says("@hebi_test_bot2 低保怎么申请", group=True)
    for name in ("@hebi_test_bot ", "@Hebi_Test_Bot"):
        town.says(f"{name}特困怎么申请", group=True)
        assert "特困" in (await town.reply())["text"]
    await town.silent()


async def test_in_a_group_a_message_that_was_deleted_meanwhile_is_answered_without_a_quote(town: Town) -> None:
    asked = town.api.message(town.first, chat=town.group, text="@hebi_test_bot 特困怎么申请")
    del town.api.chats.of(town.group).messages[asked["message_id"]]
    town.api.update("message", asked)
    answer = await town.reply()
    assert "特困" in answer["text"]
    assert "reply_to_message" not in answer


async def test_broken_knowledge_leaves_the_running_bot_untouched_and_mended_is_taken_over(small: Path) -> None:
    with served(small) as api:
        town = Town(api, small)
        town.says("低保怎么申请")
        before = (await town.reply())["text"]
        path = small / "faq" / "topics" / "dibao" / "apply.yaml"
        good = path.read_text("utf-8")
        path.write_text(good.replace("office: township", "office: townships"), encoding="utf-8")
        await until(lambda: "机器人照旧用原来的知识回答" in (small / "log").read_text("utf-8"))
        town.says("低保怎么申请", who=1)  # by others, for nobody is told the same twice
        assert (await town.reply())["text"] == before
        path.write_text(good.replace("answer: |\n", "answer: |\n  这是新改的一句。\n"), encoding="utf-8")
        for who in range(2, 180):  # a training takes half a minute where other tests keep the cores busy
            await asyncio.sleep(1)
            town.says("低保怎么申请", who=who)
            if "这是新改的一句" in (await town.reply())["text"]:
                return
        pytest.fail("the mended knowledge was not taken over")


async def test_a_refused_token_ends_the_bot_with_a_clear_message(api: Simulator, small: Path) -> None:
    settings = {"TELEGRAM_BOT_TOKEN": "999:wrong", "TELEGRAM_BASE_URL": api.url, "ADMIN_PORT": "off"}
    folders = ["--faq", str(small / "faq"), "--data", str(small / "var")]
    done = await asyncio.to_thread(warm.run, folders, environment={**os.environ, **settings}, cwd=small)
    assert done.returncode == 1
    assert "TELEGRAM_BOT_TOKEN is refused" in done.stderr
    assert "999:wrong" not in done.stdout + done.stderr
