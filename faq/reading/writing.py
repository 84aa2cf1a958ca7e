"""Values written in a way that nearly fits: what was meant, so that an admin is shown the right form."""

from __future__ import annotations

import re
import unicodedata

from faq.knowledge.fields import PHONE
from faq.reading.suspects import suspects
from faq.said import Said, said

_QUOTES = str.maketrans({"“": "", "”": "", "‘": "", "’": "", "—": "-", "–": "-", "－": "-", "−": "-", "‐": "-"})
_OPEN, _CLOSE = "［【｛「〔（", "］】｝」〕）"
_REMARK = re.compile(r"^[^#]*?[:-]\s{0,20}(#.*)$")
_EXTENSION = re.compile(r"^(0\d{2,3}-\d{7,8})\D{0,6}(\d{1,4})$")
_PARTED = re.compile(r"(?:[\s/、，,；;]|和|或)+")
_COMMA = re.compile(r"\s{0,9}[，、；]\s*")


def narrow(given: str) -> str:
    """Return `given` with plain digits, dashes and blanks, and without Chinese quotes.

    >>> narrow('“０３９２－１２３４５６７”')
    '0392-1234567'
    """
    return unicodedata.normalize("NFKC", given.translate(_QUOTES)).translate(_QUOTES).strip()


def phone_form(given: str) -> Said:
    """Say how a telephone number must be written that is written otherwise."""
    plain = narrow(given)
    if extension := _EXTENSION.match(plain):
        return said("phone_extension", given=given, better=f"{extension[1]}-{extension[2]}")
    numbers = [part for part in _PARTED.split(plain) if re.match(PHONE, part)]
    if len(numbers) > 1:
        return said("two_phones", given=given, first=numbers[0])
    return phone_digits(plain) or said("bad_phone", given=given)


def phone_digits(given: str) -> Said | None:
    """Say what is wrong with the area code or the length of a fixed number; None: nothing, or it is none."""
    area, _, rest = given.partition("-")
    code, length = suspects().area_code, suspects().local_digits
    if not (area.startswith("0") and area.isdigit() and rest[:1].isdigit()):
        return None
    if area != code:
        return said("phone_area", given=given, area=code)
    digits = len(rest.partition("-")[0])
    return said("phone_digits", given=given, area=code, count=digits) if digits != length else None


def wide_bracket(key: str, given: object) -> Said | None:
    """Say that a list has Chinese brackets; None: it has not."""
    if not isinstance(given, str) or not given[:1] or given[0] not in _OPEN:
        return None
    inner = _COMMA.sub(", ", given.strip(_OPEN + _CLOSE + "[] "))
    return said("wide_bracket", given=given, name=key, inner=inner)


def wide_comma(name: str) -> Said | None:
    """Say that several names became one because of a Chinese comma; None: there is none."""
    parts = [part for part in _COMMA.split(name) if part]
    return said("wide_comma", given=name, better=", ".join(parts)) if len(parts) > 1 else None


def remarked(line: str) -> Said | None:
    """Say that a value is empty because all of it, in `line`, is taken for a remark; None: it is not."""
    found = _REMARK.match(line)
    return said("remark_all", lost=found[1].strip(), better=found[1].strip().replace("'", "''")) if found else None
