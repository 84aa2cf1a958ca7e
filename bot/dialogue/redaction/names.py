"""Find names of people behind and before the words that give them away."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.dialogue.redaction.patterns import HANZI, Step
from faq.knowledge.personal import Personal
from faq.knowledge.text import any_of


def steps(personal: Personal) -> Iterator[Step]:
    """Yield what is looked for, in order."""
    mark = personal.marks.name
    stop = any_of([*personal.after_name, *personal.titles])
    surname = rf"(?!{any_of(personal.never_names)}){any_of(personal.surnames)}"
    full = rf"{surname}(?!{stop}){HANZI}(?:(?!{stop}){HANZI})?"
    naming = any_of(personal.naming)

    def behind(found: re.Match[str]) -> str:
        return f"{found[1]}{found[2]}{mark}"

    yield re.compile(rf"({naming})([ :,]{{0,4}})({HANZI}{{1,8}}[·•]{HANZI}{{1,8}})"), behind
    sure = rf"({any_of(personal.naming_surely)})([ :]{{0,4}})(?![{personal.no_names}])"
    yield re.compile(rf"{sure}({HANZI}{{2,4}})(?!{HANZI})"), behind
    yield re.compile(rf"({naming})([ :,]{{0,4}})({surname} {HANZI}(?: {HANZI})?)(?!{HANZI})"), behind
    yield re.compile(rf"({naming})([ :,]{{0,4}})({full})"), behind
    kin, words = any_of(personal.kin), personal.words_too
    ends = rf"(?:(?!{HANZI})|(?={any_of(personal.behind_names)}))"
    yield (
        re.compile(
            rf"({kin})([ :,]{{0,4}})((?![{words}]){full}|(?=[{words}]){surname}(?:(?!{stop}){HANZI}){{2}}{ends})"
        ),
        behind,
    )
    yield (
        re.compile(rf"(?<!{HANZI})({full})(?={any_of(personal.titles)}|[ ,、]{{1,2}}[{personal.sexes}](?!{HANZI}))"),
        lambda _: mark,
    )
