"""Say what is known of a hotline that a resident names by its number: 12356, 96110; or that nothing is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from bot.dialogue.cards import Cards
from bot.dialogue.reply import Decision, Part, Reply
from faq.knowledge.text import any_of, normalise
from faq.knowledge.types import Faq

_NUMBER = r"(?<![\d.])(?:12[1-9]\d\d|9[56]\d{3})(?!\d)(?<!00)"
"""Five digits of a public hotline. Those that end in 00 are nearly always money."""
_NAMED = 3
"""Most hotlines of one message that are spoken of."""


class Hotlines:
    """What the answers about contacts say of each hotline."""

    def __init__(self, faq: Faq, cards: Cards) -> None:
        """Collect the lines that name a hotline; a number that the office of hotlines has needs none."""
        self._faq = faq
        self._cards = cards
        self._unknown = faq.phrases.hotline_unknown
        self._number = re.compile(f"{_NUMBER}(?!{any_of(faq.cues.counted)})")
        usual = {office.phone for by_district in faq.offices.values() for office in by_district.values()}
        self._usual = frozenset(filter(None, usual))
        self._lines: dict[str, list[str]] = {}
        self._elsewhere: set[str] = set()
        for intent in faq.intents.values():
            told = f"{intent.details or ''}\n{intent.answer}"
            if not faq.topics[intent.topic].passing:
                self._elsewhere |= set(re.findall(_NUMBER, told))
                continue
            for line in told.split("\n"):
                for number in re.findall(_NUMBER, line):
                    self._lines.setdefault(number, []).append(line.strip().removeprefix("·").strip())

    def told_in(self, message: str, reply: Reply) -> Reply:
        """Return what is known of a hotline asked about by its number, in place of a general `reply` or beside one."""
        told = self.told(message)
        unsure = reply.decision in (Decision.CLARIFY, Decision.FALLBACK)
        if told is None or not (unsure or reply.answered) or reply.decision == Decision.EMERGENCY:
            return reply
        if unsure or all(self._faq.topics[guess.intent.topic].passing for guess in reply.answered):
            return self._cards.say(told)
        strange = self.unknown(message)
        return replace(reply, parts=(*reply.parts, Part(strange))) if strange else reply

    def told(self, message: str) -> str | None:
        """Return what is said of the hotlines that `message` asks about by number; None: it names none."""
        return "\n".join(dict.fromkeys(self._told(message))) or None

    def unknown(self, message: str) -> str | None:
        """Return what is said of the hotlines in `message` that no answer knows; None: it names none."""
        strange = [number for number in self._named(message) if number not in self._lines]
        return "\n".join(map(self._says_unknown, strange)) or None

    def _told(self, message: str) -> Iterator[str]:
        for number in self._named(message):
            yield from self._lines.get(number) or [self._says_unknown(number)]

    def _named(self, message: str) -> list[str]:
        numbers = dict.fromkeys(self._number.findall(normalise(message)))
        return [n for n in numbers if n not in self._usual and n not in self._elsewhere - self._lines.keys()][:_NAMED]

    def _says_unknown(self, number: str) -> str:
        return self._unknown.format(name=number)
