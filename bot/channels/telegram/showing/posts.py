"""Put a reply where it belongs: below a message, in its place, with a resident's name or another keyboard."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from telegram import MaybeInaccessibleMessage, Message, User

from bot.channels.telegram.answer import Answer, Edit, Post
from bot.channels.telegram.intake.addressing import addressee, belongs, is_private
from bot.channels.telegram.rendering import buttons, messages
from bot.channels.telegram.showing.style import PLAIN, Style
from bot.dialogue.reply import Action, Press, Reply

_IN_PLACE = frozenset(
    {Action.TOPIC, Action.DETAILS, Action.CARD, Action.SOURCES, Action.DISTRICT, Action.LOCAL, Action.SETTING}
)
"""What a press leads to that is shown in place of the message pressed."""


def in_place(press: Press) -> bool:
    """Tell whether what a press leads to is shown in place of the message pressed."""
    leads_back = press.action in (Action.MENU, Action.DISTRICTS) and bool(press.target)
    return leads_back or press.action in _IN_PLACE


def to(
    place: MaybeInaccessibleMessage, reply: Reply, style: Style = PLAIN, named: User | None = None, **found: Any
) -> Answer:
    """Return `reply` as posts where `place` stands, naming a user; in a group they quote it, in a topic they are there.

    `found` are further fields of the answer.
    """
    quotes, thread = belongs(place)
    *before, last = messages(reply, named, style)
    posts = [Post(place.chat.id, text, None, quotes, thread) for text in before]
    return Answer((*posts, Post(place.chat.id, last, buttons(reply, style), quotes, thread)), **found)


def to_press(message: Message, presser: User, reply: Reply, style: Style, *, replaces: bool, **found: Any) -> Answer:
    """Answer a press on a button of `message`; in a group who pressed must see that the answer is for him."""
    if is_private(message):
        answer = to(message, reply, style, **found)
        return instead(message.message_id, answer) if replaces else answer
    for_whom, named = addressee(message)
    own = for_whom == presser.id
    if own and replaces:
        return instead(message.message_id, to(message, reply, style, presser if named else None, **found))
    if own and not named and message.reply_to_message:
        return to(message.reply_to_message, reply, style, **found)
    return to(message, reply, style, presser, **found)


def instead(message: int | None, answer: Answer) -> Answer:
    """Return `answer` in place of the bot's `message`, if it is short enough for one."""
    if message is None or len(answer.posts) > 1:
        return answer
    (post,) = answer.posts
    return replace(answer, edit=Edit(post.chat, message, post.text, post.buttons))


def with_keys(keyboard: str, answer: Answer) -> Answer:
    """Return `answer` with another keyboard below its last message."""
    *before, last = answer.posts
    return replace(answer, posts=(*before, replace(last, buttons=keyboard)))


def labelled(answer: Answer, style: Style) -> Answer:
    """Return `answer` with its buttons, and what is shown for a moment, in the characters that the resident reads."""
    posts = tuple(replace(post, buttons=style.labels(post.buttons)) for post in answer.posts)
    edit, marks = answer.edit, answer.marks
    return replace(
        answer,
        posts=posts,
        edit=edit and replace(edit, buttons=style.labels(edit.buttons)),
        marks=marks and replace(marks, buttons=style.labels(marks.buttons) or ""),
        notice=style.written(answer.notice),
    )


def spelled(answer: Answer, style: Style) -> Answer:
    """Return `answer`, which is fixed sentences, with its texts in these characters too."""
    return replace(answer, posts=tuple(replace(post, text=style.written(post.text)) for post in answer.posts))


def after(first: Answer, answer: Answer) -> Answer:
    """Return `answer` with the messages of `first` before its own."""
    return replace(answer, posts=(*first.posts, *answer.posts))
