"""What is sent with a message whatever it says: no page is shown below it."""

from __future__ import annotations

import pytest

from bot.channels.telegram.answer import Edit, Post
from bot.channels.telegram.api import Api
from bot.channels.telegram.pace import Pace
from bot.channels.telegram.sending import Sender
from bot.simulator.simulator import TOKEN, Simulator

RESIDENT = 7001


@pytest.mark.parametrize(
    "text",
    [
        "到 www.hebi.gov.cn 查",
        "到 hebi.gov.cn 查",
        '看 <a href="https://a.cn">这页</a>',
        "http://a.cn",
        "到 鹤壁.政务.cn 查",
    ],
)
async def test_no_page_is_shown_below_a_message_that_names_one(api: Simulator, text: str) -> None:
    api.says("你好", RESIDENT)
    async with Api(TOKEN, api.url) as bot:
        sender = Sender(bot, Pace())
        await sender.say(Post(RESIDENT, "先说一句"))
        number = (await api.reply())["message_id"]
        await sender.say(Post(RESIDENT, text))
        await sender.change(Edit(RESIDENT, number, text, None))
    calls = [fields for method, fields in api.calls if method in ("sendMessage", "editMessageText")]
    assert ["link_preview_options" in fields for fields in calls] == [False, True, True]


async def test_a_contact_card_is_sent_as_one_and_below_what_asked_for_it(api: Simulator) -> None:
    asked = api.says("电话多少", RESIDENT, chat=-5001)
    async with Api(TOKEN, api.url) as bot:
        await Sender(bot, Pace()).say(Post(-5001, "12345 热线", quotes=asked["message_id"], contact="12345"))
    card = await api.reply()
    assert card["contact"] == {"phone_number": "12345", "first_name": "12345 热线"}
    assert card["reply_to_message"]["message_id"] == asked["message_id"]
