"""Whom an update is from, whether it is meant for the bot, and where it belongs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from telegram import ChatMemberRestricted, MaybeInaccessibleMessage, Message, MessageEntity, Update
from telegram.constants import ChatMemberStatus, ChatType, MessageEntityType

from faq.knowledge.text import bare

ASK = "ask"
"""The command with which a question is put."""

_ASKING_NOTHING = {
    MessageEntityType.URL,
    MessageEntityType.EMAIL,
    MessageEntityType.MENTION,
    MessageEntityType.TEXT_MENTION,
}

_OUT = (ChatMemberStatus.BANNED, ChatMemberStatus.LEFT)

_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,64})(?:@([A-Za-z0-9_]{1,64}))?(?!\w)\s*")


_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
"""What a Chinese keyboard writes for /, @ and letters; each of them takes one character as well."""


@dataclass(frozen=True)
class Me:
    """The bot itself, as Telegram knows it."""

    id: int
    """Telegram's number."""
    username: str
    """By which it is called in groups, without the @; empty: by its number alone."""
    inline: bool = False
    """Whether it can be asked in any chat by its name: @BotFather switches that on."""
    guest: bool = False
    """Whether it can be called in groups that it is not in: @BotFather again."""


@dataclass(frozen=True)
class Call:
    """What somebody wants of the bot."""

    message: Message
    """What is answered: the message that came, or the question of another that the bot was called to."""
    words: str
    """What is said or asked, without the bot's name and the command; it may hold nothing readable."""
    command: str = ""
    """The command, in small letters without its slash; empty: none."""
    named: bool = True
    """Whether the bot is meant for sure; if not, it is a group's command that may be any bot's."""
    number: int = 0
    """Telegram's number of the update."""

    @property
    def says(self) -> bool:
        """Whether it holds words that can be read, or a command."""
        return bool(self.command or bare(self.words))

    @property
    def resident(self) -> tuple[int, int]:
        """Chat and user who is answered: in a group each resident has a memory of his own."""
        return (self.message.chat.id, self.message.from_user.id if self.message.from_user else 0)


def is_private(message: MaybeInaccessibleMessage) -> bool:
    """Tell whether `message` stands in a chat with one resident."""
    return message.chat.type == ChatType.PRIVATE


def belongs(message: MaybeInaccessibleMessage) -> tuple[int | None, int | None]:
    """Return which message an answer to `message` quotes, in a private chat none, and the topic that it stands in.

    Neither if it is too old for Telegram to show it.
    """
    if not isinstance(message, Message):
        return None, None
    quotes = None if is_private(message) else message.message_id
    return quotes, message.message_thread_id if message.is_topic_message else None


def words_of(message: Message) -> str:
    """Return the words of a message, a caption like a text; empty if it has none."""
    words = message.text or message.caption
    return words if isinstance(words, str) else ""


def call_of(message: Message, me: Me) -> Call | None:
    """Return what `message` wants of the bot, or None: in a group it is called by name, by a reply or by a command.

    Called without a question in reply to somebody's, it is to answer that one. What a channel, another bot or a
    forwarded message says in a group asks nothing of the bot, even if it names it.
    """
    private = is_private(message)
    if message.via_bot and message.via_bot.id == me.id:
        return None  # its own answer, sent by inline mode
    if not (_not_by_a_bot(message) if private else _by_a_person(message) and message.forward_origin is None):
        return None
    words, called = _without_name(message, me)
    command, whose, rest = _command(words)
    foreign = bool(whose) and whose.lower() != me.username.lower()
    if foreign and not private:
        return None
    named = bool(private or called or whose or _replies_to(message, me.id))
    if not (named or command):
        return None
    if not message.text and _is_no_caption(message):
        rest = ""
    if command in ("", ASK) and (called or command) and not bare(rest):
        asked = _asked_by_another(message, me)
        if asked:
            return asked
    return Call(message, rest, f"{command}@{whose}" if foreign else command, named)


def addressee(message: Message) -> tuple[int, bool]:
    """Return the user whom a message of the bot in a group answers, 0 if not known, and whether it names him."""
    first = message.entities[0] if message.entities else None
    if first and first.type == MessageEntityType.TEXT_MENTION and first.offset == 0 and first.user:
        return first.user.id, True
    replied = message.reply_to_message
    person = replied.from_user if replied else None
    return (person.id if person and not person.is_bot else 0), False


def turned_away(update: Update) -> bool | None:
    """Return True if the chat no longer lets the bot write, False if it does again, None if neither is told."""
    if update.my_chat_member is None:
        return None
    member = update.my_chat_member.new_chat_member
    if isinstance(member, ChatMemberRestricted):
        return not (member.is_member and member.can_send_messages)
    return member.status in _OUT


def joined(update: Update) -> bool:
    """Tell whether the bot was added to the chat, and can write there."""
    change = update.my_chat_member
    if change is None or turned_away(update):
        return False
    old = change.old_chat_member
    was_in = old.is_member if isinstance(old, ChatMemberRestricted) else old.status not in _OUT
    return not was_in


def _not_by_a_bot(message: Message) -> bool:
    return not (message.from_user and message.from_user.is_bot)


def _by_a_person(message: Message) -> bool:
    """Tell whether a person wrote `message` in a group: an admin who hides behind the group is one, a channel none."""
    if message.is_automatic_forward or message.via_bot:
        return False
    if message.sender_chat:
        return message.sender_chat.id == message.chat.id
    return message.from_user is not None and _not_by_a_bot(message)


def _without_name(message: Message, me: Me) -> tuple[str, int]:
    """Return the words without the bot's name, and how often it is named, in letters or by a mention of the user."""
    spans = [
        one
        for one in [*message.entities, *message.caption_entities]
        if one.type == MessageEntityType.TEXT_MENTION and one.user and one.user.id == me.id
    ]
    words = _without(words_of(message), spans)
    if not me.username:
        return words.strip(), len(spans)
    rest, written = re.subn(rf"(?<!\w)[@＠]{me.username}(?!\w)", " ", words, flags=re.ASCII | re.IGNORECASE)
    return rest.strip(), len(spans) + written


def _is_no_caption(message: Message) -> bool:
    """Tell whether what stands below a picture is only a link or names of others, which ask nothing."""
    entities = [entity for entity in message.caption_entities if entity.type in _ASKING_NOTHING]
    return bool(entities) and not bare(_without(words_of(message), entities))


def _without(words: str, entities: Sequence[MessageEntity]) -> str:
    """Return `words` with a space in the place of `entities`, whose offsets count UTF-16 units."""
    units = words.encode("utf-16-le", "surrogatepass")
    for entity in sorted(entities, key=lambda one: -one.offset):
        start, end = 2 * max(0, entity.offset), 2 * max(0, entity.offset + entity.length)
        units = units[:start] + " ".encode("utf-16-le") + units[end:]
    return units.decode("utf-16-le", "surrogatepass") if entities else words


def _command(words: str) -> tuple[str, str, str]:
    """Return the command that `words` begin with, the bot it names and what follows.

    >>> _command('/Ask@hebi_bot 低保怎么申请')
    ('ask', 'hebi_bot', '低保怎么申请')
    >>> _command('/低保怎么申请')
    ('', '', '/低保怎么申请')
    >>> _command('／district　浚县')
    ('district', '', '浚县')
    """
    found = _COMMAND.match(words.translate(_HALF_WIDTH)) if words[:1] in ("/", "\uff0f") else None
    return (found[1].lower(), found[2] or "", words[found.end() :]) if found else ("", "", words)


def _replies_to(message: Message, user_id: int) -> bool:
    answered = message.reply_to_message.from_user if message.reply_to_message else None
    return bool(answered and answered.id == user_id)


def _asked_by_another(message: Message, me: Me) -> Call | None:
    """Return the question of a person that `message` replies to, or the part of it that was quoted; None: none."""
    question = message.reply_to_message
    if question is None or not _by_a_person(question):
        return None
    quoted = message.quote.text if message.quote else ""
    rest = _command(quoted or _without_name(question, me)[0])[2]
    return Call(question, rest) if bare(rest) else None
