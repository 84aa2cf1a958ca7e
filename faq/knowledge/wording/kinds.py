"""The kinds of fixed sentences and buttons, by the slots that each is filled in at."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from faq.said import Said, SaidError, said

Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1500)]


def slots(*names: str) -> AfterValidator:
    """Return a validator: the text may be filled with exactly `names`, each written as `{name}`."""
    allowed = {f"{{{name}}}" for name in names}

    def check(text: str) -> str:
        found = set(re.findall(r"\{[^{}]*\}|[{}]", text))
        if found != allowed:
            raise SaidError(said("braces", found=_together(found), wanted=_together(allowed)))
        return text

    return AfterValidator(check)


def _together(slots: set[str]) -> Said | str:
    together: Said | str = ""
    for slot in sorted(slots):
        together = said("both", one=together, other=slot) if together else slot
    return together or said("no_braces")


Plain = Annotated[Sentence, slots()]
WithName = Annotated[Sentence, slots("name")]
WithBoth = Annotated[Sentence, slots("name", "value")]
WithValue = Annotated[Sentence, slots("value")]
MANY = Field(min_length=3)
"""Of wordings: fewer soon sound like a machine."""
Wordings = Annotated[tuple[Plain, ...], MANY]
WordingsWithName = Annotated[tuple[WithName, ...], MANY]
WordingsWithValue = Annotated[tuple[WithValue, ...], MANY]
_Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20)]
Button = Annotated[_Label, slots()]
ButtonWithName = Annotated[_Label, slots("name")]
ButtonWithValue = Annotated[_Label, slots("value")]
Description = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=256), slots()]
