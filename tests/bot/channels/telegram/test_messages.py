"""Captions, albums, calls in groups, and messages without words: who is answered, once, and who is not."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.simulator.simulator import Simulator
from tests.bot.channels.telegram.town import Town, served
from tests.running import rows

pytestmark = pytest.mark.slow

BOT = "@hebi_test_bot"
ME = 123456
FILE: dict[str, Any] = {"file_id": "a", "file_unique_id": "b", "duration": 1, "width": 1, "height": 1}
PHOTO: dict[str, Any] = {"photo": [FILE]}
PLACE: dict[str, Any] = {"longitude": 114.29, "latitude": 35.74}
STICKER: dict[str, Any] = {**FILE, "type": "regular", "is_animated": False, "is_video": False}
SOMEBODY: dict[str, Any] = {"id": 8, "is_bot": False, "first_name": "乙"}
CHANNEL: dict[str, Any] = {"id": -100500, "type": "channel", "title": "频道"}


@pytest.fixture(scope="module")
def folder_served(small_untouched: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("messages") / "small"
    shutil.copytree(small_untouched, folder)
    return folder


@pytest.fixture(scope="module")
def api(folder_served: Path) -> Iterator[Simulator]:
    with served(folder_served) as api:
        yield api


@pytest.fixture
def town(api: Simulator, folder_served: Path) -> Iterator[Town]:
    yield Town(api, folder_served)
    api.privacy = True


@pytest.mark.parametrize(
    "content",
    [
        PHOTO,
        {"video": FILE},
        {"document": FILE},
        {"animation": FILE, "document": FILE},
        {"voice": FILE},
        {"audio": FILE},
        {"paid_media": {"star_count": 1, "paid_media": [{"type": "preview"}]}},
    ],
    ids=["photo", "video", "document", "animation", "voice", "audio", "paid"],
)
async def test_a_caption_is_answered_as_a_text_and_danger_first(town: Town, content: Any) -> None:
    told = (("我丈夫正在打我，救命", "110"), ("低保怎么申请", "依据："), ("/help", "怎么用"))
    for who, (words, said) in enumerate(told):  # each by two residents: nobody is told the same twice
        town.says(words, who=2 * who)
        of_text = (await town.reply())["text"]
        town.says(**content, caption=words, who=2 * who + 1)
        of_caption = (await town.reply())["text"]
        assert of_caption == of_text
        assert said in of_caption
    await town.silent()


async def test_a_follow_up_and_a_typed_button_may_stand_below_a_picture(town: Town) -> None:
    town.says("低保怎么申请")
    await town.reply()
    town.says(**PHOTO, caption="要带啥材料")
    assert "申请低保要带什么" in (await town.reply())["text"]
    town.says(**PHOTO, caption="全部问题")
    assert "请点您关心的题目" in (await town.reply())["text"]


async def test_a_forwarded_picture_asks_by_its_caption_and_an_edited_caption_is_not_answered_twice(town: Town) -> None:
    origin = {"type": "hidden_user", "date": 1, "sender_user_name": "丙"}
    asked = town.says(**PHOTO, caption="低保怎么申请", forward_origin=origin)
    assert "依据：" in (await town.reply())["text"]
    town.api.update("edited_message", {**asked, "caption": "低保怎么申请呀", "edit_date": asked["date"]})
    await town.silent()


@pytest.mark.parametrize(
    ("caption", "entities"),
    [
        (BOT, None),
        ("👍", None),
        ("https://example.com/a", None),
        ("@somebody", None),
        ("。。。", None),
        ("乙😀", [{"type": "text_mention", "offset": 0, "length": 3, "user": SOMEBODY}]),
    ],
)
async def test_a_caption_without_a_word_of_a_question_is_none(town: Town, caption: str, entities: Any) -> None:
    town.says(**PHOTO, caption=caption, **({"caption_entities": entities} if entities else {}))
    assert "看不了图片" in (await town.reply())["text"]


async def test_captions_fill_the_bucket_of_the_flood_gate_and_danger_passes_it(small: Path) -> None:
    with served(small, FLOOD_PER_MINUTE="1") as api:
        town = Town(api, small)
        town.says("低保怎么申请")
        assert "依据：" in (await town.reply())["text"]
        town.says(**PHOTO, caption="低保要带哪些材料")
        assert "太快" in (await town.reply())["text"]
        town.says(**PHOTO, caption="我丈夫正在打我，救命")
        assert "110" in (await town.reply())["text"]


async def test_to_the_flood_gate_an_album_is_one_message_and_its_caption_another(small: Path) -> None:
    with served(small, FLOOD_PER_MINUTE="3") as api:
        town = Town(api, small)
        album(town, {9: "低保怎么申请"}, items=10)
        assert "依据：" in (await town.reply())["text"]
        town.says("低保要带哪些材料")
        assert "申请低保要带什么" in (await town.reply())["text"]
        for _ in range(12):
            town.says(**PHOTO, media_group_id="far too many")
        assert "太快" in (await town.reply())["text"]
        await town.silent()


def album(town: Town, captions: dict[int, str], items: int = 4, **extra: Any) -> list[dict[str, Any]]:
    """Send an album, in which items have `captions` by their place."""
    group = f"album of {items}: {sorted(captions.items())}"
    parts: list[dict[str, Any]] = [{"caption": captions[n]} if n in captions else {} for n in range(items)]
    return town.api.at_once(lambda: [town.says(**PHOTO, media_group_id=group, **part, **extra) for part in parts])


@pytest.mark.parametrize("place", [0, 1, 3])
async def test_of_an_album_the_caption_is_answered_once_wherever_it_stands(town: Town, place: int) -> None:
    album(town, {place: "低保怎么申请"})
    assert "依据：" in (await town.reply())["text"]
    await town.silent()


async def test_an_album_without_words_gets_one_reply_and_the_next_one_too(town: Town) -> None:
    for items in (10, 3):
        album(town, {}, items)
        assert "看不了图片" in (await town.reply())["text"]
    await town.silent()
    town.says("低保怎么申请")
    assert "依据：" in (await town.reply())["text"]


async def test_the_items_of_an_album_are_told_apart_by_their_updates(town: Town) -> None:
    first = {**town.api.message(town.first), **PHOTO, "media_group_id": "same numbers"}
    for content in ({"caption": "低保怎么申请"}, {}, {}):
        town.api.update("message", {**first, **content})
    assert "依据：" in (await town.reply())["text"]
    await town.silent()


async def test_all_captions_of_an_album_are_answered_together(town: Town) -> None:
    album(town, {1: "低保怎么申请", 3: "救命"})  # more words would be a story to so small a model
    assert "120" in (await town.reply())["text"]
    await town.silent()


async def test_a_failed_answer_to_an_album_is_tried_again(town: Town) -> None:
    town.api.switch(refused={"next": 1, "method": "sendMessage"})
    album(town, {0: "低保怎么申请"})
    assert "依据：" in (await town.reply())["text"]
    await town.silent()


async def test_in_a_group_an_album_asks_by_the_item_that_names_the_bot(town: Town) -> None:
    town.api.privacy = False
    items = album(town, {2: f"{BOT} 低保怎么申请"}, group=True)
    answer = await town.reply()
    assert "依据：" in answer["text"]
    assert answer["reply_to_message"]["message_id"] == items[2]["message_id"]
    album(town, {2: "这是谁家的"}, group=True)
    await town.silent()


def mention(offset: int, length: int) -> list[dict[str, Any]]:
    me = {"id": ME, "is_bot": True, "first_name": "鹤壁救助问答"}
    return [{"type": "text_mention", "offset": offset, "length": length, "user": me}]


@pytest.mark.parametrize(
    "content",
    [
        {"text": f"{BOT} 低保怎么申请"},
        {"text": f"低保怎么申请 {BOT.upper()}"},
        {"text": "😀问答 低保怎么申请", "entities": mention(0, 4)},
        {**PHOTO, "caption": f"{BOT} 低保怎么申请"},
        {**PHOTO, "caption": "低保怎么申请 小助手", "caption_entities": mention(7, 3)},
        {"text": f"/ask{BOT} 低保怎么申请"},
        {"text": f"/Ask{BOT}\n低保怎么申请"},
        {"text": "/ask 低保怎么申请"},
        {**PHOTO, "caption": f"/ask{BOT} 低保怎么申请"},
        {"text": f"{BOT} /ask 低保怎么申请"},
        {"text": f"/wen{BOT} 低保怎么申请"},
    ],
    ids=str,
)
async def test_in_a_group_a_question_is_answered_however_the_bot_is_called(town: Town, content: Any) -> None:
    asked = town.says(**content, group=True)
    answer = await town.reply()
    assert "依据：" in answer["text"]
    assert answer["reply_to_message"]["message_id"] == asked["message_id"]


@pytest.mark.parametrize("text", [BOT, f"{BOT} ？", f"/ask{BOT}", "/ask", f"{BOT} 👀"])
async def test_called_without_a_question_it_says_how_to_ask(town: Town, text: str) -> None:
    town.says(text, group=True)
    assert f"接着写在 {BOT} 后面" in (await town.reply())["text"]
    town.says(f"{BOT} /help", group=True)
    assert "怎么用" in (await town.reply())["text"]


async def test_in_a_private_chat_ask_takes_a_question_or_says_how(town: Town) -> None:
    for text in ("/ask 低保怎么申请", "/ask@HEBI_test_bot 低保怎么申请", f"{BOT} 低保怎么申请"):
        town.says(text)
        assert "依据：" in (await town.reply())["text"]
    town.says("/ask")
    assert "直接打字" in (await town.reply())["text"]
    for who, text in enumerate((BOT, "？？？"), 1):  # by two residents: nobody is told the same twice
        town.says(text, who=who)
        assert "没看到能读懂的文字" in (await town.reply())["text"]
    for text in ("/help 我丈夫正在打我，救命", "/nosuch 我丈夫正在打我，救命"):
        town.says(text)
        assert "110" in (await town.reply())["text"]


@pytest.mark.parametrize("call", [{"text": BOT}, {"text": f"/ask{BOT}"}, {"text": "问答", "entities": mention(0, 2)}])
@pytest.mark.parametrize("content", [{"text": "低保怎么申请"}, {**PHOTO, "caption": "低保怎么申请"}])
async def test_called_in_reply_to_a_question_it_answers_the_one_who_asked(town: Town, call: Any, content: Any) -> None:
    town.api.privacy = False
    asked = town.says(**content, who=8, group=True)
    town.says(**call, who=9, group=True, reply_to_message=asked)
    answer = await town.reply()
    assert "依据：" in answer["text"]
    assert answer["reply_to_message"]["message_id"] == asked["message_id"]
    town.says(f"{BOT} 要带啥材料", who=8, group=True)
    assert "申请低保要带什么" in (await town.reply())["text"], "it is who asked whose question is remembered"


async def test_of_a_question_only_what_was_quoted_is_answered(town: Town) -> None:
    asked = town.api.message(town.first + 8, chat=town.group, text="今天谁去赶集？低保怎么申请？")
    town.says(BOT, who=9, group=True, reply_to_message=asked, quote={"text": "低保怎么申请", "position": 7})
    assert "依据：" in (await town.reply())["text"]


@pytest.mark.parametrize(
    "extra",
    [
        {"is_automatic_forward": True, "sender_chat": CHANNEL},
        {"sender_chat": CHANNEL},
        {"forward_origin": {"type": "channel", "date": 1, "chat": CHANNEL, "message_id": 1}},
        {"via_bot": {"id": 5, "is_bot": True, "first_name": "别的"}},
        {"from": {"id": 5, "is_bot": True, "first_name": "别的"}},
        {"from": {"id": ME, "is_bot": True, "first_name": "自己"}},
    ],
    ids=str,
)
async def test_what_no_person_of_the_group_says_asks_nothing(town: Town, extra: Any) -> None:
    post = town.says(f"{BOT} 低保怎么申请", group=True, **extra)
    town.says(f"/ask{BOT} 低保怎么申请", group=True, **extra)
    town.says(**PHOTO, caption=f"{BOT} 低保怎么申请", group=True, **extra)
    await town.silent()
    if "forward_origin" not in extra:
        town.says(BOT, who=9, group=True, reply_to_message=post)
        assert "接着写在" in (await town.reply())["text"], "nor when a resident comments on it"


async def test_an_admin_who_hides_behind_the_group_is_answered(town: Town) -> None:
    group = {"id": town.group, "type": "supergroup", "title": "群"}
    hidden: dict[str, Any] = {"from": {"id": 1087968824, "is_bot": True, "first_name": "Group"}}
    town.says(f"{BOT} 低保怎么申请", group=True, sender_chat=group, **hidden)
    assert "依据：" in (await town.reply())["text"]


async def test_commands_of_other_bots_are_not_heard_in_a_group(town: Town) -> None:
    for text in ("/help@otherbot", "/ask@hebi_test_bot2 低保怎么申请", "/nosuch", "/nosuch 低保怎么申请"):
        town.says(text, group=True)
    await town.silent()
    for text, said in (("/help", "怎么用"), (f"/help{BOT}", "怎么用"), (f"/nosuch{BOT}", "没有这个命令")):
        town.says(text, group=True)
        assert said in (await town.reply())["text"]
    town.says("/help@otherbot")
    assert "没有这个命令" in (await town.reply())["text"], "in a private chat nobody else can be meant"


def mentioned(message: dict[str, Any]) -> list[int]:
    return [entity["user"]["id"] for entity in message.get("entities", ()) if entity["type"] == "text_mention"]


async def test_a_neighbours_press_is_answered_to_the_neighbour(town: Town) -> None:
    asked = town.says(f"{BOT} 浚县低保怎么申请", who=8, group=True)
    answer = await town.reply()
    town.api.chats.person(town.first + 9, "<丁>&")
    town.presses(answer, "a:dibao.materials", who=9)
    told = await town.reply()
    assert told["text"].startswith("<丁>&：\n")
    assert mentioned(told) == [town.first + 9]
    assert "浚县" not in told["text"], "the district is that of who asked"
    town.presses(told, "m:", who=9)
    menu = await town.reply()
    assert mentioned(menu) == [town.first + 9]
    town.presses(menu, "t:dibao", who=9)
    leafed = await town.reply()
    assert leafed["edited"]
    assert mentioned(leafed) == [town.first + 9]
    town.presses(leafed, "m:back", who=8)
    other = await town.reply()
    assert not other.get("edited"), "one resident's menu is not turned by another"
    assert mentioned(other) == [town.first + 8]
    town.presses(answer, "a:dibao.materials", who=8)
    own = await town.reply()
    assert mentioned(own) == []
    assert own["reply_to_message"]["message_id"] == asked["message_id"]
    assert "浚县" in own["text"]


async def test_a_press_on_a_message_too_old_to_be_shown_is_answered(town: Town) -> None:
    town.says("/menu")
    menu = await town.reply()
    town.presses({"chat": menu["chat"], "message_id": menu["message_id"], "date": 0}, "a:dibao.apply")
    assert "依据：" in (await town.reply())["text"]


KINDS: list[tuple[dict[str, Any], str]] = [
    ({"sticker": STICKER}, "表情"),
    ({"dice": {"emoji": "🎲", "value": 3}}, "表情"),
    ({"animation": FILE, "document": FILE}, "表情"),
    ({"contact": {"phone_number": "1", "first_name": "丙"}}, "名片"),
    ({"location": PLACE}, "位置"),
    ({"location": {**PLACE, "live_period": 60}}, "位置"),
    ({"location": PLACE, "venue": {"location": PLACE, "title": "家", "address": "路"}}, "位置"),
    (
        {
            "poll": {
                "id": "1",
                "question": "低保",
                "options": [],
                "total_voter_count": 0,
                "is_closed": False,
                "is_anonymous": True,
                "type": "regular",
                "allows_multiple_answers": False,
                "allows_revoting": True,
                "members_only": False,
            }
        },
        "投票",
    ),
    ({"checklist": {"title": "清单", "tasks": []}}, "清单"),
    ({"video_note": {**FILE, "length": 1}}, "视频"),
    ({"video": FILE}, "视频"),
    ({"document": FILE}, "文件"),
    ({"voice": FILE}, "听不了语音"),
    ({"audio": FILE}, "听不了语音"),
    ({"story": {"chat": CHANNEL, "id": 1}}, "看不了"),
    ({"paid_media": {"star_count": 1, "paid_media": [{"type": "preview"}]}}, "看不了"),
    ({"gift": {"gift": {"id": "1", "sticker": STICKER, "star_count": 1}}}, "心意"),
    ({"hologram_of_2030": {"size": 3}}, "看不懂"),
    ({}, "看不懂"),
]
"""What a message may hold instead of words, and what is to stand in the reply."""


async def test_every_kind_of_message_gets_one_fitting_reply_and_nothing_is_stored(
    town: Town, folder_served: Path
) -> None:
    await town.silent()  # what tests before have asked is written by now
    sessions = rows(folder_served / "var", "select count(*) from sessions")
    for content, said in KINDS:
        town.says(**content)
        text = (await town.reply())["text"]
        assert said in text, content
        assert len(text) < 120, content
        town.says(**content, group=True)
    await town.silent()
    assert rows(folder_served / "var", "select count(*) from sessions") == sessions
    assert rows(folder_served / "var", "select count(*) from inbox where body is not null") == [(0,)]


async def test_that_something_was_pinned_is_no_message(town: Town) -> None:
    said = town.says("你好")
    await town.reply()
    town.says(pinned_message=said)
    await town.silent()
