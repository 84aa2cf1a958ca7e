"""At home in Telegram: keys, commands, links, districts and settings, as answers before anything is sent."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot.channels.telegram.answer import Answer
from bot.channels.telegram.commands.links import link, linked
from bot.channels.telegram.intake.addressing import Me
from bot.channels.telegram.intake.incoming import read
from bot.channels.telegram.respond import Responder
from bot.dialogue.dialogue import Dialogue
from bot.dialogue.pages.preferences import Script
from bot.dialogue.reply import Action, Press
from bot.simulator.entities import read_html
from bot.store.database import Database
from bot.store.in_flight import InFlight
from bot.store.inbox import Inbox
from bot.store.pseudonyms import Pseudonyms
from bot.store.records import Attempt
from bot.store.store import Store
from faq.knowledge.types import Faq

ME = Me(123456, "hebi_test_bot")
CARD: dict[str, Any] = {
    "message_id": 3,
    "date": 1,
    "from": {"id": 123456, "is_bot": True, "first_name": "机"},
    "text": "卡",
}
GROUP = {"id": -5, "type": "supergroup", "title": "群"}


class Resident:
    """Somebody whose answers are sent at once, and remembered as the lanes do."""

    def __init__(self, responder: Responder, store: Store, number: int = 7, language: str = "zh-hans") -> None:
        self.responder, self.store, self.number = responder, store, number
        self.user = {"id": number, "is_bot": False, "first_name": "甲", "language_code": language}
        self.chat: dict[str, Any] = {"id": number, "type": "private", "first_name": "甲"}
        self.count = 0

    def update(self, **content: Any) -> Answer:
        self.count += 1
        incoming = read({"update_id": self.number * 1000 + self.count, **content}, ME, self.store.pseudonym)
        answer = self.responder.respond(incoming)
        numbers = [] if answer.edit else [900 + self.count * 10 + at for at in range(len(answer.posts))]
        self.responder.edits.note(incoming, answer.heard, numbers)
        if answer.resident:
            own = self.store.pseudonym(*answer.resident)
            remembered = {own: answer.session} if answer.session else {}
            done = Attempt(0, "", remembered=remembered, forgotten=(own,) if answer.forget else ())
            asyncio.run(self.store.settle(done))
        return answer

    def says(self, text: str | None = None, number: int | None = None, kind: str = "message", **more: Any) -> Answer:
        self.count += 1
        said: dict[str, Any] = {"message_id": number or self.count, "date": 1_700_000_000, "chat": self.chat}
        said |= {"from": self.user, **({} if text is None else {"text": text}), **more}
        return self.update(**{kind: said})

    def presses(self, data: str, below: dict[str, Any] | None = None) -> Answer:
        bot = {"id": ME.id, "is_bot": True, "first_name": "机"}
        message = below or {"message_id": 3, "date": 1, "chat": self.chat, "from": bot, "text": "卡"}
        return self.update(
            callback_query={"id": "1", "chat_instance": "x", "from": self.user, "message": message, "data": data}
        )

    @property
    def session(self) -> Any:
        return self.store.session(self.store.pseudonym(self.chat["id"], self.number))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Database(None, tmp_path)) as database:
        yield Store(Inbox(database), Pseudonyms(tmp_path), InFlight(tmp_path))


@pytest.fixture
def responder(dialogue: Dialogue, store: Store) -> Responder:
    return Responder(SimpleNamespace(dialogue=dialogue), store, ME)  # type: ignore[arg-type]


@pytest.fixture
def resident(responder: Responder, store: Store) -> Resident:
    return Resident(responder, store)


def keyboard(answer: Answer, at: int = -1) -> Any:
    return json.loads(answer.posts[at].buttons or "{}")


def data(answer: Answer) -> list[str]:
    rows = keyboard(answer)["inline_keyboard"]
    return [button["callback_data"] for row in rows for button in row if "callback_data" in button]


def labels(answer: Answer) -> list[str]:
    return [button["text"] for row in keyboard(answer)["inline_keyboard"] for button in row]


def text(answer: Answer) -> str:
    return "\n".join(read_html(post.text)[0] for post in answer.posts)


def test_the_keys_come_with_start_and_menu_go_by_their_own_button_and_never_in_groups(
    resident: Resident, faq: Faq
) -> None:
    assert keyboard(resident.says("/start"))["keyboard"][0][0]["text"] == "全部问题"
    gone = resident.says(faq.phrases.key_hide)
    assert keyboard(gone) == {"remove_keyboard": True}
    assert "/menu" in text(gone)
    shown = resident.says("/menu")
    first, menu = (keyboard(shown, at) for at in (0, 1))
    assert first["is_persistent"]
    assert menu["inline_keyboard"]
    assert len(resident.says("/menu").posts) == 1, "they are there"
    resident.chat = GROUP
    for command in ("/start@hebi_test_bot", "/menu@hebi_test_bot", "/stop@hebi_test_bot"):
        for post in resident.says(command).posts:
            assert set(json.loads(post.buttons or "{}")) <= {"inline_keyboard"}
    assert "收起来了" not in text(resident.says(f"@hebi_test_bot {faq.phrases.key_hide}"))


def test_each_key_does_what_it_says(resident: Resident, faq: Faq) -> None:
    assert {"t:dibao", "t:canteen"} <= set(data(resident.says("全部问题")))
    assert "p:浚县" in data(resident.says("换县区"))[3]
    assert "12345" in text(resident.says("找真人"))
    where = resident.says("找窗口")
    assert "找谁办" in text(where)
    resident.says("低保怎么申请")
    office = resident.says("找窗口")
    assert "“低保怎么申请”，找这个窗口" in text(office)
    assert "找谁办：户口所在地的乡镇政府" in text(office)
    assert faq.intents["dibao.apply"].answer.split("\n")[0] not in text(office)


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ((35.741, 114.296), "淇滨区"),
        ((35.97, 114.16), "鹤山区"),
        ((35.897, 114.19), "山城区"),
        ((35.671, 114.556), "浚县"),
        ((35.606, 114.2), "淇县"),
    ],
)
def test_a_place_on_the_map_proposes_its_district_and_a_press_confirms_it(
    resident: Resident, place: tuple[float, float], name: str
) -> None:
    resident.says("低保怎么申请")
    spot = {"latitude": place[0], "longitude": place[1]}
    proposed = resident.says(location=spot)
    assert name in text(proposed)
    assert proposed.session is None, "nothing is kept unless it is confirmed"
    yes, other, _ = data(proposed)
    assert yes == f"p:{name}:dibao.apply"
    assert other == "w::dibao.apply"
    confirmed = resident.presses(yes)
    assert f"{name}的乡镇政府" in text(confirmed)
    assert resident.session.district == name
    venue = {"location": spot, "title": "超市", "address": "路 1 号"}
    assert name in text(resident.says(venue=venue, location=spot))


def test_a_place_beside_the_city_gets_its_own_12345_and_one_far_away_is_not_guessed(resident: Resident) -> None:
    for place, name in (((35.57, 114.52), "滑县"), ((35.93, 114.36), "汤阴县"), ((36.09, 114.37), "安阳市")):
        beside = resident.says(location={"latitude": place[0], "longitude": place[1]})
        assert f"{name}当地的 12345" in text(beside)
        assert not [press for press in data(beside) if press.startswith("p:")]
    far = resident.says(location={"latitude": 22.54, "longitude": 114.06})
    assert "看不出是哪里" in text(far)


def test_a_position_is_known_to_a_kilometre_before_anything_is_kept(store: Store, resident: Resident) -> None:
    said = {"message_id": 1, "date": 1, "chat": resident.chat, "from": resident.user}
    spot = {"latitude": 35.741234, "longitude": 114.298765, "horizontal_accuracy": 3}
    venue = {"location": spot, "title": "某某诊所", "address": "某某路 12 号"}
    replied = {"reply_to_message": {**said, "location": spot}, "text": "这是哪"}
    for content in ({"location": spot}, {"location": spot, "venue": venue}, {"venue": venue}, replied):
        kept = read({"update_id": 1, "message": {**said, **content}}, ME, store.pseudonym).body
        assert "35.74" in kept
        for part in ("35.741", "114.298", "诊所", "12 号", "accuracy"):
            assert part not in json.loads(kept)["message"].__repr__()


@pytest.mark.parametrize(
    "command",
    ["/district 浚县", "／district 浚县", "／ｄｉｓｔｒｉｃｔ　浚县", "/district 我是浚县的", "/district 小河镇"],
)
def test_a_district_is_set_by_a_command_however_it_is_typed(resident: Resident, command: str) -> None:
    assert "浚县" in text(resident.says(command))
    assert resident.session.district == "浚县"


def test_two_districts_are_asked_about_and_an_outside_one_gets_its_own_hotline(resident: Resident) -> None:
    for said in ("/district 浚县 淇县", "浚县、淇县"):
        which = resident.says(said)
        assert data(which)[:2] == ["p:浚县", "p:淇县"]
        assert resident.session.district is None
    outside = resident.says("/district 安阳")
    assert "安阳当地的 12345" in text(outside)
    assert "对不上" in text(resident.says("/district 火星"))
    registered = resident.says("户口在浚县，人住在淇滨区，低保怎么申请")
    assert "找谁办：浚县的" in text(registered)
    assert resident.session.district == "浚县"


def test_the_district_is_named_below_the_office_and_can_be_changed_there(resident: Resident) -> None:
    resident.says("/district 浚县")
    card = resident.says("低保怎么申请")
    assert "按浚县说的" in text(card)
    assert "w:dibao.apply" in data(card)
    assert labels(card).count("换县区") == 1


def test_a_card_is_changed_in_its_place_and_gone_back_to(resident: Resident, faq: Faq) -> None:
    first = faq.intents["dibao.apply"].points[0].text
    card = resident.says("低保怎么申请")
    assert first in text(card)
    for press, says, back in (
        ("d:dibao.apply", "45 个工作日", "收起"),
        ("s:dibao.apply", "《社会救助暂行办法》", "返回"),
        ("w:dibao.apply", "哪个县区", "返回"),
    ):
        assert press in data(card)
        shown = resident.presses(press)
        assert shown.edit is not None
        assert shown.edit.message == 3
        assert says in text(shown)
        ways = {b["text"]: b["callback_data"] for row in keyboard(shown)["inline_keyboard"] for b in row}
        again = resident.presses(ways[back])
        assert again.edit is not None
        assert text(again) == text(card)
    chosen = resident.presses("l:淇县:dibao.apply")
    assert chosen.edit is not None
    assert first in text(chosen), "the answer stays, only the office is another one"
    assert "淇县的乡镇政府" in text(chosen)
    twice = [text(resident.presses("d:dibao.apply")) for _ in range(2)]
    assert twice[0] == twice[1], "a second tap of a trembling thumb changes nothing"


def test_buttons_of_older_knowledge_lead_on_and_leave_the_card_alone(resident: Resident) -> None:
    for old in ("a:dibao.gone", "d:dibao.gone", "s:dibao.gone"):
        answer = resident.presses(old)
        assert answer.edit is None
        assert "已经过期" in text(answer)
        assert any(press.startswith("a:dibao.") for press in data(answer)), "what the topic holds now"
    for strange in ("p:火星", "l:火星:dibao.apply", "l:浚县:no.such", "e:nothing", "zz", "q:1", ""):
        answer = resident.presses(strange)
        assert answer.edit is None
        assert "已经过期" in text(answer)


def test_a_strangers_press_in_a_group_answers_the_stranger(
    responder: Responder, store: Store, resident: Resident
) -> None:
    other = Resident(responder, store, 8)
    question = {"message_id": 2, "date": 1, "chat": GROUP, "from": resident.user, "text": "@hebi_test_bot 低保"}
    bot = {"id": ME.id, "is_bot": True, "first_name": "机"}
    card = {"message_id": 3, "date": 1, "chat": GROUP, "from": bot, "text": "卡", "reply_to_message": question}
    own, stranger = resident.presses("d:dibao.apply", card), other.presses("d:dibao.apply", card)
    assert own.edit is not None
    assert stranger.edit is None
    assert 'href="tg://user?id=8"' in stranger.posts[0].text


def test_links_lead_to_intents_topics_and_districts_and_a_dead_one_says_so(resident: Resident, faq: Faq) -> None:
    to_intent = resident.says("/start dibao-apply")
    assert "keyboard" in keyboard(to_intent, 0)
    assert set(keyboard(to_intent, 1)) == {"inline_keyboard"}
    assert "乡镇" in to_intent.posts[-1].text
    assert "a:dibao.apply" in data(resident.says("/start dibao"))
    assert resident.session.district is None
    resident.says("/start xunxian")
    assert resident.session.district == "浚县"
    assert "淇县的乡镇政府" in text(resident.says("/start qixian--dibao-apply"))
    for dead in ("no-such", "dibao-apply--no", "chat", "-", "x" * 64):
        told = text(resident.says(f"/start {dead}"))
        assert "链接是旧的" in told
        assert "我是鹤壁市救助政策问答机器人" in told
    assert "链接" not in text(resident.says("/start"))


def test_every_intent_topic_and_district_has_a_link_that_leads_back_to_it(faq: Faq) -> None:
    for target in (
        *faq.intents,
        *(key for key, topic in faq.topics.items() if not topic.hidden),
        *faq.places.districts,
    ):
        code = link(target, faq)
        assert code, target
        assert len(code) <= 64
        assert code.replace("-", "").replace("_", "").isalnum()
        assert [press.target for press in linked(code, faq)] == [target]
    assert linked(link("浚县/dibao.apply", faq) or "", faq) == [
        Press(Action.DISTRICT, "浚县"),
        Press(Action.ANSWER, "dibao.apply"),
    ]
    assert link("no.such", faq) is None


def test_settings_change_in_place_last_and_are_forgotten_on_request(
    resident: Resident, store: Store, tmp_path: Path
) -> None:
    page = resident.says("/settings")
    assert data(page)[:3] == ["e:spacious", "e:script", "e:notices"]
    changed = resident.presses("e:spacious")
    assert changed.edit is not None
    resident.presses("e:script")
    resident.presses("e:notices")
    wanted = resident.session.preferences
    assert (wanted.spacious, wanted.script, wanted.notices) == (True, Script.TRADITIONAL, False)
    shown = resident.says("低保怎么申请")
    assert "申請" in text(shown)
    assert "blockquote" not in shown.posts[0].text
    assert Inbox(store._inbox._database).preferences() == {store.pseudonym(7, 7): wanted}, "a restart keeps them"
    resident.says("从头来")
    assert resident.session.preferences == wanted
    told = text(resident.says("/mydata"))
    assert "/settings" in told
    resident.says("/forget")
    assert resident.session.preferences.are_usual
    assert Inbox(store._inbox._database).preferences() == {}


def test_mydata_says_all_that_is_remembered_and_stop_forgets_it_but_for_the_wish(resident: Resident) -> None:
    assert "没有记着" in text(resident.says("/mydata"))
    resident.says("我是浚县的，低保怎么申请")
    told = text(resident.says("/mydata"))
    assert "浚县" in told
    assert "低保怎么申请" in told
    stopped = resident.says("/stop")
    assert keyboard(stopped) == {"remove_keyboard": True}
    told = text(resident.says("/mydata"))
    assert "通知：关" in told, "that is all that is kept of it"
    assert "浚县" not in told
    assert "低保怎么申请" not in told
    resident.says("低保怎么申请")
    assert not resident.session.preferences.notices, "to ask is not to want notices"
    resident.says("/stop")
    resident.says("/stop")
    assert not resident.session.preferences.notices, "twice is no other than once"
    resident.says("/start")
    assert resident.session.preferences.notices


def test_who_writes_in_traditional_characters_is_answered_so_also_by_buttons(
    resident: Resident, responder: Responder, store: Store
) -> None:
    written = resident.says("農村低保怎麼申請")
    assert "鄉鎮" in text(written)
    assert all("请" not in button["text"] for row in keyboard(written)["inline_keyboard"] for button in row)
    assert "鄉鎮" in text(resident.presses("d:dibao.apply"))
    assert "乡镇" in text(resident.says("那我符合条件吗，低保怎么申请"))
    other = Resident(responder, store, 9, "zh-hant")
    assert "問" in text(other.says("/start")), "before a word was written, the app's language decides"
    assert "问" in text(Resident(responder, store, 10).says("/start"))


def test_every_button_and_word_of_the_desk_is_in_the_script_of_who_reads_it(dialogue: Dialogue, store: Store) -> None:
    me = Me(123456, "hebi_test_bot", inline=True)
    responder = Responder(SimpleNamespace(dialogue=dialogue), store, me)  # type: ignore[arg-type]
    resident = Resident(responder, store)
    card = resident.says("農村低保怎麼申請")
    assert labels(card)[-3:] == ["👍", "👎", "轉給家人"]
    below = {**CARD, "chat": resident.chat, "reply_markup": keyboard(card)}
    disliked = resident.presses("V:down:dibao.apply", below)
    assert disliked.marks is not None
    shown = [button["text"] for row in json.loads(disliked.marks.buttons)["inline_keyboard"] for button in row]
    assert shown[-4:] == ["不是我問的", "看不懂", "不對", "沒說到"]
    assert disliked.notice.startswith("記下了。哪裡不好？點一下")
    asked = resident.says("/feedback")
    assert "寫成一句話" in text(asked)
    assert labels(asked) == ["結束"]
    assert "謝謝" in text(resident.says("/feedback 講得明白"))
    simple = Resident(responder, store, 8).says("低保怎么申请")
    assert labels(simple)[-1] == "转给家人"


def test_the_contact_card_of_a_hotline_is_a_press_away(resident: Resident, faq: Faq) -> None:
    card = resident.presses("a:contacts.hotline")
    assert "C:12345" in data(card)
    assert len(keyboard(card)["inline_keyboard"]) <= 4
    (post,) = resident.presses("C:12345").posts
    assert (post.contact, post.text) == ("12345", faq.offices["hotline"]["anywhere"].name)
    assert "已经过期" in text(resident.presses("C:99999")), "a number that is no hotline of ours is never sent"
    assert "C:12345" not in data(resident.says("低保怎么申请"))


def test_a_card_has_four_rows_at_most_also_when_it_is_voted_on(dialogue: Dialogue, store: Store, faq: Faq) -> None:
    me = Me(123456, "hebi_test_bot", inline=True)
    responder = Responder(SimpleNamespace(dialogue=dialogue), store, me)  # type: ignore[arg-type]
    for number, intent in enumerate((one for one in faq.intents.values() if not faq.small_talk(one)), 10):
        resident = Resident(responder, store, number)
        for words in ([], ["我是浚县的"]):
            for said in words:
                resident.says(said)
            card = resident.presses(f"a:{intent.id}")
            shown = keyboard(card)["inline_keyboard"]
            for vote in ("down", "up"):
                below = {
                    **CARD,
                    "chat": resident.chat,
                    "message_id": 3 + len(words),
                    "reply_markup": {"inline_keyboard": shown},
                }
                changed = resident.presses(f"V:{vote}:{intent.id}", below)
                assert changed.marks is not None
                rows = json.loads(changed.marks.buttons)["inline_keyboard"]
                assert len(shown) <= 4, intent.id
                assert len(rows) <= 4, intent.id
                kept = [button["text"] for row in rows for button in row]
                assert "全部问题" in kept, intent.id
                assert ("转给家人" in kept) == (vote == "up"), "nobody sends on what was bad"
                shown = rows


def test_an_edited_message_is_answered_in_its_place_if_nothing_came_after(resident: Resident) -> None:
    first = resident.says("低保怎么申请", 50)
    number = 900 + resident.count * 10
    edited = resident.says("特困怎么申请", 50, "edited_message", edit_date=2)
    assert edited.edit is not None
    assert edited.edit.message == number
    assert "特困" in text(edited)
    assert resident.says("特困怎么申请", 50, "edited_message", edit_date=3) == Answer(heard=edited.heard)
    once_more = resident.says("低保怎么申请", 50, "edited_message", edit_date=4)
    assert text(once_more) == text(first), "it is read as if it had been written so"
    resident.says("特困怎么申请", 51)
    assert resident.says("临时救助怎么申请", 50, "edited_message", edit_date=5) == Answer()
    assert resident.says("临时救助怎么申请", 51, "edited_message", edit_date=6).edit, "the last one still can be"


def test_danger_in_an_edited_message_is_always_answered_and_a_moving_place_never(resident: Resident) -> None:
    resident.says("低保怎么申请", 50)
    resident.says("谢谢", 51)
    alarm = resident.says("老公正拿刀砍我，救命", 50, "edited_message", edit_date=2)
    assert alarm.edit is None
    assert "110" in text(alarm)
    place = {"latitude": 35.7, "longitude": 114.3, "live_period": 60}
    said = {"message_id": 52, "date": 1, "chat": resident.chat, "from": resident.user, "location": place}
    assert not read({"update_id": 1, "edited_message": said}, ME, resident.store.pseudonym).concerns_bot


def test_a_shared_contact_gets_the_warning_about_numbers_and_no_wall_of_buttons(resident: Resident) -> None:
    card = resident.says(contact={"phone_number": "+8613800000000", "first_name": "乙"})
    assert "删掉" in text(card)
    file: dict[str, Any] = {"file_id": "a", "file_unique_id": "b", "duration": 1, "width": 1, "height": 1}
    sticker = {**file, "type": "regular", "is_animated": False, "is_video": False}
    contents: list[dict[str, Any]] = [{"voice": file}, {"video": file}, {"sticker": sticker}]
    for content in (*contents, {"video_note": {**file, "length": 1}}):
        answer = resident.says(**content)
        assert len(text(answer)) > 10
        assert len(data(answer)) <= 1
