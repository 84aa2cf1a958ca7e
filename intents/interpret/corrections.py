"""Read messages that take back what was said or go back to a subject: 不是低保，是特困; 说错了; 说回低保."""

from __future__ import annotations

import re

from faq.knowledge.cues import Cues
from faq.knowledge.text import any_of, bare, bigrams, normalise
from faq.knowledge.types import Intent

_LONGEST = 60
"""Characters of the longest message that is read as a correction; a longer one is a story."""
_THING = 8
"""Characters of the longest name of what was not meant."""
_ALIKE = 0.6
"""Share of the characters of what was not meant that stand in the title of what it names: 车和房."""
_MARK = r"[\s,.;:!?、。]*"


class Corrections:
    """Knows the cue words of one `Faq`."""

    def __init__(self, cues: Cues) -> None:
        """Prepare patterns over the cue words."""
        denied, meant, back = any_of(cues.denied), any_of(cues.meant), any_of(cues.correcting)
        soft = f"(?:{any_of(cues.softening)}){{0,3}}"
        self._taken_back = re.compile(f"^{soft}{_MARK}{soft}{back}(?:{any_of(cues.softening)})?{_MARK}")
        asks = f"(?!{any_of((*cues.denying, *cues.asking_last, *cues.asking))})"  # 不是低保户是不是就不能办
        thing = f"(?:(?!{any_of((*cues.asking, *cues.meant, *cues.denied))}).){{1,{_THING}}}?"
        self._not_but = re.compile(f"^{soft}{_MARK}{denied}{thing}{_MARK}{meant}{asks}(.+)$")
        self._but_not = re.compile(f"^{soft}{meant}{asks}(.{{1,{_THING}}}?){_MARK}{denied}{thing}$")
        self._denied = re.compile(f"^{soft}{denied}({thing})(?:{any_of(cues.softening)})?$")
        end = r"(?=[\s,.;!?。]|$)"
        self._unwanted = re.compile(f"{any_of(cues.unwanted)}(.{{2,{_THING}}}?)(?:{any_of(cues.softening)})?{end}")
        self._aside = re.compile(f"(?:^|(?<=[\\s,.;!?。])){soft}{self._unwanted.pattern}")
        self._blame = re.compile(f"{any_of(cues.blamed)}.{{2,{_THING}}}?{any_of(cues.what_for)}{end}")
        self._returning = re.compile(f"^{soft}{_MARK}{soft}{any_of(cues.returning)}{_MARK}")
        self._former = re.compile(f"^{any_of(cues.former)}(.*)$")
        self._pointing = re.compile(f"^(.{{1,{_THING}}}?){any_of(cues.pointing)}(.*)$")

    def corrected(self, message: str) -> tuple[str, bool]:
        """Return what `message` says in the end, and whether it takes something back.

        >>> corrections.corrected('不是低保，是特困')
        ('特困', True)
        """
        text = normalise(message)
        if len(text) > _LONGEST:
            return message, False
        rest = self._taken_back.sub("", text)
        left = self._aside.sub(" ", rest)
        rest = left.strip() if bare(left) else rest
        taken_back = rest != text
        if hit := self._not_but.match(rest):
            return hit[1], True
        if hit := self._but_not.match(rest):
            return hit[1], True
        return (rest if taken_back else message), taken_back

    def denies(self, message: str, asked: Intent | None) -> bool:
        """Tell whether `message` only says that what was `asked` last was not meant: 不是公租房."""
        hit = self._denied.match(bare(message)) if len(message) <= _LONGEST else None
        if hit is None or asked is None:
            return False
        return not bigrams(hit[1]).isdisjoint(bigrams(normalise(asked.title)))

    def unwanted(self, message: str, intent: Intent) -> bool:
        """Tell whether `message` says that it does not ask what `intent` answers: 残疾证早办好了，俺不是要办证."""
        text, title = normalise(message), set(normalise(intent.title))
        things = self._unwanted.findall(text) if len(text) <= _LONGEST else ()
        return any(sum(map(title.__contains__, thing)) >= _ALIKE * len(thing) for thing in things)

    def unblamed(self, message: str) -> str | None:
        """Return `message` without a blame for what was answered, 你推荐健康证干什么; None: it has none."""
        text = normalise(message)
        rest, blames = self._blame.subn(" ", text) if len(text) <= _LONGEST else (text, 0)
        return rest if blames else None

    def returns(self, message: str) -> str | None:
        """Return what `message` says behind the words by which it goes back to a subject; None: it has none."""
        text = normalise(message)
        hit = self._returning.match(text) if len(text) <= _LONGEST else None
        return bare(text[hit.end() :]) if hit else None

    def former(self, rest: str) -> str | None:
        """Return what `rest` of a message that goes back says of the question before the last; None: not of that one.

        >>> corrections.former('头一个 要带啥')
        '要带啥'
        """
        hit = self._former.match(rest)
        return bare(hit[1]) if hit else None

    def pointed(self, rest: str) -> tuple[str, str] | None:
        """Return what `rest` of a message that goes back points at, and what it says of it; None: it points at nothing.

        >>> corrections.pointed('孩子那个钱打到谁卡上')
        ('孩子', '钱打到谁卡上')
        """
        hit = self._pointing.match(rest)
        return (hit[1], hit[2]) if hit else None
