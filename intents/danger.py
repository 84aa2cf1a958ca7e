"""Recognise messages of people in danger: by their words, and by their sound when the words are misspelled."""

from __future__ import annotations

import re

from faq.knowledge import Emergency, Faq
from faq.template import expand
from faq.text import bare
from intents.pinyin import syllables

_HEARD_FROM = 4
"""Syllables a sign needs to be told by its sound alone; shorter ones sound like harmless words."""


class Alarm:
    """Knows the signs of every emergency of a `Faq`."""

    def __init__(self, faq: Faq) -> None:
        """Prepare one pattern a kind."""
        self._kinds = [_Kind(emergency) for emergency in faq.emergencies.values()]

    def heard(self, message: str) -> Emergency | None:
        """Return the emergency that `message` shows signs of, the first one in the file's order; None: none."""
        text = bare(message)
        sounds = f" {' '.join(syllables(text))} "
        return next((kind.emergency for kind in self._kinds if kind.shows(text, sounds)), None)


class _Kind:
    def __init__(self, emergency: Emergency) -> None:
        self.emergency = emergency
        signs = {bare(sign) for line in emergency.signs for sign in expand(line)} - {""}
        unless = {bare(phrase) for line in emergency.unless for phrase in expand(line)} - {""}
        self._signs = _any(signs)
        self._unless = _any(unless)
        self._sounds = _any({sound for sign in signs if (sound := _sound(sign))})
        self._unless_sounds = _any({sound for phrase in unless if (sound := _sound(phrase))})

    def shows(self, text: str, sounds: str) -> bool:
        if self._signs.search(self._unless.sub("，", text)):
            return True
        return bool(self._sounds.search(self._unless_sounds.sub(" , ", sounds)))


def _sound(sign: str) -> str:
    sounds = list(syllables(sign))
    return f" {' '.join(sounds)} " if len(sounds) >= _HEARD_FROM else ""


def _any(phrases: set[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(phrases, key=lambda p: (-len(p), p)))) or r"(?!)")
