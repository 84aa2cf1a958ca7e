"""What is sent with a message whatever it says: no page is shown below it."""

from __future__ import annotations

import pytest

from bot.channels.telegram.answer import Answer, Edit, Post
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
        await sender._change(Edit(RESIDENT, number, text, None))
    calls = [fields for method, fields in api.calls if method in ("sendMessage", "editMessageText")]
    assert ["link_preview_options" in fields for fields in calls] == [False, True, True]
    assert Answer().posts == ()
