"""How the bot gets updates and learns about itself and its chats."""

from __future__ import annotations

from collections.abc import Callable

from bot.simulator.refusal import Json, bad
from bot.simulator.simulator import Simulator
from bot.simulator.updates import LIMIT, LONGEST_POLL
from bot.simulator.webhook import CONNECTIONS, Target

_NO_GIFTS = dict.fromkeys(
    ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
)


def get_me(simulator: Simulator, _fields: Json) -> Json:
    """Describe the bot."""
    cannot = ("can_connect_to_business", "has_main_web_app")
    groups = {"can_join_groups": True, "can_read_all_group_messages": not simulator.privacy}
    groups |= {"supports_inline_queries": simulator.inline_on, "supports_guest_queries": simulator.guest_on}
    return {**simulator.chats.bot, **groups, **dict.fromkeys(cannot, False)}


async def get_updates(simulator: Simulator, fields: Json) -> list[Json]:
    """Poll."""
    simulator.updates.allow(fields.get("allowed_updates"))
    timeout = min(max(fields.get("timeout", 0), 0), LONGEST_POLL)
    return await simulator.updates.get(fields.get("offset", 0), fields.get("limit", LIMIT), timeout)


def set_webhook(simulator: Simulator, fields: Json) -> bool:
    """Deliver updates from now on; an empty URL ends it."""
    if fields.get("drop_pending_updates"):
        simulator.updates.clear()
    secret = fields.get("secret_token", "")
    if len(secret) > 256 or not all(c.isascii() and (c.isalnum() or c in "_-") for c in secret):
        raise bad("secret token contains unallowed characters")
    connections = fields.get("max_connections", CONNECTIONS)
    if not 1 <= connections <= 100:
        raise bad("max_connections must be from 1 to 100")
    if fields["url"]:
        simulator.webhook.set(Target(fields["url"], secret, connections))
    else:
        simulator.webhook.remove()
    simulator.updates.allow(fields.get("allowed_updates"))
    return True


def delete_webhook(simulator: Simulator, fields: Json) -> bool:
    """End deliveries."""
    simulator.webhook.remove()
    if fields.get("drop_pending_updates"):
        simulator.updates.clear()
    return True


def get_webhook_info(simulator: Simulator, _fields: Json) -> Json:
    """Tell how deliveries go."""
    target = simulator.webhook.target
    info: Json = {
        "url": target.url if target else "",
        "has_custom_certificate": False,
        "pending_update_count": len(simulator.updates),
        "allowed_updates": sorted(simulator.updates.allowed),
    }
    if target:
        info["max_connections"] = target.connections
    if simulator.webhook.last_error:
        info |= {"last_error_message": simulator.webhook.last_error, "last_error_date": int(simulator.clock())}
    return info


def get_chat(simulator: Simulator, fields: Json) -> Json:
    """Describe a chat."""
    extra = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": _NO_GIFTS}
    return {**simulator.chats.reached(fields["chat_id"]).described, **extra}


def leave_chat(simulator: Simulator, fields: Json) -> bool:
    """Leave a group."""
    chat = simulator.chats.reached(fields["chat_id"])
    if not chat.group:
        raise bad("chat member status can't be changed in private chats")
    chat.blocked = True
    simulator.feed.tell("chat", {"chat": simulator.state(chat)})
    return True


def set_my_commands(simulator: Simulator, fields: Json) -> bool:
    """Set the command menu."""
    scope, language = fields.get("scope"), fields.get("language_code", "")
    simulator.profile.set_commands(fields["commands"], scope, language)
    simulator.feed.tell("profile", {})
    return True


def get_my_commands(simulator: Simulator, fields: Json) -> list[Json]:
    """Return the command menu."""
    return simulator.profile.commands(fields.get("scope"), fields.get("language_code", ""))


def delete_my_commands(simulator: Simulator, fields: Json) -> bool:
    """Delete the command menu."""
    return set_my_commands(simulator, {**fields, "commands": []})


def set_text(kind: str) -> Callable[[Simulator, Json], bool]:
    """Return the method that sets a text about the bot."""

    def set_it(simulator: Simulator, fields: Json) -> bool:
        simulator.profile.set_text(kind, fields.get(kind, ""), fields.get("language_code", ""))
        simulator.feed.tell("profile", {})
        return True

    return set_it


def get_text(kind: str) -> Callable[[Simulator, Json], Json]:
    """Return the method that returns a text about the bot."""
    return lambda simulator, fields: {kind: simulator.profile.text(kind, fields.get("language_code", ""))}


def set_chat_menu_button(simulator: Simulator, fields: Json) -> bool:
    """Set the button beside the input field."""
    button = fields.get("menu_button", {"type": "default"})
    if button.get("type") not in ("default", "commands", "web_app"):
        raise bad("can't parse MenuButton: unsupported type specified")
    simulator.profile.menu_button = button
    return True
