"""What residents type instead of pressing a button: 第二个, 最后一个, and words that steer the bot, 菜单, 再说一遍."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.dialogue.reply import Action, Press
from faq.knowledge.cues import Steer
from faq.knowledge.template import expand
from faq.knowledge.text import any_of, bare, normalise
from faq.knowledge.types import Faq
from intents.features.pinyin import syllables

_LONGEST = 16
"""Characters of the longest message that may stand for a button."""
_STEERS = 24
"""Characters of the longest message that may be nothing but words that steer."""
_ASIDE = 8
"""Characters of the longest clause beside them."""
_APART = re.compile(r"[\s,.;:!?、。]+")


class Typed:
    """Knows what residents write for the buttons of one `Faq`."""

    def __init__(self, faq: Faq) -> None:
        """Take the labels of fixed buttons and the words for numbers."""
        phrases, cues = faq.phrases, faq.cues
        self._fixed = {
            bare(phrases.button_none): Press(Action.NONE),
            bare(phrases.button_menu): Press(Action.MENU),
            bare(phrases.button_district): Press(Action.DISTRICTS),
            bare(phrases.key_office): Press(Action.OFFICE),
            bare(phrases.button_forget_district): Press(Action.DISTRICT),
        }
        self._refusing = frozenset(map(bare, cues.refusing))
        self._nodding = re.compile(f"(?:{any_of(cues.nodding)})++")
        self._numerals = cues.numerals
        number = rf"(?:(\d)|({'|'.join(map(re.escape, self._numerals))}))"
        soft = any_of((*cues.polite, *cues.softening, *cues.filling))
        self._place = re.compile(f"(?:{soft})*+(第|{any_of(cues.choosing)})?{number}(?:{soft})*+")

    def press(self, message: str, offered: Sequence[str], *, asked_back: bool) -> Press | None:
        """Return the press that `message` stands for below a reply with the buttons `offered`; None: it is no button.

        A bare numeral is a choice only if the reply `asked_back`, a bare digit below any buttons.
        """
        text = bare(message)
        if len(text) > _LONGEST:
            return None
        if fixed := self._fixed.get(text):
            return fixed
        if asked_back and text in self._refusing:
            return Press(Action.NONE)
        hit = self._place.fullmatch(text) if offered else None
        if hit is None or not (asked_back or hit[1] or text.isdigit()):
            return None
        place = int(hit[2]) if hit[2] else self._numerals.index(hit[3]) + 1
        return Press.read(offered[place - 1]) if 1 <= place <= len(offered) else None

    def last(self, offered: Sequence[str]) -> Press | None:
        """Return the press on the last question among the buttons `offered`; None: there is none."""
        presses = filter(None, map(Press.read, offered))
        return next(iter([press for press in presses if press.action == Action.ANSWER][::-1]), None)

    def refuses(self, message: str) -> bool:
        """Tell whether `message` only says that what was answered was not meant."""
        return bare(message) in self._refusing

    def nods(self, message: str) -> bool:
        """Tell whether `message` only says that the resident has read."""
        return bool(self._nodding.fullmatch(bare(message)))


class Steering:
    """Knows the words by which residents steer the bot: in any wording, with courtesies, misspelt by sound."""

    def __init__(self, faq: Faq) -> None:
        """Expand the words, and spell them as they sound."""
        self._said = {
            bare(said): steer for steer, lines in faq.cues.steering.items() for line in lines for said in expand(line)
        }
        spelled = ((tuple(syllables(said)), steer) for said, steer in self._said.items())
        self._sounds = {sounds: steer for sounds, steer in spelled if len(sounds) > 1}
        soft = any_of({bare(word) for word in (*faq.cues.softening, *faq.cues.polite)})
        self._before, self._behind = re.compile(f"(?:{soft})*+"), re.compile(f"(?:{soft})*+$")
        self._asks = re.compile(any_of(faq.cues.asking))
        self._softly = re.compile(f"(?:{soft})*+")

    def of(self, message: str) -> Steer | None:
        """Return what `message` asks of the bot itself; None: it says more than such words, or other ones.

        Several clauses must all say it. Beside what is too long for the resident, others may say why: 太长了，俺眼花.
        """
        text = normalise(message)
        if len(text) > _STEERS:
            return None
        whole = self._one(bare(text))
        if whole:
            return whole
        clauses = [clause for clause in map(bare, _APART.split(text)) if clause and not self._softly.fullmatch(clause)]
        found = {clause: self._one(clause) for clause in clauses}
        said = [steer for steer in found.values() if steer]
        others = [clause for clause, steer in found.items() if not steer]
        if others and set(said) != {Steer.SHORTER}:
            return None
        more = len(others) >= len(clauses) or any(len(one) > _ASIDE or self._asks.search(one) for one in others)
        return said[0] if said and not more else None

    def _one(self, text: str) -> Steer | None:
        """Return what one clause says, by its words or, failing that, by their sound."""
        shapes = list(dict.fromkeys(self._shapes(text)))
        by_words = (self._said[shape] for shape in shapes if shape in self._said)
        by_sound = (self._sounds.get(tuple(syllables(shape))) for shape in shapes)
        return next(by_words, None) or self._twice(text) or next(filter(None, by_sound), None)

    def _twice(self, text: str) -> Steer | None:
        """Return what `text` says if it says the same in two ways on end: 太长了看不下去."""
        cuts = ((self._said.get(text[:at]), self._said.get(text[at:])) for at in range(2, len(text) - 1))
        return next((one for one, other in cuts if one and one == other), None)

    def _shapes(self, text: str) -> Iterator[str]:
        """Yield `text` without more and more of its courtesies: they may also be the beginning of what is meant."""
        starts = [0, *(hit for hit in self._steps(text))]
        for start in starts:
            rest = text[start:]
            for cut in range(len(rest), 0, -1):
                if cut == len(rest) or self._softly.fullmatch(rest[cut:]):
                    yield rest[:cut]

    def _steps(self, text: str) -> Iterator[int]:
        """Yield the places up to which `text` is nothing but courtesies."""
        yield from (end for end in range(1, len(text)) if self._softly.fullmatch(text[:end]))
