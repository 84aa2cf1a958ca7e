"""Tell whether a message of danger is about its writer or about somebody else: 我娘说不想活了, 隔壁打孩子.

A conditional logit, learned from lines of both kinds (intents.training.at_risk), weighs the words of the message, and
what is said of relatives, of neighbours and of what was done to the writer himself.
"""

from __future__ import annotations

import re

from faq.knowledge.text import any_of
from intents.classifier.at_risk import ANOTHER, WRITER
from intents.classifier.logit import Candidate
from intents.classifier.model import Model
from intents.interpret.parts import gist

_NEAR, _FAR = 12, 24
"""Most characters between a relative and what tells that he wants to die, with nobody else between: 俺娘刚才说不想活;
and where it is said that he says so: 我妈打电话光哭 说不想活了."""


class AtRisk:
    """Knows with one `Model` who is at risk."""

    def __init__(self, model: Model) -> None:
        """Prepare the patterns over the cue words."""
        self._model = model
        cues = model.faq.cues
        kin, dying, he = any_of(cues.kin), any_of(cues.dying), any_of(cues.another)
        others = f"(?:(?!{any_of(cues.oneself)})"
        near = rf"(?:{kin}){others}[^，。；！？,;!?\s]){{0,{_NEAR}}}(?:{dying})"
        says = rf"(?:{any_of(cues.saying)})(?:{he})?"
        self._relative = re.compile(rf"{near}|(?:{kin}|{he}){others}[^。；！？;!?]){{0,{_FAR}}}{says}(?:{dying})")
        self._denies = re.compile(rf"(?:{any_of(cues.not_oneself)})[^。！？!?]{{0,{_NEAR}}}(?:{kin}|{he})")
        self._witness = re.compile(any_of(cues.witnessing))
        self._suffers = re.compile(any_of(cues.suffering))

    def another(self, message: str, before: bool | None = None) -> bool:
        """Tell whether somebody else is rather at risk than the writer of `message`, which tells of danger.

        `before` is what was found of the same danger when it was told of first; None: it was not.
        """
        if self.denies(message):
            return True
        candidates = self.candidates(message, before)
        shares = self._model.at_risk.shares(candidates, self._model.words.features(gist(message)))
        return shares[ANOTHER] > shares[WRITER]

    def denies(self, message: str) -> bool:
        """Tell whether `message` says that not its writer is at risk, but somebody else: 不是我，是我奶奶."""
        return self._denies.search(message) is not None

    def candidates(self, message: str, before: bool | None = None) -> tuple[Candidate, Candidate]:
        """Return who may be at risk, with what speaks for it beside the words of `message`."""
        told = {"relative": self._relative, "witness": self._witness, "denies": self._denies}
        of_another = {name: 1.0 for name, pattern in told.items() if pattern.search(message)}
        of_writer = {"suffers": 1.0} if self._suffers.search(message) else {}
        if before is not None:
            (of_another if before else of_writer)["before"] = 1.0
        return Candidate(WRITER, WRITER, of_writer), Candidate(ANOTHER, ANOTHER, of_another)
