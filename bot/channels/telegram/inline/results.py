"""Find the answers that match an inline query, as results that can be sent to any chat."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from telegram.constants import ParseMode

from bot.channels.telegram.commands.links import GUEST, address, link
from bot.channels.telegram.rendering import messages
from bot.dialogue.dialogue import Dialogue
from bot.dialogue.reply import Action, Press, Reply
from bot.dialogue.session import Session
from faq.knowledge.text import bare
from faq.knowledge.types import Faq, Intent

RESULTS = 8
"""Most results of one query."""

_LIKELY = 0.04
"""Least probability of an answer that is offered; half a word must find something."""

_TEASER = 120
"""Characters of an answer's first line that are shown below its title."""

Result = dict[str, object]
"""An InlineQueryResultArticle as it travels."""


def results(dialogue: Dialogue, query: str, username: str, now: dt.datetime) -> list[Result]:
    """Return what is offered for `query`, the best first: in danger whom to call, and nothing else."""
    faq, alone = dialogue.faq, Session()
    if query and dialogue.urgent(query):
        reply, _ = dialogue.hear(query, alone, now)
        return [_result(faq, "danger", faq.phrases.desk.inline_danger, reply, None)]
    found: list[Result] = []
    for intent in _matching(dialogue, query):
        reply, _ = dialogue.press(Press(Action.ANSWER, intent.id), alone, now)
        found.append(_result(faq, intent.id, intent.title, reply, _link(username, faq, intent.id)))
        if len(found) == RESULTS:
            break
    return found


def answer(dialogue: Dialogue, words: str, username: str, now: dt.datetime) -> Result:
    """Return the answer to `words` by which the bot is called in a group that it is not in; nothing is remembered."""
    faq = dialogue.faq
    if not bare(words):
        reply = dialogue.say(faq.phrases.ask_in_group.format(name=username))
    else:
        reply, _ = dialogue.hear(words, Session(), now)
    policies = [guess.intent.id for guess in reply.answered if not faq.small_talk(guess.intent)]
    return _result(faq, "answer", faq.phrases.desk.button_open, reply, _link(username, faq, next(iter(policies), None)))


def fixed(dialogue: Dialogue, text: str) -> Result:
    """Return a fixed sentence as an answer."""
    return _result(dialogue.faq, "answer", dialogue.faq.phrases.desk.button_open, dialogue.say(text), None)


def _matching(dialogue: Dialogue, query: str) -> Iterator[Intent]:
    """Yield the intents for `query`: those whose title holds it, then the likeliest; of none the featured ones."""
    faq, text = dialogue.faq, bare(query)
    if not text:
        featured = (intent_id for topic in faq.topics.values() if not topic.hidden for intent_id in topic.featured)
        yield from (faq.intents[intent_id] for intent_id in featured)
        return
    titled = [intent for intent in faq.intents.values() if text in bare(intent.title) and not faq.small_talk(intent)]
    titled.sort(key=lambda intent: len(intent.title))
    likely = dialogue.questions.ranked(query, _LIKELY)
    yield from {intent.id: intent for intent in (*titled, *likely) if not faq.small_talk(intent)}.values()


def _result(faq: Faq, key: str, title: str, reply: Reply, link: str | None) -> Result:
    first, *_ = messages(reply)
    content = {"message_text": first, "parse_mode": ParseMode.HTML.value, "link_preview_options": {"is_disabled": True}}
    button = {"text": faq.phrases.desk.button_open, "url": link}
    return {
        "type": "article",
        "id": key,
        "title": title,
        "description": reply.parts[0].text.partition("\n")[0][:_TEASER],
        "input_message_content": content,
        **({"reply_markup": {"inline_keyboard": [[button]]}} if link else {}),
    }


def _link(username: str, faq: Faq, intent_id: str | None) -> str | None:
    """Return the link that opens an answer in the bot, without an intent the bot alone; None: Telegram takes none."""
    carried = link(intent_id, faq) if intent_id else GUEST
    return address(username, carried) if username and carried else None
