"""What weighs on somebody is heard beside what is asked, and not where it is denied."""

from __future__ import annotations

import pytest

from intents.classifier.model import Model
from intents.distress.concern import Concern
from intents.interpret.parts import Splitter


@pytest.mark.parametrize(
    ("message", "sad"),
    [
        ("我心里难过 食堂一顿饭多少钱", True),
        ("谁难过了 我问食堂一顿饭多少钱", False),
        ("我不难过 食堂一顿饭多少钱", False),
    ],
)
def test_who_says_that_nobody_is_sad_is_not_consoled(model: Model, message: str, sad: bool) -> None:
    concern = Concern(model, Splitter(model.faq.cues))
    assert (concern.heard(message, model.rank) is not None) == sad
