"""What the bot says of itself is set by scope and language, and only where it differs."""

from __future__ import annotations

from bot.channels.telegram.api import Api
from bot.channels.telegram.commands.profile import introduce
from bot.channels.telegram.respond import Responder
from bot.simulator.simulator import TOKEN, Simulator
from faq.knowledge.types import Faq


def changes(api: Simulator) -> list[str]:
    return [name for name, _ in api.calls if name.startswith("set")]


async def test_commands_names_and_the_menu_button_are_set_once_and_again_only_where_they_differ(
    api: Simulator, faq: Faq
) -> None:
    async with Api(TOKEN, api.url) as bot:
        await introduce(faq.phrases, bot)
        first = changes(api)
        assert first.count("setMyCommands") == 6, "three scopes in two languages"
        assert {"setMyName", "setMyDescription", "setMyShortDescription", "setChatMenuButton"} <= set(first)
        await introduce(faq.phrases, bot)
        assert changes(api) == first
        await bot.call("setMyCommands", {"commands": [], "scope": {"type": "all_group_chats"}})
        await bot.call("setMyDescription", {"description": "旧的"})
        await introduce(faq.phrases, bot)
    assert sorted(changes(api)[len(first) :]) == sorted(["setMyCommands", "setMyDescription"] * 2)
    private = [one["command"] for one in api.profile.shown(7)]
    group = [one["command"] for one in api.profile.shown(-5)]
    assert private == list(Responder.commands)
    assert {"start", "menu", "district", "settings", "privacy", "mydata", "forget", "stop"} <= set(private)
    assert "ask" in group
    assert not {"start", "settings", "mydata", "stop"} & set(group), "what is one resident's own stands in no group"
    assert api.profile.menu_button == {"type": "commands"}


async def test_a_server_that_refuses_it_does_not_keep_the_bot_from_serving(api: Simulator, faq: Faq) -> None:
    api.switch(refused={"next": 3, "method": "setMyCommands"})
    async with Api(TOKEN, api.url) as bot:
        await introduce(faq.phrases, bot)
    assert "setMyShortDescription" in changes(api)
