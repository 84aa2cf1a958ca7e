"""Trace a question that a new model loses to the training questions behind the loss."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from enum import Enum

from faq.knowledge.case import Case
from faq.knowledge.origins import Origin
from intents.classifier.model import Model
from intents.evaluation.explain import Neighbours, explain

SHOWN = 3
"""Training questions named for a loss."""

_SOUGHT = 30
"""Training questions among which those of the edit are looked for."""


class Change(Enum):
    """What the edit did to a training question."""

    ADDED = "new"
    """The old model was not trained on it."""
    REMOVED = "gone"
    """The new model was not trained on it."""
    KEPT = "old"
    """Both were."""


@dataclass(frozen=True)
class Cause:
    """A training question behind a loss."""

    origin: Origin
    """The question and where it stands; a removed one where it stood."""
    change: Change
    """What the edit did to it."""


class Attribution:
    """Knows the training questions of two models; reads them when the first loss is traced, for most have none."""

    def __init__(self, before: Model, after: Model) -> None:
        """Take the model that got the questions right and the one that does not."""
        self._before, self._after = before, after

    @functools.cached_property
    def _old(self) -> Neighbours:
        return Neighbours(self._before)

    @functools.cached_property
    def _new(self) -> Neighbours:
        return Neighbours(self._after)

    def causes(self, case: Case) -> tuple[Cause, ...]:
        """Return why the new model loses `case`: questions of the intent it now leans to, and removed ones of its own.

        Those share most of the features that tip the scale between both intents.
        """
        explanation = explain(self._after, case.question)
        if explanation is None:
            return ()
        expected = min(case.expected)
        leading = [one.label for one in (explanation.winner, explanation.runner_up) if one.label not in case.expected]
        pulling = self._new.pulling(case.question, leading[0], expected, _SOUGHT)
        held = self._old.pulling(case.question, expected, leading[0], _SOUGHT)
        added = [Cause(near.origin, Change.ADDED) for near in pulling if not self._old.know(near.origin)]
        removed = [Cause(near.origin, Change.REMOVED) for near in held if not self._new.know(near.origin)]
        kept = [Cause(near.origin, Change.KEPT) for near in pulling if self._old.know(near.origin)]
        named = [*added[:SHOWN], *removed[:SHOWN]]
        return tuple(named or kept[:SHOWN])
