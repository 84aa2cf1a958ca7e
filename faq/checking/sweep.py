"""Find names of places and signs of danger that stand in so many ordinary questions that they would mislead."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import ahocorasick

from faq.checking.placecheck import names
from faq.figures.facts import entries
from faq.knowledge.case import OUT_OF_SCOPE
from faq.knowledge.origins import Origin
from faq.knowledge.template import TemplateError, expand
from faq.knowledge.text import bare
from faq.reading.folder import Folder, texts
from faq.reading.origins import trained_on
from faq.reading.yaml_reader import Document, Mistake, Place, read
from faq.said import Said, said

PLACES_HIT, KIN_HIT, FOREIGN_HIT = 40, 150, 60
"""Training questions that may hold a place's name: one that shares no two characters with the place's own (shipped: at
most 15, 银杏食堂), one that does (155, 开发区), and in scope one of another city (62); of
`AMONG` questions or fewer."""

AMONG = 15_000
"""Questions that these numbers are of; of more, more may hold a name."""

SIGNS_HIT = 10
"""Training questions without danger that may hold a sign; the most met shipped sign stands in 4."""

_TALK = "chat."


@dataclass(frozen=True)
class Hit:
    """A name or sign, and the questions that hold it."""

    document: Document
    """File it stands in."""
    place: Place
    """Where in the file."""
    written: str
    """As written."""
    hits: int
    """How many training questions hold it."""
    example: str
    """One of them."""
    sweeping: bool
    """It stands in too many."""


class Questions:
    """The training questions, looked through for many words at once."""

    def __init__(self, origins: Iterable[Origin], words: Iterable[str]) -> None:
        """Find `words` in all questions; those of small talk, which danger is answered in, are left out."""
        kept = {origin.bared: origin.label == OUT_OF_SCOPE for origin in origins if not origin.label.startswith(_TALK)}
        self.count = len(kept)
        """How many there are."""
        self._declined = frozenset(text for text, out in kept.items() if out)
        self._holding: dict[str, dict[str, None]] = defaultdict(dict)
        automaton = ahocorasick.Automaton()
        for word in filter(None, words):
            automaton.add_word(word, word)
        automaton.make_automaton()
        for text in kept if len(automaton) else ():
            for _, word in automaton.iter(text):
                self._holding[word][text] = None

    def holding(self, word: str, *, declined: bool = True) -> list[str]:
        """Return the questions that hold `word`; those to decline only where `declined` is true."""
        return [text for text in self._holding.get(word, ()) if declined or text not in self._declined]


def check_sweeping(folder: Folder, origins: Iterable[Origin]) -> Iterator[Mistake]:
    """Yield a mistake for each name and each sign that is too common among the questions `origins`."""
    questions = Questions(origins, _words(folder))
    for key, hits in (("sweeping_place", place_hits), ("sweeping_sign", sign_hits)):
        for hit in hits(folder, questions):
            if hit.sweeping:
                yield hit.document.mistake(hit.place, key, name=hit.written, hits=hit.hits, example=hit.example)


def new_hits(folder: Folder, published: Path) -> Iterator[tuple[Path, int, Said]]:
    """Yield file, line and sentence for each name and sign that `published` has not, and how many questions hold it."""
    old = Folder(published)
    for name in ("places", "emergencies"):
        with contextlib.suppress(OSError):
            file = published / f"{name}.yaml"
            old.shared[name] = read(file, file.read_bytes())
    known = set(_written(old))
    if not set(_written(folder)) - known:
        return
    questions = Questions(trained_on(folder), _words(folder))
    for hit in (*place_hits(folder, questions), *sign_hits(folder, questions)):
        kind = hit.document.path.stem
        if (kind, hit.written) not in known:
            key = "new_place" if kind == "places" else "new_sign"
            yield hit.document.path, hit.document.line(hit.place), said(key, name=hit.written, hits=hit.hits)


def _written(folder: Folder) -> Iterator[tuple[str, str]]:
    """Yield file and text of every name of a place and every sign of danger."""
    for _, name, _ in _places(folder):
        yield "places", name
    for _, sign in _signs(folder):
        yield "emergencies", sign


def _words(folder: Folder) -> Iterator[str]:
    """Yield every name of a place and every wording of a sign as it is looked for."""
    yield from (bare(name) for _, name, _ in _places(folder))
    for _, sign in _signs(folder):
        yield from _wordings(sign)


def _wordings(sign: str) -> list[str]:
    """Return the wordings of a sign, each once; none of one that cannot be read, which is a mistake of its own."""
    try:
        return sorted({word if word.isalnum() else bare(word) for word in expand(sign)})
    except TemplateError:
        return []


def place_hits(folder: Folder, questions: Questions) -> Iterator[Hit]:
    """Yield every name of a place that some training question holds."""
    document = folder.shared.get("places")
    if document is not None:
        for place, name, most in _places(folder):
            yield from _hit(document, place, name, questions, most)


def _places(folder: Folder) -> Iterator[tuple[Place, str, int]]:
    """Yield where each name of a place stands, the name, and how many questions may hold it."""
    document = folder.shared.get("places")
    value = document.value if document else None
    if document is None or not isinstance(value, dict):
        return
    districts = value.get("districts")
    if isinstance(districts, dict):
        for place, name, means in names(districts):
            yield place, name, KIN_HIT if _kin(name, means, districts) else PLACES_HIT
    for key in ("outside", "counties"):
        yield from ((place, name, FOREIGN_HIT) for place, name in texts(document, key))


def _hit(document: Document, place: Place, name: str, questions: Questions, most: int) -> Iterator[Hit]:
    if held := questions.holding(bare(name), declined=most != FOREIGN_HIT):
        sweeping = len(held) > most * max(1.0, questions.count / AMONG)
        yield Hit(document, place, name, len(held), held[0], sweeping)


def _kin(name: str, means: str, districts: Container[str]) -> bool:
    """Tell whether `name` is a district's, or shares two neighbouring characters with the place's own name."""
    return means in districts or (name != means and any(name[at : at + 2] in means for at in range(len(name) - 1)))


def sign_hits(folder: Folder, questions: Questions) -> Iterator[Hit]:
    """Yield every sign of danger that some harmless training question holds."""
    document = folder.shared.get("emergencies")
    if document is not None:
        for place, sign in _signs(folder):
            yield from _sign(document, place, sign, questions)


def _signs(folder: Folder) -> Iterator[tuple[Place, str]]:
    document = folder.shared.get("emergencies")
    for kind, entry in entries(document):
        signs = entry.get("signs")
        for index, line in enumerate(signs if isinstance(signs, list) else []):
            if isinstance(line, str):
                yield (kind, "signs", index), line


def _sign(document: Document, place: Place, line: str, questions: Questions) -> Iterator[Hit]:
    held = list(dict.fromkeys(text for word in _wordings(line) for text in questions.holding(word)))
    if held:
        yield Hit(document, place, line, len(held), held[0], len(held) > SIGNS_HIT)
