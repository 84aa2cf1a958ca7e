"""Sources that only the details rest on are named with the details, and not before."""

from __future__ import annotations

import datetime as dt

from bot.dialogue.dialogue import Dialogue
from bot.dialogue.reply import Action, Press
from bot.dialogue.session import Session

NOW = dt.datetime(2026, 11, 29, 10)


def test_sources_of_hidden_details_are_named_with_the_details(dialogue: Dialogue) -> None:
    short, session = dialogue.press(Press(Action.ANSWER, "dibao.appeal"), Session(), NOW)
    long, session = dialogue.press(Press(Action.DETAILS, "dibao.appeal"), session, NOW)
    everything, _ = dialogue.press(Press(Action.SOURCES, "dibao.appeal"), session, NOW)
    intent = dialogue.faq.intents["dibao.appeal"]
    hidden = {dialogue.faq.sources[key].title for key in set(intent.details_sources) - set(intent.sources)}
    assert hidden
    assert "《行政复议法》" in short.text
    assert not any(title in short.text for title in hidden)
    assert "《行政复议法》" in long.text
    assert all(title in everything.text for title in hidden)
