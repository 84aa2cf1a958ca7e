"""Find e-mail addresses, accounts in messengers, and number plates."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.dialogue.redaction.patterns import Step
from faq.knowledge.personal import Personal
from faq.knowledge.text import any_of

_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]++@[\w-]++(?:\.[\w-]++)++(?:[\w.+-]*+@[\w-]++(?:\.[\w-]++)*+)*+", re.ASCII)
"""An address, or several in one run: begun at the beginning of a run alone, and never given back, so it is linear."""


def steps(personal: Personal) -> Iterator[Step]:
    """Yield what is looked for, in order."""
    marks = personal.marks
    yield _EMAIL, lambda _: marks.email
    yield _spelled_email(personal), lambda _: marks.email
    cue, between = any_of(personal.accounts), any_of(personal.account_links)
    named = rf"({cue})((?:{between}|[ :,@]){{0,5}}+)([a-z0-9][a-z0-9_-]{{4,}}+)"
    yield re.compile(named), lambda found: f"{found[1]}{found[2]}{marks.account}"
    before = rf"(?<![a-z0-9_-])[a-z][a-z0-9_-]{{4,}}+(?=[, ]?(?:{between}){{1,2}}(?:{any_of(personal.mine)})?(?:{cue}))"
    yield re.compile(before), lambda _: marks.account
    plate = rf"[{personal.plates}] ?[a-z][ ·]?(?=[a-z]{{0,5}}\d)[a-z0-9]{{5,6}}(?![a-z0-9])"
    yield re.compile(plate), lambda _: marks.plate


def _spelled_email(personal: Personal) -> re.Pattern[str]:
    """Return what finds an address whose signs are words, or have spaces around them: zhang 艾特 qq点com."""
    at, dot = any_of(personal.email_at), any_of([".", *personal.email_dot])
    return re.compile(
        rf"(?<![0-9a-z_.+-])[0-9a-z_.+-]++(?:{dot}[0-9a-z_.+-]++){{0,2}} ?{at} ?[0-9a-z_-]++"
        rf"(?: ?{dot} ?[0-9a-z_-]++){{0,2}}? ?{dot} ?(?:com|cn|net|org)(?![0-9a-z])"
    )
