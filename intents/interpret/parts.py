"""Split a message into the questions it holds, and tell which of its clauses ask something."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from faq.knowledge.cues import Cues
from faq.knowledge.text import any_of, bare, normalise

_CHINESE = "[\u4e00-\u9fff]"
_CLAUSE_END = re.compile(
    rf"[?!。;,、\n]+|\.{{2,}}|…+|(?<={_CHINESE}):|(?<={_CHINESE})\.(?=\D)|(?<={_CHINESE})\s+(?={_CHINESE})"
)
_CIRCLED = re.compile("[①-⑳⑴-⒇⒈-⒛]")
_SHORT = 8
"""Characters up to which a message that names no subject may lean on the question before it."""
_MOST = 8
"""Questions taken from one message; the rest of one that has more is told, not asked."""
_TOLD = 6
"""Clauses before a question, and after the last one, that are taken for its circumstances."""
_PASSAGES = 80
"""Passages of a portion of a message at most, each weighed for danger; a story of 1,500 characters has about 50."""
_GIST = 1000
"""Characters that a message is read as one by; of a longer one, half from its beginning and half from its end."""
STORY = 40
"""Characters of a story, in which what tells of danger weighs little beside what else is told."""
_LISTED = 20
"""Characters of the longest message that only names what to look up."""
_CUTTABLE = 40
"""Characters of the longest clause in which two questions are looked for."""


@dataclass(frozen=True)
class Question:
    """One question of a message."""

    asks: str
    """The clause that asks."""
    told: tuple[str, ...] = ()
    """Clauses before it that tell the circumstances."""

    @property
    def text(self) -> str:
        """All of it."""
        return ",".join([*self.told, self.asks])


def gist(message: str) -> str:
    """Return what of `message` is read as one; in thousands of characters nothing weighs anything.

    >>> len(gist('低保' * 2000))
    1001
    """
    return message if len(message) <= _GIST else f"{message[: _GIST // 2]}\n{message[-_GIST // 2 :]}"


class Splitter:
    """Knows the cue words of one `Faq`."""

    def __init__(self, cues: Cues) -> None:
        """Prepare patterns over the cue words."""
        either = rf"({_CHINESE})(?:{_CHINESE}{{2,3}})?{any_of(cues.denying)}\1"  # 够不够, 够低保不够
        self._asks = re.compile(f"[?]|{any_of(cues.asking)}|{any_of(cues.asking_last)}$|{either}")
        starting = (*cues.referring, *cues.supposing, *cues.polite)
        self._turn = re.compile(f"{any_of(cues.asking_last)}(?={any_of(starting)})")
        self._telling = re.compile(any_of(cues.telling))
        self._wants = re.compile(any_of(cues.wanting))
        before = "".join(rf"(?<!{re.escape(word)})" for word in cues.either_after)
        self._either = re.compile(rf"{before}(?:{any_of(cues.either)})(?!$|{any_of(cues.either_before)})")
        self._listing, self._stating = re.compile(any_of(cues.listing)), re.compile(any_of(cues.stating))
        self._lost = re.compile(any_of(cues.at_a_loss))
        self._idle = re.compile(any_of((*cues.filling, *cues.polite)))
        self._troubled = re.compile(any_of(cues.troubled))
        self._sharing = re.compile(any_of(cues.sharing))
        digit = rf"(?:\d|{any_of(cues.numerals)})"
        self._numbered = re.compile(rf"(?:^|(?<=[\s,。;?!]))\(?{digit}(?:[.、:)]|\)[.、:]?)\s*|\({digit}\)")
        self._polite = re.compile(any_of(cues.polite))
        self._joint = re.compile(f"(?<=.)(?={any_of(cues.joining)})")
        self._joining = re.compile(f"^{any_of(cues.joining)}")
        self._coupling = frozenset({"", *cues.coupling})
        self._supposes = re.compile(f"^(?:{any_of(cues.referring)})?{any_of(cues.supposing)}.*{any_of(cues.trailing)}$")
        self._refers = re.compile(f"^{any_of(cues.referring)}|{any_of(cues.trailing)}$")

    def questions(self, message: str) -> list[Question]:
        """Return the questions in `message`: each asking clause with the clauses told before it.

        What is told after the last question is told of that one, unless it is far away. Empty if nothing is asked.
        """
        found: list[Question] = []
        told: list[str] = []
        for clause in self.clauses(message):
            if len(found) < _MOST and self.asks(clause):
                if self.at_a_loss(clause) and (told or found):
                    continue  # 房子烧了，咋办 asks of all that was told, which is read as one
                found.append(Question(clause, tuple(told[-_TOLD:])))
                told = []
            elif bare(self._polite.sub("", clause)):
                told.append(clause)
        if told and found:
            found[-1] = Question(found[-1].asks, (*found[-1].told, *told[:_TOLD]))
        return found

    def behind(self, told: Sequence[str], questions: Sequence[Question]) -> list[Question]:
        """Return the `questions` of a message behind others that only told: circumstances of the first."""
        if not questions:
            return []
        first, *others = questions
        before = [clause for message in told for clause in self.clauses(message)]
        return [Question(first.asks, (*before, *first.told)[-_TOLD:]), *others]

    def at_a_loss(self, clause: str) -> bool:
        """Tell whether `clause` asks nothing but what to do: 咋办, 该怎么办呢."""
        left = self._lost.sub("", clause)
        return left != clause and not bare(self._idle.sub("", left))

    def passages(self, message: str) -> Iterator[str]:
        """Yield the clauses of `message`, a few in a row together; each clause stands in two of them."""
        clauses = self.clauses(message)
        step = max(_TOLD // 2, -(-len(clauses) // _PASSAGES))
        yield from (",".join(clauses[start : start + 2 * step]) for start in range(0, len(clauses), step))

    def pieces(self, message: str) -> Iterator[str]:
        """Yield a story's clauses, two together: what it is made of, torn from it. Of a short message: nothing."""
        if len(bare(message)) >= STORY:
            clauses = self.clauses(message)
            yield from (",".join(clauses[start : start + 2]) for start in range(0, len(clauses), 2))

    def asks(self, clause: str) -> bool:
        """Tell whether `clause` asks something, and does not only ask politely to be heard."""
        return bool(self._asks.search(self._veiled(clause))) and len(bare(self._polite.sub("", clause))) > 1

    def asked_last(self, message: str) -> str:
        """Return the end of `message` from the clause on that asks something; '' if that is the first, or none asks."""
        clauses = self.clauses(message)
        first = next((number for number, clause in enumerate(clauses) if self.asks(clause)), 0)
        return ",".join(clauses[first:]) if first else ""

    def wants(self, message: str) -> bool:
        """Tell whether `message` asks something, or wants it without a word of asking: 想办低保."""
        text = normalise(message)
        return self.asks(text) or bool(self._wants.search(text) or self._either.search(text)) or self.lists(message)

    def troubles(self, clause: str) -> bool:
        """Tell whether `clause` tells what went wrong: 残疾证丢了."""
        return bool(self._troubled.search(clause))

    def lists(self, message: str) -> bool:
        """Tell whether `message` only names what to look up, as is typed into a search box: 残疾补贴标准2026."""
        text = bare(message)
        return len(text) <= _LISTED and bool(self._listing.search(text)) and not self._stating.search(text)

    def states(self, clause: str) -> bool:
        """Tell whether `clause` has a word of telling: 俺是低保户, and not 低保户."""
        return bool(self._stating.search(bare(clause)))

    def shares(self, clause: str) -> bool:
        """Tell whether `clause` asks one thing of each of several subjects: 分别找谁."""
        return bool(self._sharing.search(clause))

    def unshared(self, clause: str) -> str:
        """Return `clause` as it asks of one subject: 找谁."""
        return self._sharing.sub("", clause) or clause

    def leans(self, message: str) -> bool:
        """Tell whether `message` hangs on the one before it: it is short, or says by a word that it goes on."""
        length = len(bare(message))
        return length <= _SHORT or (length <= 2 * _SHORT and self.refers(message))

    def refers(self, message: str) -> bool:
        """Tell whether `message` says by a word that it goes on: 那要多久, 多久呢."""
        return bool(self._refers.search(bare(message)))

    def supposes(self, message: str) -> bool:
        """Tell whether `message` asks the question before again, of other circumstances: 换成我妈呢."""
        return bool(self._supposes.search(bare(message)))

    def couples(self, between: str) -> bool:
        """Tell whether what stands between two subjects makes them one subject of the question: 低保和特困."""
        return bool(between) and between.strip(" ,、") in self._coupling

    def cuts(self, clause: str) -> Iterator[tuple[str, str]]:
        """Yield the ways to cut `clause` in two that both ask: 在哪里申请低保|几点上班, 能吃低保不|俺替她办中不中."""
        if len(clause) > _CUTTABLE:
            return
        veiled = self._veiled(clause).rstrip("?")
        hits = [hit for hit in self._asks.finditer(veiled) if not self._polite.fullmatch(hit[0])]
        ends = {hit.end() for hit in self._turn.finditer(veiled)}
        for first, second in itertools.pairwise(hits):
            if first.end() != second.start():  # 怎|么 is one word
                ends.update(range(first.end(), second.start() + 1))
        for at in sorted(ends):
            left, right = clause[:at].strip(), self._joining.sub("", clause[at:].strip())
            if self.asks(left) and self.asks(right):
                yield left, right

    def _veiled(self, clause: str) -> str:
        """Return `clause`, as long as before, without words of asking that ask nothing."""
        return self._telling.sub(lambda told: "_" * len(told[0]), clause)

    def clauses(self, message: str) -> list[str]:
        """Return the clauses of `message` in normal form, without the marks between them."""
        lines = _CIRCLED.sub("\n", message).splitlines()
        text = "\n".join(self._numbered.sub("\n", normalise(line)) for line in lines)
        found: list[str] = []
        start = 0
        for end in [*_CLAUSE_END.finditer(text), None]:
            clause = text[start : end.end() if end else len(text)]
            start = end.end() if end else start
            found += [self._joining.sub("", piece.strip(" ,、;。:.\n")) for piece in self._joint.split(clause)]
        return [clause for clause in found if bare(clause)]
