"""Messages: what Telegram refuses is refused, in its words."""

from __future__ import annotations

from typing import Any

import pytest

from bot.simulator.simulator import Simulator
from tests.bot.simulator.conftest import Clock, Raw

LONG = "低" * 4096


def inline(*rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"inline_keyboard": list(rows)}


def button(text: str = "甲", **action: Any) -> dict[str, Any]:
    return {"text": text, **(action or {"callback_data": "x"})}


@pytest.fixture(autouse=True)
def acquainted(api: Simulator) -> None:
    api.says("你好", 7)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"text": ""}, "message text is empty"),
        ({"text": " \n "}, "message text is empty"),
        ({"text": "<b> </b>", "parse_mode": "HTML"}, "message text is empty"),
        ({"text": LONG + "低"}, "message is too long"),
        ({"text": "😀" * 2049}, "message is too long"),
        ({"text": "<b>" + LONG + "x</b>", "parse_mode": "HTML"}, "message is too long"),
        ({"text": "<b>甲", "parse_mode": "HTML"}, "can't parse entities: Can't find end tag"),
        ({"text": "*甲*", "parse_mode": "Odd"}, "unsupported parse_mode"),
        ({}, 'parameter "text" is required'),
        ({"text": "甲", "chat_id": "8"}, "chat not found"),
        ({"text": "甲", "chat_id": "odd"}, "chat not found"),
        ({"text": "甲", "chat_id": ""}, "chat_id is empty"),
        ({"text": "甲", "nosuch": "1"}, 'unknown parameter "nosuch"'),
        ({"text": "甲", "disable_notification": "perhaps"}, 'parameter "disable_notification" must be true or false'),
        ({"text": "甲", "reply_markup": "{"}, 'can\'t parse parameter "reply_markup"'),
        ({"text": "甲", "reply_markup": "[]"}, 'parameter "reply_markup" must be an Object'),
        ({"text": "甲", "message_thread_id": "x"}, 'parameter "message_thread_id" must be an integer'),
        ({"text": "甲", "reply_parameters": {"message_id": 999}}, "message to be replied not found"),
    ],
)
async def test_a_message_that_telegram_would_not_send_is_refused(raw: Raw, fields: dict[str, Any], words: str) -> None:
    code, said = await raw.refused("sendMessage", **{"chat_id": 7, **fields})
    assert code == 400
    assert said.startswith("Bad Request: ")
    assert words in said


@pytest.mark.parametrize("text", [LONG, "😀" * 2048, "<b>" + LONG + "</b>", "&lt;" * 4096])
async def test_4096_units_after_parsing_are_sent(raw: Raw, text: str) -> None:
    assert await raw.done("sendMessage", chat_id=7, text=text, parse_mode="HTML")


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        (inline([button(callback_data="x" * 65)]), "BUTTON_DATA_INVALID"),
        (inline([button(callback_data="低" * 22)]), "BUTTON_DATA_INVALID"),
        (inline([button(callback_data="")]), "BUTTON_DATA_INVALID"),
        (inline([button() for _ in range(9)]), "reply markup is too long"),
        (inline(*([button()] for _ in range(101))), "reply markup is too long"),
        (inline([{"text": "甲"}]), "Text buttons are unallowed in the inline keyboard"),
        (inline([button(text=" ")]), 'field "text" must be a non-empty string'),
        (inline([button(callback_data="x", url="https://x.cn")]), "exactly one action is allowed"),
        (inline([button(callback_data="x", odd=1)]), "exactly one action is allowed"),
        (inline([button(url="12345")]), "is invalid"),
        (inline([button(copy_text={"text": "1" * 257})]), "BUTTON_COPY_TEXT_INVALID"),
        (inline(["甲"]), "it must be an Object"),  # type: ignore[list-item]
        ({"inline_keyboard": [{}]}, "Array of Arrays"),
        ({"odd": 1}, "object expected as reply markup"),
        ({"keyboard": [[{"text": ""}]]}, "must be a non-empty string"),
        ({"keyboard": [[5]]}, "must be a non-empty string"),
        ({"keyboard": [{"text": "甲"}]}, "Array of Arrays"),
        ({"keyboard": [["甲"]], "input_field_placeholder": "长" * 65}, "input field placeholder"),
        ({"keyboard": [["甲"]], "is_persistent": 1}, "must be of type Boolean"),
        ({"keyboard": [["甲"]], "odd": True}, "unknown field"),
        ({"keyboard": [[{"text": "甲", "request_location": True, "request_contact": True}]]}, "exactly one request"),
        ({"keyboard": [[{"text": "甲", "request_odd": True}]]}, "exactly one request"),
        ({"remove_keyboard": "yes"}, "must be of type Boolean"),
        (inline([button(copy_text={"text": ""})]), "BUTTON_COPY_TEXT_INVALID"),
    ],
)
async def test_a_keyboard_that_telegram_would_not_show_is_refused(raw: Raw, markup: dict[str, Any], words: str) -> None:
    code, said = await raw.refused("sendMessage", chat_id=7, text="甲", reply_markup=markup)
    assert code == 400
    assert words in said


async def test_a_keyboard_at_the_limits_is_shown(raw: Raw) -> None:
    rows = [[button(callback_data="低" * 21 + "x") for _ in range(8)] for _ in range(12)]
    markup = inline(*rows, [button() for _ in range(4)])
    assert (await raw.done("sendMessage", chat_id=7, text="甲", reply_markup=markup))["reply_markup"] == markup


async def test_keys_may_ask_for_a_place_in_a_private_chat_only_and_no_edit_changes_them(
    api: Simulator, raw: Raw
) -> None:
    keys = {"keyboard": [[{"text": "甲", "request_location": True}, "乙"]], "is_persistent": True}
    sent = await raw.done("sendMessage", chat_id=7, text="甲", reply_markup=keys)
    assert sent["reply_markup"] == keys
    group = api.founds("群")["id"]
    said = await raw.refused("sendMessage", chat_id=group, text="甲", reply_markup=keys)
    assert said == (400, "Bad Request: location can be requested in private chats only")
    edit = {"chat_id": 7, "message_id": sent["message_id"], "text": "乙", "reply_markup": keys}
    assert "inline keyboard expected" in (await raw.refused("editMessageText", **edit))[1]


async def test_an_edit_must_change_something_of_a_message_of_the_bot(api: Simulator, raw: Raw) -> None:
    own = (await raw.done("sendMessage", chat_id=7, text="甲", reply_markup=inline([button()])))["message_id"]
    same = {"chat_id": 7, "message_id": own, "text": "甲", "reply_markup": inline([button()])}
    assert "message is not modified" in (await raw.refused("editMessageText", **same))[1]
    edited = await raw.done("editMessageText", chat_id=7, message_id=own, text="甲")
    assert "reply_markup" not in edited, "buttons go unless they are given again"
    assert edited["edit_date"]
    assert (
        "message to edit not found" in (await raw.refused("editMessageText", chat_id=7, message_id=999, text="乙"))[1]
    )
    theirs = api.says("乙", 7)["message_id"]
    assert (
        "message can't be edited" in (await raw.refused("editMessageText", chat_id=7, message_id=theirs, text="丙"))[1]
    )
    unnamed = await raw.refused("editMessageText", text="乙")
    assert "message identifier is not specified" in unnamed[1]
    await raw.done("editMessageReplyMarkup", chat_id=7, message_id=own, reply_markup=inline([button()]))
    await raw.done("deleteMessage", chat_id=7, message_id=own)
    assert "message to delete not found" in (await raw.refused("deleteMessage", chat_id=7, message_id=own))[1]


async def test_a_press_is_answered_once_and_in_time(api: Simulator, raw: Raw, clock: Clock) -> None:
    message = await raw.done("sendMessage", chat_id=7, text="甲", reply_markup=inline([button()]))
    api.presses(message, "甲")
    query = (await raw.updates())[-1]["callback_query"]
    assert (query["data"], query["from"]["id"]) == ("x", 7)
    too_long = await raw.refused("answerCallbackQuery", callback_query_id=query["id"], text="长" * 201)
    assert "MESSAGE_TOO_LONG" in too_long[1]
    assert await raw.done("answerCallbackQuery", callback_query_id=query["id"]) is True
    for query_id in (query["id"], "12345"):
        code, said = await raw.refused("answerCallbackQuery", callback_query_id=query_id)
        assert code == 400
        assert "query is too old" in said
    late = api.presses_data(message, "x")
    clock.now += 61
    assert "query is too old" in (await raw.refused("answerCallbackQuery", callback_query_id=late))[1]


async def test_who_blocks_the_bot_gets_nothing_until_it_is_unblocked(api: Simulator, raw: Raw) -> None:
    api.blocks(7)
    for method, fields in (("sendMessage", {"text": "甲"}), ("sendChatAction", {"action": "typing"})):
        assert await raw.refused(method, chat_id=7, **fields) == (403, "Forbidden: bot was blocked by the user")
    api.unblocks(7)
    assert await raw.done("sendMessage", chat_id=7, text="甲")
    changes = [u["my_chat_member"] for u in await raw.updates() if "my_chat_member" in u]
    assert [(c["old_chat_member"]["status"], c["new_chat_member"]["status"]) for c in changes] == [
        ("member", "kicked"),
        ("kicked", "member"),
    ]


async def test_the_bot_cannot_speak_first(api: Simulator, raw: Raw) -> None:
    api.meets("新人", 70)
    code, said = await raw.refused("sendMessage", chat_id=70, text="甲")
    assert (code, said) == (403, "Forbidden: bot can't initiate conversation with a user")


async def test_a_bot_that_left_a_group_cannot_write_there(api: Simulator, raw: Raw) -> None:
    api.says("@hebi_test_bot 你好", chat=-5)
    assert await raw.done("sendMessage", chat_id=-5, text="甲")
    assert await raw.done("leaveChat", chat_id=-5)
    assert await raw.refused("sendMessage", chat_id=-5, text="甲") == (
        403,
        "Forbidden: bot was kicked from the group chat",
    )


async def test_chat_actions_are_those_that_telegram_knows(raw: Raw) -> None:
    assert await raw.done("sendChatAction", chat_id=7, action="typing") is True
    assert "wrong parameter action" in (await raw.refused("sendChatAction", chat_id=7, action="dancing"))[1]


async def test_a_file_is_sent_and_its_caption_has_1024_units_at_most(raw: Raw) -> None:
    sent = await raw.done("sendDocument", chat_id=7, document="an-id", caption="<b>甲</b>", parse_mode="HTML")
    assert sent["document"]["file_id"] == "an-id"
    assert sent["caption"] == "甲"
    long = await raw.refused("sendDocument", chat_id=7, document="an-id", caption="长" * 1025)
    assert "caption is too long" in long[1]
    textless = await raw.refused("editMessageText", chat_id=7, message_id=sent["message_id"], text="乙")
    assert "there is no text in the message to edit" in textless[1]


async def test_an_unknown_method_is_not_found_and_a_wrong_token_is_unauthorized(raw: Raw) -> None:
    assert await raw.refused("sendNothing") == (404, "Not Found")
    assert await raw.refused("getMe", token="123456:wrong") == (401, "Unauthorized")
    assert (await raw.done("GETME"))["is_bot"] is True


@pytest.mark.parametrize(
    ("method", "fields", "words"),
    [
        ("setMyCommands", {"commands": [{"command": "Start", "description": "x"}]}, "BOT_COMMAND_INVALID"),
        ("setMyCommands", {"commands": [{"command": "开始", "description": "x"}]}, "BOT_COMMAND_INVALID"),
        ("setMyCommands", {"commands": [{"command": "a" * 33, "description": "x"}]}, "BOT_COMMAND_INVALID"),
        ("setMyCommands", {"commands": [{"command": "a", "description": ""}]}, "DESCRIPTION_INVALID"),
        ("setMyCommands", {"commands": [{"command": "a", "description": "长" * 257}]}, "DESCRIPTION_INVALID"),
        ("setMyCommands", {"commands": [{"command": "a"}]}, "can't parse BotCommand"),
        ("setMyCommands", {"commands": [{"command": f"c{n}", "description": "x"} for n in range(101)]}, "TOO_MUCH"),
        ("setMyCommands", {"commands": [], "scope": {"type": "odd"}}, "can't parse BotCommandScope"),
        ("setMyCommands", {"commands": [], "scope": {"type": "chat"}}, "chat_id is required"),
        ("setMyCommands", {"commands": [], "language_code": "zh-hans"}, "invalid language code"),
        ("setMyName", {"name": "长" * 65}, "name is too long"),
        ("setMyDescription", {"description": "长" * 513}, "description is too long"),
        ("setMyShortDescription", {"short_description": "长" * 121}, "short description is too long"),
        ("setChatMenuButton", {"menu_button": {"type": "odd"}}, "can't parse MenuButton"),
    ],
)
async def test_what_a_bot_says_of_itself_has_limits(raw: Raw, method: str, fields: dict[str, Any], words: str) -> None:
    code, said = await raw.refused(method, **fields)
    assert code == 400
    assert words in said


async def test_commands_and_texts_are_kept_by_scope_and_language(raw: Raw) -> None:
    commands = [{"command": f"c{n}", "description": "长" * 256} for n in range(100)]
    admins = {"type": "chat", "chat_id": 7}
    await raw.done("setMyCommands", commands=commands)
    assert await raw.done("getMyCommands") == commands
    assert await raw.done("getMyCommands", scope=admins) == []
    await raw.done("setMyCommands", commands=commands[:1], scope=admins)
    assert await raw.done("getMyCommands", scope=admins) == commands[:1]
    await raw.done("deleteMyCommands")
    assert await raw.done("getMyCommands") == []
    await raw.done("setMyDescription", description="长" * 512)
    await raw.done("setMyDescription", description="short", language_code="en")
    assert (await raw.done("getMyDescription", language_code="en"))["description"] == "short"
    assert (await raw.done("getMyDescription", language_code="zh"))["description"] == "长" * 512


async def test_a_contact_card_needs_a_number_and_a_name_that_fits(raw: Raw) -> None:
    for wrong in ({"phone_number": " "}, {"first_name": " "}, {"first_name": "低" * 65}, {"nosuch": "1"}):
        await raw.refused("sendContact", **{"chat_id": "7", "phone_number": "12345", "first_name": "热线", **wrong})
    card = await raw.done("sendContact", chat_id="7", phone_number="12345", first_name="热线")
    assert card["contact"] == {"phone_number": "12345", "first_name": "热线"}


async def test_in_a_group_that_the_bot_is_not_in_it_sees_calls_alone_and_cannot_write(raw: Raw, api: Simulator) -> None:
    api.founds("老乡群", -5003, guest=True)
    api.says("今天谁去赶集", 7, chat=-5003)
    api.says("@hebi_test_bot 低保怎么申请", 7, chat=-5003)
    kinds = [set(update) - {"update_id"} for update in await raw.updates()]
    assert kinds == [{"message"}, {"guest_message"}]
    code, said = await raw.refused("sendMessage", chat_id=-5003, text="甲")
    assert (code, said) == (403, "Forbidden: bot is not a member of the group chat")
