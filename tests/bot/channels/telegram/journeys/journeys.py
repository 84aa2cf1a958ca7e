"""The twelve journeys, each held to what the resident came for; a test makes them, and the docs show them."""

from __future__ import annotations

import signal
from collections.abc import Callable, Coroutine
from typing import Any

from tests.bot.channels.telegram.journeys.walk import BOT, CLERK, STAFF, Message, Walk

FILE: dict[str, Any] = {"file_id": "a", "file_unique_id": "b", "width": 640, "height": 480}
PHOTO: dict[str, Any] = {"photo": [FILE]}


def labels(message: Message) -> list[str]:
    """Return what is written on the buttons of a message."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]


def card(message: Message) -> Message:
    """See that `message` is a card that fits a small screen: its answer first, then four rows of buttons at most."""
    assert len(message["reply_markup"]["inline_keyboard"]) <= 4, labels(message)
    return message


async def first_start(walk: Walk) -> None:
    (welcome,) = await walk.says("/start")
    assert "是一个程序" in welcome["text"]
    assert welcome["reply_markup"]["keyboard"][0][0]["text"] == "全部问题"
    (answer,) = await walk.says("俺娘八十了没收入，能不能吃低保")
    assert "低保" in card(answer)["text"]
    (more,) = await walk.presses(answer, "说详细些")
    assert (more["edited"], more["message_id"]) == (True, answer["message_id"])
    (less,) = await walk.presses(more, "收起")
    assert less["text"] == answer["text"]
    (liked,) = await walk.presses(less, "👍")
    assert "👍 ✓" in labels(liked)
    (thanked,) = await walk.says("谢谢")
    assert "👍" not in labels(thanked)


async def deep_link(walk: Walk) -> None:
    linked, answer = await walk.says("/start xunxian--dibao-apply", answers=2)
    assert "您点的链接" in linked["text"]
    assert "浚县的乡镇政府" in card(answer)["text"]
    _, topic = await walk.says("/start linshi", who=1, answers=2)
    assert "临时救助" in topic["text"]
    (lost,) = await walk.says("/start no-such-thing")
    assert "链接是旧的" in lost["text"]


async def menu(walk: Walk) -> None:
    (topics,) = await walk.says("全部问题")
    assert "社区食堂" in labels(topics)
    (questions,) = await walk.presses(topics, "社区食堂")
    (back,) = await walk.presses(questions, "全部问题")
    assert labels(back) == labels(topics)
    (questions,) = await walk.presses(back, "最低生活保障（低保）")
    assert questions["message_id"] == topics["message_id"], "leafing adds no message"
    (answer,) = await walk.presses(questions, "申请低保要带什么")
    assert "户口簿" in card(answer)["text"]
    (sources,) = await walk.presses(answer, "依据")
    assert "《" in sources["text"]
    (again,) = await walk.presses(sources, "返回")
    assert again["text"] == answer["text"]


async def district(walk: Walk) -> None:
    (word,) = await walk.says("我是浚县的")
    assert "记住了：浚县" in word["text"]
    (command,) = await walk.says("／district 淇县")
    assert "记住了：淇县" in command["text"]
    (answer,) = await walk.says("低保怎么申请")
    assert "淇县的乡镇政府" in card(answer)["text"]
    (choice,) = await walk.presses(answer, "换县区")
    (changed,) = await walk.presses(choice, "鹤山区")
    assert changed["message_id"] == answer["message_id"]
    assert "鹤山区的乡镇政府" in card(changed)["text"]
    (proposed,) = await walk.says(location={"latitude": 35.897, "longitude": 114.19})
    (near,) = await walk.presses(proposed, "对，是山城区")
    assert "山城区的乡镇政府" in near["text"]
    (two,) = await walk.says("浚县、淇县")
    assert labels(two)[:2] == ["浚县", "淇县"]
    (outside,) = await walk.says("/district 安阳")
    assert "安阳当地的 12345" in outside["text"]


async def follow_up(walk: Walk) -> None:
    (answer,) = await walk.says("低保怎么申请")
    (part,) = await walk.says("能网上办不")
    assert part["text"] != answer["text"]
    assert len(part["text"]) < len(answer["text"])
    (whole,) = await walk.presses(card(part), "看完整的答复")
    assert (whole["edited"], whole["message_id"]) == (True, part["message_id"]), "no third copy"
    assert answer["text"].split("\n")[1] in whole["text"]
    (days,) = await walk.says("几天能批")
    assert "工作日" in days["text"]


async def none_of_these(walk: Walk) -> None:
    (asked,) = await walk.says("我想问问补助")
    assert labels(asked)[-1] == "都不是"
    (sorry,) = await walk.presses(asked, "都不是")
    assert "12345" in sorry["text"]
    (rung,) = await walk.presses(sorry, "答上来了通知我")
    assert "答上来了通知我 ✓" in labels(rung)
    (answer,) = await walk.says("低保要带啥材料")
    (disliked,) = await walk.presses(card(answer), "👎")
    assert {"不是我问的", "看不懂", "不对", "没说到"} <= set(labels(card(disliked)))
    (told,) = await walk.presses(disliked, "没说到")
    assert "没说到" not in labels(card(told))


async def restart(walk: Walk) -> None:
    (answer,) = await walk.says("浚县低保怎么申请")
    await walk.restarts(signal.SIGKILL)
    (follow,) = await walk.says("要带啥材料")
    assert "户口簿" in follow["text"]
    (more,) = await walk.presses(answer, "说详细些")
    assert (more["edited"], more["message_id"]) == (True, answer["message_id"])
    await walk.restarts(signal.SIGTERM)
    (less,) = await walk.presses(more, "收起")
    assert "浚县的乡镇政府" in less["text"]
    old = {**less, "reply_markup": {"inline_keyboard": [[{"text": "低保怎么年审", "callback_data": "a:dibao.gone"}]]}}
    (gone,) = await walk.presses(old, "低保怎么年审")
    assert "已经过期" in gone["text"]
    assert not gone.get("edited"), "the card stays"


async def group(walk: Walk) -> None:
    walk.founds("小区邻里群")
    walk.meets(1, "李师傅")
    here = walk.group
    (named,) = await walk.says(f"{BOT} 低保怎么申请", chat=here)
    assert card(named)["reply_to_message"]["message_id"] == walk.said["message_id"]
    (commanded,) = await walk.says(f"/ask{BOT} 临时救助怎么申请", who=1, chat=here)
    assert "临时救助" in commanded["text"]
    (replied,) = await walk.replies(named, "要带啥材料")
    assert "户口簿" in replied["text"]
    await walk.says("特困怎么申请", chat=here, answers=0)
    asked = walk.said
    (for_other,) = await walk.replies(asked, BOT, who=1)
    assert for_other["reply_to_message"]["message_id"] == asked["message_id"]
    (captioned,) = await walk.says(**PHOTO, caption=f"{BOT} 残疾补贴怎么领", chat=here)
    assert "残疾" in captioned["text"]
    (stranger,) = await walk.presses(named, "说详细些", who=1)
    assert stranger["text"].startswith("李师傅："), "who pressed is answered"
    assert not stranger.get("edited"), "the other's card stays"


async def location(walk: Walk) -> None:
    await walk.says("低保怎么申请")
    (proposed,) = await walk.says(location={"latitude": 35.671, "longitude": 114.556})
    assert "好像在浚县" in proposed["text"]
    (here,) = await walk.presses(proposed, "对，是浚县")
    assert "浚县的乡镇政府" in here["text"]
    shop = {"location": {"latitude": 35.57, "longitude": 114.52}, "title": "超市", "address": "路 1 号"}
    (beside,) = await walk.says(venue=shop, location=shop["location"])
    assert "滑县当地的 12345" in beside["text"]
    (contact,) = await walk.says(contact={"phone_number": "+8613800000000", "first_name": "乙"})
    assert "删掉" in contact["text"]


async def photo(walk: Walk) -> None:
    (captioned,) = await walk.says(**PHOTO, caption="残疾证丢了咋补，还能领补贴不")
    assert len(captioned["text"]) > 40
    (bare,) = await walk.says(**PHOTO)
    assert "看不了图片" in bare["text"]
    (voice,) = await walk.says(voice={**FILE, "duration": 4})
    assert "听不了语音" in voice["text"]
    assert len(labels(voice)) <= 1


async def handoff(walk: Walk) -> None:
    walk.pictured.append(walk.api.founds("工作人员群", STAFF)["title"])
    (asked,) = await walk.says("找真人")
    assert labels(asked) == ["结束"]
    passed, ticket = await walk.says("低保卡丢了找谁补，俺叫王秀兰，电话13839212345", answers=2)
    assert "转给工作人员了" in passed["text"]
    assert "王秀兰" not in ticket["text"]
    assert "13839212345" not in ticket["text"]
    await walk.restarts(signal.SIGKILL, ticket, "带身份证到乡镇一楼窗口补")
    (answer,) = await walk.answers(1)
    assert "带身份证到乡镇一楼窗口补" in answer["text"]
    (more,) = await walk.says("几点开门")
    assert (more["chat"]["id"], "几点开门" in more["text"]) == (STAFF, True)
    (hours,) = await walk.replies(more, "上午八点半", who=CLERK)
    assert "八点半" in hours["text"]
    ended, told = await walk.says("结束", answers=2)
    assert "结束了" in ended["text"]
    assert "不找了" in told["text"]


async def inline(walk: Walk) -> None:
    walk.founds("一家人")
    walk.pictured.append(walk.name)
    (answer,) = await walk.says("低保怎么申请")
    assert labels(answer)[-1] == "转给家人"
    found = await walk.types("低保怎么申请")
    assert found[0]["id"] == "dibao.apply"
    sent = walk.chooses(found[0])
    assert labels(sent) == ["打开机器人"]
    linked, opened = await walk.says("/start dibao-apply", who=1, answers=2)
    assert "您点的链接" in linked["text"]
    assert opened["text"] == answer["text"]


JOURNEYS: dict[str, tuple[str, Callable[[Walk], Coroutine[Any, Any, None]]]] = {
    "first-start": ("第一次打开", first_start),
    "deep-link": ("扫海报上的码", deep_link),
    "menu": ("按题目找", menu),
    "district": ("选县区", district),
    "follow-up": ("接着问", follow_up),
    "none-of-these": ("都不是", none_of_these),
    "restart": ("机器人重启", restart),
    "group": ("在群里问", group),
    "location": ("发位置", location),
    "photo": ("发照片", photo),
    "handoff": ("找真人", handoff),
    "inline": ("转给家人", inline),
}
"""By name: what the chat is called, and the journey."""
