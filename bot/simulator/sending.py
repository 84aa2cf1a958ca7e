"""Messages of the bot: what the methods that send, edit and delete them check and do."""

from __future__ import annotations

from collections.abc import Callable

from bot.simulator.chats import Chat, bare
from bot.simulator.entities import detected, read_html, units
from bot.simulator.markup import checked as checked_markup
from bot.simulator.markup import inline_alone
from bot.simulator.refusal import Json, bad
from bot.simulator.simulator import LONGEST_TEXT, Simulator

CAPTION = 1024
"""Most UTF-16 units below a file."""

NAME = 64
"""Most characters of the name on a contact card."""

NOTICE = 200
"""Most characters of the answer to a press."""

ACTIONS = {
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
}
"""What a bot may be shown doing."""


def send_message(simulator: Simulator, fields: Json) -> Json:
    """Send a text."""
    chat = simulator.chats.reached(fields["chat_id"])
    return _send(simulator, chat, fields, _text(fields, "text", LONGEST_TEXT))


def send_file(kind: str) -> Callable[[Simulator, Json], Json]:
    """Return the method that sends a file of `kind`."""

    def send(simulator: Simulator, fields: Json) -> Json:
        chat = simulator.chats.reached(fields["chat_id"])
        file = {"file_id": f"{kind}-{simulator.record.count}", "file_unique_id": str(simulator.record.count)}
        size = {"width": 1, "height": 1} if kind == "photo" else {}
        described = {**file, **size, **fields[kind]}
        content: Json = {kind: [described] if kind == "photo" else described}
        if fields.get("caption"):
            content |= _text(fields, "caption", CAPTION)
        return _send(simulator, chat, fields, content)

    return send


def send_contact(simulator: Simulator, fields: Json) -> Json:
    """Send a contact card."""
    chat = simulator.chats.reached(fields["chat_id"])
    if not fields["phone_number"].strip():
        raise bad("phone number is empty")
    if not fields["first_name"].strip() or len(fields["first_name"]) > NAME:
        raise bad("first name is empty or too long")
    known = ("phone_number", "first_name", "last_name", "vcard")
    return _send(simulator, chat, fields, {"contact": {name: fields[name] for name in known if name in fields}})


def edit_message_text(simulator: Simulator, fields: Json) -> Json:
    """Change the text of a message of the bot; its buttons go unless they are given again."""
    chat, message = _own(simulator, fields)
    if "text" not in message:
        raise bad("there is no text in the message to edit")
    return _edit(simulator, chat, message, {**_text(fields, "text", LONGEST_TEXT), **_changed_markup(fields)})


def edit_message_reply_markup(simulator: Simulator, fields: Json) -> Json:
    """Change the buttons of a message of the bot."""
    chat, message = _own(simulator, fields)
    kept: Json = {key: message[key] for key in ("text", "entities") if key in message}
    return _edit(simulator, chat, message, {**kept, **_changed_markup(fields)})


def delete_message(simulator: Simulator, fields: Json) -> bool:
    """Take a message of the bot away."""
    chat = simulator.chats.reached(fields["chat_id"])
    message = simulator.chats.own(chat, fields["message_id"], "delete")
    del chat.messages[message["message_id"]]
    simulator.feed.tell("deleted", {"chat_id": chat.id, "message_id": message["message_id"]})
    return True


def answer_callback_query(simulator: Simulator, fields: Json) -> bool:
    """Stop the clock on a pressed button."""
    if len(fields.get("text", "")) > NOTICE:
        raise bad("MESSAGE_TOO_LONG")
    query = simulator.answer(fields["callback_query_id"])
    told = {"chat_id": query.chat_id, "message_id": query.message_id, "query": fields["callback_query_id"]}
    shown = {"text": fields.get("text", ""), "alert": fields.get("show_alert", False)}
    simulator.feed.tell("answered", {**told, **shown})
    return True


def answer_guest_query(simulator: Simulator, fields: Json) -> Json:
    """Answer who called the bot in a group that it is not in."""
    asked, content = simulator.inline.guest(fields["guest_query_id"], fields["result"])
    chat = simulator.chats.of(asked["chat"]["id"])
    caller = {"guest_bot_caller_user": asked["from"], "reply_to_message": bare(asked)}
    message = simulator.show(simulator.chats.bot_message(chat, {**content, **caller}))
    return {"inline_message_id": f"guest-{message['message_id']}"}


def send_chat_action(simulator: Simulator, fields: Json) -> bool:
    """Show what the bot is doing."""
    chat = simulator.chats.reached(fields["chat_id"])
    if fields["action"] not in ACTIONS:
        raise bad("wrong parameter action in request")
    simulator.feed.tell("action", {"chat_id": chat.id, "action": fields["action"]})
    return True


def _send(simulator: Simulator, chat: Chat, fields: Json, content: Json) -> Json:
    reply = fields.get("reply_parameters") or {}
    number_replied = reply.get("message_id", fields.get("reply_to_message_id"))
    if number_replied is not None:
        replied = chat.messages.get(int(number_replied))
        if replied is not None:
            content["reply_to_message"] = bare(replied)
        elif not reply.get("allow_sending_without_reply", fields.get("allow_sending_without_reply", False)):
            raise bad("message to be replied not found")
    content = _mentioning(simulator, content)
    return simulator.show(simulator.chats.bot_message(chat, {**content, **_markup(fields, private=not chat.group)}))


def _edit(simulator: Simulator, chat: Chat, message: Json, content: Json) -> Json:
    content = _mentioning(simulator, content)
    shown = ("text", "entities", "reply_markup")
    if all(message.get(key) == content.get(key) for key in shown):
        raise bad(
            "message is not modified: specified new message content and reply markup are exactly the same "
            "as a current content and reply markup of the message"
        )
    kept = {key: value for key, value in message.items() if key not in shown}
    edited = {**kept, **content, "edit_date": int(simulator.clock())}
    chat.keep(edited)
    return simulator.show(edited, edited=True)


def _mentioning(simulator: Simulator, content: Json) -> Json:
    """Return `content` with the users that its text mentions; somebody unknown is not mentioned, as in Telegram."""
    people, entities = simulator.chats.people, []
    for entity in content.get("entities", ()):
        if entity["type"] != "text_mention":
            entities.append(entity)
        elif person := people.get(entity["user"]["id"]):
            entities.append({**entity, "user": person.user})
    kept = {key: value for key, value in content.items() if key != "entities"}
    return {**kept, **({"entities": entities} if entities else {})}


def _own(simulator: Simulator, fields: Json) -> tuple[Chat, Json]:
    if "inline_message_id" in fields:
        raise bad("MESSAGE_ID_INVALID")
    if not fields.get("chat_id") or "message_id" not in fields:
        raise bad("message identifier is not specified")
    chat = simulator.chats.reached(fields["chat_id"])
    return chat, simulator.chats.own(chat, fields["message_id"], "edit")


def _markup(fields: Json, *, private: bool) -> Json:
    markup = checked_markup(fields.get("reply_markup"), private=private)
    return {"reply_markup": markup} if markup else {}


def _changed_markup(fields: Json) -> Json:
    markup = inline_alone(fields.get("reply_markup"))
    return {"reply_markup": markup} if markup else {}


def _text(fields: Json, name: str, longest: int) -> Json:
    """Return the text or caption and its entities as a message carries them. Raises Refusal."""
    mode = fields.get("parse_mode", "").lower()
    entities: list[Json]
    if mode == "html":
        text, entities = read_html(fields[name])
    elif mode:
        raise bad("unsupported parse_mode: this server reads HTML")
    else:
        text = fields[name].strip()
        entities = fields.get("entities") or fields.get("caption_entities") or []
        if not all(isinstance(one["offset"], int) and isinstance(one["length"], int) for one in entities):
            raise bad("can't parse entities")
    if not text:
        raise bad("message text is empty")
    if units(text) > longest:
        raise bad("message is too long" if name == "text" else "message caption is too long")
    entities = [*entities, *(one for one in detected(text) if not _covered(one, entities))]
    key = "entities" if name == "text" else "caption_entities"
    return {name: text, **({key: entities} if entities else {})}


def _covered(one: Json, entities: list[Json]) -> bool:
    return any(
        e["offset"] < one["offset"] + one["length"] and one["offset"] < e["offset"] + e["length"]
        for e in entities
        if e["type"] in ("text_link", "code", "pre")
    )
