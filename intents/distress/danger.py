"""Recognise messages of people in danger: a classifier of messages weighs their words, signs and concepts together."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from faq.knowledge.template import expand
from faq.knowledge.text import any_of, bare
from faq.knowledge.types import CRISIS, Faq
from intents.classifier.model import CALM, Model
from intents.distress.concepts import SAFE, Concepts
from intents.distress.signs import Signs
from intents.features.words import CLASS
from intents.interpret.parts import STORY, gist

_SIGN = "!"
_LETTERED = "vsl"
"""How features begin of words written with letters, except the words themselves."""
_SHORTEST = 6
"""Characters that a message needs to be believed that shows no sign and is no example: fewer say little."""

_CERTAIN = 0.97
"""Probability from which on a passage, or a message of fewer characters (俺儿揍俺), is believed without a sign."""

_TOLD = 25
"""Characters from which on a message tells enough for a passage without a sign to be believed out of it."""

_DENIAL = 36
"""Characters of the longest message that is believed to say that nobody is in danger."""

_SIGNED = 40
"""Clauses with a sign that are weighed by themselves, at most: whoever writes more of them is heard by these."""

_OF_KIND = 0.5
"""Share of the probability of danger from which on its kind is told: below, half are wrong, above 4 of 100."""

_ASKED_ON = 16
"""Characters of the longest message after an alarm that is taken to be about the danger by its words alone."""


@dataclass(frozen=True)
class Danger:
    """Somebody is probably in danger."""

    kind: str
    """Key of the emergency, or `CRISIS` if it is of no kind in particular."""
    probability: float
    """Of anybody being in danger, in [0, 1]."""


class Hints:
    """Tells what the classifier of danger looks at."""

    def __init__(self, faq: Faq) -> None:
        """Expand the signs."""
        self._signs = Signs.of(faq)
        self.concepts = Concepts(faq.cues)
        """Tells what a message speaks of."""

    def signed(self, message: str) -> bool:
        """Tell whether `message` shows a sign of any danger."""
        return bool(self._signs.seen_in(message))

    def features(self, message: str, words: Sequence[str]) -> list[str]:
        """Return the features of a message: its `words` (`Words.features`), concepts, and kinds it shows signs of.

        Classes of words are left out: the concepts are classes made for danger. Of Chinese also every two syllables
        over one between, in alphabetical order (`p… …~`): most of them survive a character that is missing, doubled,
        wrong or in its neighbour's place. There, runs of letters are left out: in pinyin they are slips, of which
        nothing is known.

        >>> hints.features('我不想活了', ['w不想'])
        ['w不想', 'kdespair', '!suicide']
        """
        words = [feature for feature in words if feature[0] != CLASS]
        found = [*words, *self.concepts.features(gist(message)), *map(_SIGN.__add__, self._signs.seen_in(message))]
        sounds = [feature for feature in words if feature[0] == "p" and " " not in feature]
        if not sounds:
            return found
        pairs = zip(sounds, sounds[2:], strict=False)
        found = [feature for feature in found if feature[0] not in _LETTERED]
        return found + [f"{one} {other}~" if one < other else f"{other} {one}~" for one, other in pairs]


class Alarm:
    """Listens for danger with one `Model`."""

    def __init__(self, model: Model) -> None:
        """Expand the signs and the short examples."""
        self._model = model
        self.hints = Hints(model.faq)
        """What the classifier looks at."""
        self._signed = frozenset(map(_SIGN.__add__, model.faq.emergencies))
        self._polite = re.compile(any_of(word for word in model.faq.cues.polite if len(word) > 1))  # 谢谢, not 没|事
        self._pressing = re.compile(any_of(model.faq.cues.pressing))
        self._joking = re.compile(any_of(model.faq.cues.joking))
        self._unharmed = re.compile(any_of(model.faq.cues.unharmed))
        self._unsure = re.compile(any_of(model.faq.cues.unsure))
        lines = [line for kind in model.faq.emergencies.values() for line in kind.told]
        lines += model.faq.intents[CRISIS].questions if CRISIS in model.faq.intents else ()
        templates = [line for line in lines if "(" in line or len(line) < 2 * _SHORTEST]  # no other line is short
        self._short = {bare(said) for line in templates for said in expand(line) if len(said) < 2 * _SHORTEST}

    def danger(self, message: str, passages: Iterable[str] = (), clauses: Iterable[str] = ()) -> Danger | None:
        """Return the danger that `message` tells of, as a whole or in a part; None: none likely enough.

        `passages` are clauses in a row; of one without a sign of danger, torn from its story, much sounds worse than it
        is: it must be `_CERTAIN`. A clause by itself, of a `STORY`, is believed only with a sign in it.
        """
        found, signed = self._weighed(message)
        said, least = bare(message), self._model.distress.believed
        brief = not signed and len(said) < _SHORTEST and said not in self._short
        if brief and found.probability < _CERTAIN:
            return None
        if found.probability < least and (signed or len(said) >= _TOLD):
            single = filter(self.hints.signed, dict.fromkeys(clauses if len(said) >= STORY else ()))
            for part in dict.fromkeys([*passages, *itertools.islice(single, _SIGNED)]):
                likelier, signed = self._weighed(part)
                if signed or (len(said) >= _TOLD and likelier.probability >= _CERTAIN):
                    found = max(found, likelier, key=lambda danger: danger.probability)
        return found if found.probability >= least else None

    def over(self, message: str) -> bool:
        """Tell whether `message`, said after danger, says that it is over or never was: 人救回来了, 骗你的."""
        said = self._unsure.sub("", self._polite.sub("", message))
        return SAFE in self.hints.concepts.features(said) or self._joking.search(message) is not None

    def denied(self, message: str) -> bool:
        """Tell whether `message`, said after danger, is short and says that nobody is in any: 你弄错了, 早不联系了.

        What is left without these words must show no sign of danger and not surely be any: 他没打我，他拿刀砍我妈.
        """
        if len(bare(message)) > _DENIAL or self._unharmed.search(message) is None:
            return False
        left, signed = self._weighed(self._unharmed.sub("", message))
        return not signed and left.probability < _CERTAIN

    def reassures(self, clause: str) -> bool:
        """Tell whether `clause` says that nobody is in danger, and nothing else."""
        left = self._polite.sub("", self._unharmed.sub("", clause))
        return self.over(clause) or (left != clause and len(bare(left)) < _SHORTEST)

    def goes_on(self, message: str) -> bool:
        """Tell whether `message`, said after danger, names nothing but the need of help: 我该咋办, 我害怕, 打不通."""
        said = bare(message)
        return 0 < len(said) <= _ASKED_ON and not self._pressing.sub("", said)

    def _weighed(self, text: str) -> tuple[Danger, bool]:
        """Return the danger that `text` tells of, however likely, and whether it shows a sign."""
        features = self.hints.features(text, self._model.words.features(gist(text)))
        likely = self._model.distress.probabilities(features)
        calm = likely.pop(CALM)
        kind = max(likely, key=likely.__getitem__, default=CRISIS)
        if likely and likely[kind] < _OF_KIND * (1 - calm):
            kind = CRISIS
        return Danger(kind, 1 - calm), not self._signed.isdisjoint(features)
