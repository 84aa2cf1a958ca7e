"""Conversations of the knowledge base, held through Telegram: what the dialogue says is what residents read."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.delivery.rehearsal import rehearse
from bot.simulator.simulator import Simulator
from faq.knowledge.case import Transcript
from intents.classifier.model import Model
from tests.conftest import FAQ
from tests.running import rows, running, until

HELD = (
    *("again", "shorter", "menu", "district", "restart", "missed", "pieces", "passing", "going_back", "strange"),
    *("corrections", "repeat", "after_alarm"),
)
"""Files of which the first conversation is held."""


def first_of(model: Model, name: str) -> Transcript:
    return next(one for one in model.faq.transcripts if f"/{name}.yaml:" in one.where)


@pytest.fixture
def whole(model: Model, data: Path, tmp_path: Path) -> Path:
    """A data folder with the model of the whole knowledge base, for what a bot says."""
    folder = tmp_path / "whole"
    folder.mkdir()
    for part in ("models", "cache"):
        (folder / part).symlink_to(data / part)
    return folder


async def test_a_dozen_conversations_go_through_telegram_as_written(api: Simulator, whole: Path, model: Model) -> None:
    async with running(api, whole, FAQ, FLOOD_PER_MINUTE="0"):
        for user, name in enumerate(HELD, 100):
            lines = first_of(model, name).lines
            expected = rehearse(model, [line.resident for line in lines])
            before = ""
            for line, heard in zip(lines, expected, strict=True):
                api.says(line.resident, user)
                told = (await api.reply())["text"]
                assert heard.text.split("\n")[-1 if heard.decision == "fallback" else 0].strip("【】") in told, name
                assert all(word in told for word in line.words), (name, line.resident, told)
                assert not any(word in told for word in line.without), (name, line.resident, told)
                assert told != before, (name, line.resident)
                before = told


async def test_a_button_named_by_its_number_survives_a_restart(api: Simulator, own: Path) -> None:
    async with running(api, own):
        api.says("浚县低保怎么申请")
        shown = await api.reply()
        await until(lambda: rows(own, "SELECT state FROM inbox") == [("done",)])
    buttons = [button for row in shown["reply_markup"]["inline_keyboard"] for button in row]
    number = next(n for n, button in enumerate(buttons, 1) if button["callback_data"].startswith("a:"))
    async with running(api, own):
        api.says(f"选{number}")
        assert buttons[number - 1]["text"] in (await api.reply())["text"]
        api.says("再说一遍")
        assert "再说一遍" in (await api.reply())["text"]
