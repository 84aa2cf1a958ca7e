"""HTML is read as Telegram reads it, and refused where Telegram refuses it."""

from __future__ import annotations

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.simulator.entities import read_html, units
from bot.simulator.refusal import Refusal


@pytest.mark.parametrize(
    ("given_html", "words"),
    [
        ("<p>甲</p>", 'Unsupported start tag "p" at byte offset 0'),
        ("低保<script>", 'Unsupported start tag "script" at byte offset 6'),
        ("1 < 2 >", 'Unsupported start tag "" at byte offset 2'),
        ("a <b", "Unclosed start tag at byte offset 2"),
        ("<b>甲", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b><i>甲</b></i>", 'Unmatched end tag at byte offset 9, expected "</i>", found "</b>"'),
        ("甲</b>", "Unexpected end tag at byte offset 3"),
        ("<b>甲</b", "Unclosed end tag at byte offset 6"),
        ("<a href>甲</a>", 'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0'),
        ("<a =x>甲</a>", 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<a href=http://x>甲</a>", "Unexpected end of name token at byte offset 8"),
        ('<a href="http://x>甲</a>', "Unclosed start tag at byte offset 0"),
        ("<span>甲</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("&#xd800;", "Text contains invalid Unicode characters after decoding HTML entities"),
    ],
)
def test_what_telegram_cannot_parse_is_refused_in_its_words(given_html: str, words: str) -> None:
    with pytest.raises(Refusal) as refusal:
        read_html(given_html)
    assert refusal.value.code == 400
    assert refusal.value.description == f"Bad Request: can't parse entities: {words}"


@pytest.mark.parametrize(
    ("given_html", "text", "entities"),
    [
        ("<b>低</b>保", "低保", [("bold", 0, 1)]),
        ("😀<i>x</i>", "😀x", [("italic", 2, 1)]),
        ("<b>a<i>b</i></b>", "ab", [("bold", 0, 2), ("italic", 1, 1)]),
        ("<b></b>a", "a", []),
        ("  <b> a </b> ", "a", [("bold", 0, 1)]),
        ("<code>x</code>", "x", [("code", 0, 1)]),
        ("<blockquote expandable>长</blockquote>", "长", [("expandable_blockquote", 0, 1)]),
        ('<a href="https://x.cn/?a=1&amp;b=2">去</a>', "去", [("text_link", 0, 1)]),
        ('<span class="tg-spoiler">x</span>', "x", [("spoiler", 0, 1)]),
        ('<b class="odd">x</b>', "x", [("bold", 0, 1)]),
        ("a &lt;b&gt; &amp; &quot; &#33; &#x4f4e;", 'a <b> & " ! 低', []),
        ("&nbsp;&copy; & &", "&nbsp;&copy; & &", []),
    ],
)
def test_what_telegram_takes_is_read_as_it_does(
    given_html: str, text: str, entities: list[tuple[str, int, int]]
) -> None:
    read, found = read_html(given_html)
    assert read == text
    assert [(e["type"], e["offset"], e["length"]) for e in found] == entities


def test_a_link_keeps_its_address() -> None:
    assert read_html('<a href="https://x.cn/?a=1&amp;b=2">去</a>')[1][0]["url"] == "https://x.cn/?a=1&b=2"


@given(st.text(min_size=1))
def test_any_escaped_text_is_read_back_whole(text: str) -> None:
    read, entities = read_html(f"x{html.escape(text, quote=False)}x")
    assert read == f"x{text}x"
    assert entities == []


def test_length_is_counted_in_utf_16_units() -> None:
    assert (units("a"), units("低"), units("😀")) == (1, 1, 2)
