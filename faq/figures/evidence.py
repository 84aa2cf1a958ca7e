"""Tie every sentence that states something to the fact it rests on: the nearest one of those its answer cites."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from faq.figures.facts import entries
from faq.figures.verify import ToldText, told_texts
from faq.knowledge.dangers import TOLD
from faq.knowledge.text import bare, bigrams
from faq.reading.folder import Folder, texts
from faq.reading.suspects import suspects
from faq.reading.yaml_reader import Value
from faq.said import Language, said

LEAST = 0.25
"""Least share of a sentence's pairs of neighbouring characters that a fact must hold to be named as its ground."""
SURE = 0.5
"""The same for a sentence that says what is not known: it shares words with the facts it is not in."""

LONG = 120
"""Characters from which on only the clause of a fact that is nearest is named."""

_POLICY = ("answer", "further", "details", "means", "says", *TOLD)
"""Keys whose texts state something; titles and phrases ask or guide."""


@dataclass(frozen=True)
class Evidence:
    """A sentence, and what it rests on."""

    told: ToldText
    """The text it stands in."""
    line: int
    """Line of the file."""
    sentence: str
    """The sentence, a line of an answer, as residents read it."""
    source: str
    """Key of the source; empty: no fact is near enough."""
    fact: str
    """The fact, in the words of sources.yaml, or of a long one the nearest clause; empty as well."""
    likeness: float
    """Share of the pairs of the sentence that the fact holds, in [0, 1]."""

    @property
    def unknown(self) -> bool:
        """Tell whether the sentence only says what is not known or whom to ask."""
        return not self.fact and _unknown().search(self.sentence) is not None


def evidence(folder: Folder) -> Iterator[Evidence]:
    """Yield every sentence of `folder` that residents read as an answer, with the nearest fact of its sources.

    A fact that merely shares its words may be the nearest; whether it bears the sentence out is for a reader to judge.
    """
    facts = {key: _facts(entry) for key, entry in entries(folder.shared.get("sources"))}
    for told in told_texts(folder):
        if not {str(key) for key in told.place}.isdisjoint(_POLICY):
            yield from _of(told, facts)


def table(folder: Folder, rows: Iterable[Evidence], language: Language) -> Iterator[str]:
    """Yield the lines of a Markdown table for each file: a sentence, the document it rests on, and what that says."""
    yield said("evidence_title").say(language)
    titles = {key: str(entry.get("title", key)) for key, entry in entries(folder.shared.get("sources"))}
    for document, of in itertools.groupby(rows, lambda row: row.told.document):
        name = document.path.relative_to(folder.path).with_suffix("").as_posix().removeprefix("topics/")
        title = next((text for _, text in texts(document, "title")), "")
        head = said("evidence_head").say(language)
        yield from ("", f"## {name} {title}".rstrip(), "", head, "| --- | --- | --- |")
        for sentence, row in {row.sentence: row for row in of}.items():
            none = said("evidence_unknown" if row.unknown else "evidence_none").say(language)
            ground = titles.get(row.source, none)
            yield f"| {_cell(sentence)} | {_cell(ground)} | {_cell(row.fact)} |"


@functools.cache
def _unknown() -> re.Pattern[str]:
    return re.compile("|".join(suspects().unknown))


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


def _of(told: ToldText, facts: dict[str, list[tuple[str, frozenset[str]]]]) -> Iterator[Evidence]:
    known = [(key, fact, told_of) for key in dict.fromkeys(told.cited) for fact, told_of in facts.get(key, ())]
    at = 0
    for sentence in told.text.split("\n"):
        if said_of := bigrams(bare(sentence)):
            ranked = ((len(said_of & told_of) / len(said_of), key, fact) for key, fact, told_of in known)
            likeness, key, fact = max(ranked, key=lambda one: one[0], default=(0.0, "", ""))
            near = likeness >= (SURE if _unknown().search(sentence) else LEAST)
            ground = _clause(fact, said_of) if near else ""
            yield Evidence(told, told.line(at), sentence.strip(), key if near else "", ground, likeness)
        at += len(sentence) + 1


def _clause(fact: str, sentence: frozenset[str]) -> str:
    """Return `fact`, or of one that lists many things the one nearest to the pairs of `sentence`."""
    clauses = fact.split("；")
    return fact if len(fact) <= LONG else max(clauses, key=lambda clause: len(sentence & bigrams(bare(clause))))


def _facts(entry: dict[str, Value]) -> list[tuple[str, frozenset[str]]]:
    listed = entry.get("facts")
    return [
        (fact, bigrams(bare(fact))) for fact in (listed if isinstance(listed, list) else ()) if isinstance(fact, str)
    ]
