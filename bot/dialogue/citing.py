"""Name the sources of what is shown: those that bear it out, a few by their short titles, all of them on request."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Sequence

from faq.knowledge.text import bare
from faq.knowledge.types import Faq, Intent, Source

MOST = 3
"""Titles named below an answer; the others are a press away."""
_BORNE_OUT = 0.3
"""Share of a line's pairs of characters that a fact must hold to bear the line out."""


class Citing:
    """Knows the sources of one `Faq`."""

    def __init__(self, faq: Faq) -> None:
        """Take the knowledge; facts are compared when they are first cited."""
        self._faq = faq
        self._pairs = functools.cache(lambda key: [_pairs(fact) for fact in faq.sources[key].facts])
        self._ordered = functools.lru_cache(maxsize=1024)(self._order)

    def keys(self, intent: Intent, text: str, *, details: bool = False, part: bool = False) -> tuple[str, ...]:
        """Return the keys of the sources that `text`, shown of `intent`, rests on, the weightiest first.

        Of a `part` only those that bear it out, or the first; of a whole answer its own, and of `details` theirs.
        """
        listed = intent.sources + intent.details_sources if details or part else intent.sources
        return self._ordered(tuple(dict.fromkeys(listed)), text, part)

    def short(self, keys: Iterable[str]) -> str | None:
        """Return the titles of a few sources in one line; None: there is none to name."""
        titles = list(dict.fromkeys(self._faq.sources[key].title for key in keys))[:MOST]
        return self._faq.phrases.sources.format(value="；".join(titles)) if titles else None

    def full(self, intent: Intent) -> str:
        """Return all sources of the answer of `intent` and of its details, each in a line, with its official site."""
        keys = dict.fromkeys(intent.sources + intent.details_sources)
        return "\n".join(f"· {self._line(self._faq.sources[key])}" for key in keys)

    def pages(self, intent: Intent) -> tuple[tuple[str, str], ...]:
        """Return the titles of the sources of `intent` that have an official site, each with its address."""
        sources = [self._faq.sources[key] for key in dict.fromkeys(intent.sources + intent.details_sources)]
        return tuple((source.title, source.url) for source in sources if source.url)

    def _line(self, source: Source) -> str:
        site = self._faq.phrases.source_site.format(value=source.url) if source.url else ""
        return f"{cite(source)}{site}"

    def _order(self, keys: tuple[str, ...], text: str, part: bool) -> tuple[str, ...]:
        worth = dict.fromkeys(keys, 0.0)
        for line in text.split("\n"):
            pairs = _pairs(line)
            borne = {key: self._share(pairs, key) for key in keys}
            best = max(borne, key=lambda key: borne[key], default=None)
            if best is not None and borne[best] >= _BORNE_OUT:
                worth[best] += 1 + borne[best]
        ordered = sorted(keys, key=lambda key: -worth[key])
        return tuple(itertools.takewhile(lambda key: worth[key], ordered) if part else ordered) or tuple(ordered[:1])

    def _share(self, pairs: frozenset[str], key: str) -> float:
        """Return the largest share of `pairs` that a fact of source `key` holds."""
        facts: Sequence[frozenset[str]] = self._pairs(key)
        return max((len(pairs & fact) for fact in facts), default=0) / max(1, len(pairs))


def cite(source: Source) -> str:
    """Return title, number, date and note of a document as a resident reads them.

    >>> cite(Source('《办法》', '民政部', '2021', ('…',) , number='民发〔2021〕57号'))
    '《办法》，民发〔2021〕57号'
    """
    named = [part for part in (source.number, source.note) if part]
    if source.date and source.date[:4] not in "".join([source.title, *named]):
        named.insert(0, source.date)
    return "，".join([source.title, *named])


def _pairs(text: str) -> frozenset[str]:
    said = bare(text)
    return frozenset(map("".join, itertools.pairwise(said)))
