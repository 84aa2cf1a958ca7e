"""Find questions that are nearly the same and mean two things, without comparing each with each."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence

from faq.knowledge.case import OUT_OF_SCOPE
from faq.knowledge.origins import Origin
from faq.knowledge.text import bare, bigrams
from faq.reading.folder import Folder
from faq.reading.yaml_reader import Mistake
from faq.said import said

NEAR = 0.9
"""Share of pairs of neighbouring characters in common (Dice) from which on two questions are nearly the same; the most
alike questions of two shipped intents have 0.83, 0.88 where one names another city."""

_FEWEST = 3
"""Pairs of the shortest question compared; below that a word more or less is another question."""

Pair = tuple[Origin, Origin]


def check_likeness(folder: Folder, origins: Sequence[Origin]) -> Iterator[Mistake]:
    """Yield a mistake for each question, of all `origins`, nearly the same as one of another intent or to decline."""
    seen = set()
    for one, other in alike(origins, _foreign(folder)):
        first, second = (other, one) if one.label == OUT_OF_SCOPE else (one, other)
        place = (second.file, second.line)
        if place in seen or _told_apart(_after(folder, one.label), _after(folder, other.label)):
            continue
        seen.add(place)
        wrong = "declined_near" if second.label == OUT_OF_SCOPE else "question_near"
        where = f"{first.file.name}:{first.line}"
        sentence = said(wrong, question=second.question, owner=first.label, other=first.question, where=where)
        yield Mistake(second.file, second.line, sentence)


def _after(folder: Folder, label: str) -> tuple[frozenset[str], str] | None:
    """Return the kinds of danger after which an intent is told, and what it is about; None: it is told at any time."""
    document = folder.intents.get(label)
    after = document.value.get("after") if document and isinstance(document.value, dict) else None
    if not isinstance(after, dict):
        return None
    danger = after.get("danger")
    return frozenset(map(str, danger if isinstance(danger, list) else ())), str(after.get("about"))


def _told_apart(one: tuple[frozenset[str], str] | None, other: tuple[frozenset[str], str] | None) -> bool:
    """Tell whether the conversation tells two intents apart, so that their questions need not."""
    if one is None or other is None:
        return one != other
    return one[1] == other[1] or one[0].isdisjoint(other[0])


def alike(origins: Sequence[Origin], foreign: Collection[str] = ()) -> Iterator[Pair]:
    """Yield pairs of questions with different labels that are nearly the same, and not the very same when bared.

    A question that names a place of `foreign` and one that does not are different questions. Only questions that share
    one of their rarest pairs of characters are compared: two that are alike cannot do without (prefix filter).
    """
    texts = [origin.bared for origin in origins]
    pairs = [bigrams(text) for text in texts]
    count = Counter(pair for found in pairs for pair in found)
    holders: dict[str, list[int]] = defaultdict(list)
    bags: dict[str, int] = {}
    for here, found in enumerate(pairs):
        if len(found) < _FEWEST:
            continue
        rarest = sorted(found, key=lambda pair: (count[pair], pair))
        needed = math.ceil(NEAR / (2 - NEAR) * len(rarest))
        candidates = {bags.setdefault("".join(sorted(texts[here])), here)}
        for pair in rarest[: len(rarest) - needed + 1]:
            candidates.update(holders[pair])
            holders[pair].append(here)
        for there in sorted(candidates):
            near = origins[there].label != origins[here].label and _near(texts, pairs, here, there)
            if near and not _other_place(texts[here], texts[there], foreign):
                yield origins[there], origins[here]


def _near(texts: Sequence[str], pairs: Sequence[frozenset[str]], here: int, there: int) -> bool:
    one, other = texts[here], texts[there]
    if one == other:
        return False  # said by the loader
    dice = 2 * len(pairs[here] & pairs[there]) / (len(pairs[here]) + len(pairs[there]))
    return dice >= NEAR or sorted(one) == sorted(other)


def _other_place(one: str, other: str, foreign: Collection[str]) -> bool:
    return {name for name in foreign if name in one} != {name for name in foreign if name in other}


def _foreign(folder: Folder) -> list[str]:
    document = folder.shared.get("places")
    value = document.value if document else None
    listed = [value.get(key) for key in ("outside", "counties")] if isinstance(value, dict) else []
    return [bare(str(name)) for names in listed if isinstance(names, list) for name in names]
