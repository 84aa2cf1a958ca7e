"""What residents see: numbers to call first, sources folded, telephone numbers to copy, and Telegram's limits kept."""

from __future__ import annotations

import html
import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.rendering import buttons, messages, units
from bot.channels.telegram.showing.keyboards import keys
from bot.channels.telegram.showing.rows import MOST, WIDTHS, packed, width
from bot.channels.telegram.showing.style import Style
from bot.dialogue.dialogue import Dialogue
from bot.dialogue.pages.preferences import Preferences
from bot.dialogue.reply import Action, Choice, Decision, Kind, Part, Press, Reply
from bot.dialogue.session import Session
from bot.simulator.entities import read_html
from faq.knowledge.text import normalise
from faq.knowledge.types import Faq
from tests.bot.dialogue.talk import NOW, last
from tests.conftest import FAQ

MENU = (Choice("全部问题", Press(Action.MENU)),)
OFFICE = Part("找谁办：淇滨区民政局\n电话：0392-3312345", kind=Kind.OFFICE)


def kinds(message: str) -> list[tuple[str, str]]:
    """Return what is marked in `message`, as Telegram reads it: kind and words."""
    text, entities = read_html(message)
    return [(one["type"], text[one["offset"] : one["offset"] + one["length"]]) for one in entities]


def style(faq: Faq, **wanted: bool) -> Style:
    return Style.of(faq.phrases, **wanted)


@pytest.mark.parametrize(("spacious", "traditional"), list(itertools.product([False, True], repeat=2)))
def test_whatever_is_answered_in_whatever_district_keeps_telegrams_limits(
    dialogue: Dialogue, faq: Faq, spacious: bool, traditional: bool
) -> None:
    look = style(faq, spacious=spacious, traditional=traditional)
    districts = [None, *faq.places.districts] if not traditional else [None, "城乡一体化示范区"]
    seen: set[str] = set()
    for district in districts:
        session = Session(district=district, town="鹤壁集镇", heard_at=NOW)
        for intent, action in itertools.product(faq.intents, (Action.ANSWER, Action.DETAILS, Action.SOURCES)):
            reply, _ = dialogue.press(Press(action, intent), session, NOW)
            (message,) = messages(reply, style=look)
            assert units(read_html(message)[0]) <= 4096
            assert len(message) <= 12_000, "marks are not counted by Telegram, but a request has an end too"
            shown = buttons(reply, look)
            seen.update(labels(shown))
            votes = action != Action.SOURCES and not faq.small_talk(faq.intents[intent])
            assert len(json.loads(shown or "")["inline_keyboard"]) <= MOST - votes, "there is a row left for votes"
            seen.update(labels(buttons(dialogue.press(Press(Action.DISTRICTS, intent), session, NOW)[0], look)))
    assert {"收起", "返回", "换县区"} <= set(map(normalise, seen))


def labels(keyboard: str | None) -> Iterator[str]:
    for row in json.loads(keyboard or '{"inline_keyboard": []}')["inline_keyboard"]:
        for button in row:
            assert width(button["text"]) <= WIDTHS[len(row) - 1], "on a narrow phone it is cut off"
            assert 1 <= len(button.get("callback_data", "copy").encode()) <= 64
            assert 1 <= len(button.get("copy_text", {"text": "-"})["text"]) <= 256
            assert units(button["text"]) <= 16
            yield button["text"]


def test_above_an_alarm_stand_the_numbers_bold_and_no_button_is_in_their_way(dialogue: Dialogue, faq: Faq) -> None:
    for message in ("我爸倒在地上叫不醒了", "老公正拿刀砍我", "我不想活了", "家里着火了出不去"):
        reply = last(dialogue, message)
        assert reply.decision == Decision.EMERGENCY
        (shown,) = messages(reply, style=style(faq))
        first = shown.split("\n")[0]
        assert re.search(r"<b>1[12][09]</b>", first), shown
        text, marked = read_html(shown)[0], kinds(shown)
        bold = [words for kind, words in marked if kind == "bold"]
        assert len(re.findall(r"(?<!\d)(?:110|119|120|12356)(?!\d)", text)) == len(bold)
        assert buttons(reply, style(faq)) is None


def test_sources_and_long_details_open_by_a_tap_and_official_pages_are_links(dialogue: Dialogue, faq: Faq) -> None:
    card, session = dialogue.press(Press(Action.ANSWER, "dibao.apply"), Session(), NOW)
    (shown,) = messages(card, style=style(faq))
    folded = [words for kind, words in kinds(shown) if kind == "expandable_blockquote"]
    assert len(folded) == 1
    assert folded[0].startswith("依据：")
    assert ("bold", "低保怎么申请") in kinds(shown)
    assert ("bold", "1.") in kinds(shown), "steps are numbered"
    details, session = dialogue.press(Press(Action.DETAILS, "dibao.apply"), session, NOW)
    (shown,) = messages(details, style=style(faq))
    assert sum(kind == "expandable_blockquote" for kind, _ in kinds(shown)) == 2
    sources, _ = dialogue.press(Press(Action.SOURCES, "dibao.apply"), session, NOW)
    (shown,) = messages(sources, style=style(faq))
    pages = [words for kind, words in kinds(shown) if kind == "text_link"]
    assert pages
    known = {source.title: source.url for source in faq.sources.values()}
    assert all(f'<a href="{known[title]}">' in shown for title in pages)


def test_an_offices_number_is_shown_as_it_is_dialled_anywhere_and_can_be_copied(faq: Faq) -> None:
    reply = Reply((Part("去窗口问。", kind=Kind.ANSWER), OFFICE), choices=MENU)
    (shown,) = messages(reply, style=style(faq))
    assert "电话：+86 392 331 2345" in shown
    ((first, menu),) = json.loads(buttons(reply, style(faq)) or "")["inline_keyboard"]
    assert first == {"text": "复制电话", "copy_text": {"text": "+863923312345"}}
    assert menu["callback_data"] == "m:"
    other = Part("找谁办：浚县民政局\n电话：0392-5522345", kind=Kind.OFFICE)
    both = json.loads(buttons(replace(reply, parts=(*reply.parts, other)), style(faq)) or "")["inline_keyboard"]
    assert [[button["text"] for button in row] for row in both] == [["复制 3312345", "复制 5522345"], ["全部问题"]]
    hotline = Reply((Part("电话：12345", kind=Kind.OFFICE),), choices=MENU)
    assert "12345" in messages(hotline, style=style(faq))[0]
    assert len(json.loads(buttons(hotline, style(faq)) or "")["inline_keyboard"]) == 1


def test_an_answer_cut_in_two_closes_its_quote_in_each(faq: Faq) -> None:
    reply = Reply((Part("\n".join(["长" * 300] * 40), kind=Kind.ANSWER),))
    parts = messages(reply, style=style(faq))
    assert len(parts) > 1
    for part in parts:
        text, _ = read_html(part)
        assert units(text) <= 4096
    assert "".join(read_html(part)[0] for part in parts).replace("\n", "") == "长" * 300 * 40


def test_who_wants_space_gets_a_line_a_sentence_and_nothing_folded(dialogue: Dialogue, faq: Faq) -> None:
    session = Session(heard_at=NOW, preferences=Preferences(spacious=True))
    reply, _ = dialogue.press(Press(Action.DETAILS, "dibao.apply"), session, NOW)
    (shown,) = messages(reply, style=style(faq, spacious=True))
    assert "blockquote" not in shown
    (usual,) = messages(reply, style=style(faq))
    lines = [line for line in html.unescape(re.sub("<[^>]*>", "", shown)).split("\n") if line]
    assert max(map(len, lines)) <= max(map(len, html.unescape(re.sub("<[^>]*>", "", usual)).split("\n")))
    assert all("。" not in line[:-1] for line in lines)
    bare = [re.sub(r"\s|<[^>]*>", "", text) for text in (shown, usual)]
    assert bare[0] == bare[1], "no word is lost"


def texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from texts(one)


def test_in_traditional_characters_no_figure_and_no_name_is_another(faq: Faq) -> None:
    look = Style(traditional=True)
    told = [text for i in faq.intents.values() for text in (i.title, i.answer, i.details or "")]
    told += [text for kind in faq.emergencies.values() for text in (kind.reply, *kind.again)]
    told += texts(yaml.load(Path(FAQ / "phrases.yaml").read_text("utf-8"), yaml.CSafeLoader))
    names = [source.title for source in faq.sources.values()] + list(faq.places.districts)
    names += [office.name for kind in faq.offices.values() for office in kind.values()]
    names += [town for district in faq.places.districts.values() for town in district.towns]
    for text in (*told, *names):
        written = look.written(text)
        assert re.findall(r"[0-9.%／/：:—-]+", written) == re.findall(r"[0-9.%／/：:—-]+", text)
        assert len(written) == len(text)
    exceptions = str.maketrans({"钜": "巨", "着": "著"})  # 钜桥 is 巨桥 too, see places.yaml; 著 is the older 着
    for name in names:
        assert normalise(look.written(name)) == normalise(name).translate(exceptions), name
    assert look.written("浚县") == "浚縣"


def test_the_keys_fit_a_narrow_phone_and_only_one_sends_a_place(faq: Faq) -> None:
    shown = json.loads(keys(faq.phrases, Style()))
    rows = [[button["text"] for button in row] for row in shown["keyboard"]]
    assert rows[:2] == [["全部问题", "找窗口"], ["换县区", "找真人"]]
    assert all(len(label) <= 8 for row in rows for label in row)
    assert [button for row in shown["keyboard"] for button in row if "request_location" in button] == [
        {"text": faq.phrases.key_location, "request_location": True}
    ]
    assert shown["is_persistent"]
    assert 1 <= len(shown["input_field_placeholder"]) <= 64


@given(st.lists(st.text("低保abc👍", min_size=1, max_size=16), max_size=9))
def test_buttons_keep_their_order_and_stand_side_by_side_only_where_they_can_be_read(names: list[str]) -> None:
    rows = packed({"text": name} for name in names)
    assert [button["text"] for row in rows for button in row] == names
    assert all(width(str(button["text"])) <= WIDTHS[len(row) - 1] for row in rows for button in row)
    for row, then in itertools.pairwise(rows):
        more = [*row, then[0]]
        fits = len(more) <= len(WIDTHS) and all(width(str(one["text"])) <= WIDTHS[len(more) - 1] for one in more)
        assert not fits, "as few rows as there can be"


def test_labels_that_are_in_traditional_characters_already_stay_as_they_are(faq: Faq) -> None:
    look = Style(traditional=True)
    names = [*faq.places.districts, *(topic.title for topic in faq.topics.values())]
    names += [intent.title for intent in faq.intents.values()]
    names += texts(yaml.load(Path(FAQ / "phrases.yaml").read_text("utf-8"), yaml.CSafeLoader))
    keyboard = json.dumps({"inline_keyboard": [[{"text": name}] for name in names]})
    once = look.labels(keyboard)
    assert once is not None
    assert [row[0]["text"] for row in json.loads(once)["inline_keyboard"]] == [look.written(name) for name in names]
    assert look.labels(once) == once
    assert Style().labels(once) == once
