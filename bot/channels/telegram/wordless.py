"""What is said to a message without words: a voice, a picture, a place, and kinds that are yet to come."""

from __future__ import annotations

from collections.abc import Callable

from telegram import Message

from faq.knowledge.phrases import Phrases

_SAID: tuple[tuple[tuple[str, ...], Callable[[Phrases], str]], ...] = (
    (("voice", "audio"), lambda phrases: phrases.voice),
    (("sticker", "animation", "dice"), lambda phrases: phrases.sticker),  # an animation comes with a document too
    (("photo", "live_photo", "video", "video_note", "document"), lambda phrases: phrases.picture),
    (("story", "paid_media"), lambda phrases: phrases.picture),
    (("venue", "location"), lambda phrases: phrases.location),
    (("contact",), lambda phrases: phrases.contact),
    (("poll", "checklist"), lambda phrases: phrases.poll),
    (("gift", "unique_gift"), lambda phrases: phrases.gift),
)
"""Contents of a message, the telling ones first, and what is said to them."""


def said_to(message: Message, phrases: Phrases) -> str:
    """Return the answer to what `message` holds instead of words."""
    for contents, said in _SAID:
        if any(getattr(message, content, None) for content in contents):
            return said(phrases)
    return phrases.other
