"""Find questions, titles and answers that stand in two intents, and files that are copies of others as a whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from faq.knowledge.template import TemplateError, expand
from faq.knowledge.text import bare
from faq.reading.folder import Folder, texts
from faq.reading.yaml_reader import Document, Mistake, Place

FEWEST = 3
"""Questions that a copy has in common with its original, at least; fewer are questions that stray."""


LONG = 30
"""Characters of an answer that two intents cannot have by chance; 请问窗口 may stand in several."""


@dataclass(frozen=True)
class _Double:
    """A wording that two intents have."""

    intent: str
    owner: str
    mistake: Mistake


def check_questions(folder: Folder) -> Iterator[Mistake]:
    """Check that each wording means one thing, and that no check is trained on."""
    trained: dict[str, tuple[str, str]] = {}
    doubles: list[_Double] = []
    sizes: Counter[str] = Counter()
    for intent_id, document in folder.intents.items():
        for place, line in texts(document, "questions"):
            try:
                wordings = expand(line)
            except TemplateError as error:
                yield document.mistake(place, error.said)
                continue
            sizes[intent_id] += len(wordings)
            for wording in wordings:
                owner, where = trained.setdefault(bare(wording), (intent_id, _where(document, place)))
                if owner != intent_id:
                    mistake = document.mistake(place, "question_twice", question=wording, owner=owner, where=where)
                    doubles.append(_Double(intent_id, owner, mistake))
    copies = _copies(doubles, sizes)
    for copy, (original, count) in copies.items():
        document = folder.intents[copy]
        name = folder.intents[original].path.name
        yield document.mistake((), "copied_file", original=name, count=count)
    pairs = {frozenset((copy, original)) for copy, (original, _) in copies.items()}
    yield from (one.mistake for one in doubles if frozenset((one.intent, one.owner)) not in pairs)
    yield from _declined(folder, trained)
    rest = [(intent_id, document) for intent_id, document in folder.intents.items() if intent_id not in copies]
    yield from _checks(rest, trained, copies)
    yield from _titles_and_answers(rest)


def _copies(doubles: Sequence[_Double], sizes: Counter[str]) -> dict[str, tuple[str, int]]:
    """Return each intent of which half the questions are another's, with that one and how many they share."""
    shared = Counter((one.owner, one.intent) for one in doubles)
    found: dict[str, tuple[str, int]] = {}
    for (first, second), count in shared.items():
        if count >= FEWEST and 2 * count >= min(sizes[first], sizes[second]):
            copy, original = (first, second) if len(first) > len(second) else (second, first)
            found[copy] = (original, count)
    return found


def _checks(
    documents: Sequence[tuple[str, Document]],
    trained: dict[str, tuple[str, str]],
    copies: dict[str, tuple[str, int]],
) -> Iterator[Mistake]:
    checked: dict[str, str] = {}
    for intent_id, document in documents:
        for place, check in texts(document, "checks"):
            try:
                if len(expand(check)) > 1:
                    yield document.mistake(place, "check_template")
            except TemplateError as error:
                yield document.mistake(place, error.said)
            found = trained.get(bare(check))
            if found and found[0] not in copies:
                yield document.mistake(place, "check_trained", check=check, owner=found[0], where=found[1])
            if (owner := checked.setdefault(bare(check), intent_id)) != intent_id:
                yield document.mistake(place, "check_twice", check=check, owner=owner)


def _titles_and_answers(documents: Sequence[tuple[str, Document]]) -> Iterator[Mistake]:
    titles: dict[str, str] = {}
    answers: dict[str, str] = {}
    for intent_id, document in documents:
        for place, title in texts(document, "title"):
            if (other := titles.setdefault(bare(title), intent_id)) != intent_id:
                yield document.mistake(place, "title_twice", title=title, other=other)
        for place, answer in texts(document, "answer"):
            long = len(answer) >= LONG
            if long and (other := answers.setdefault(bare(answer), intent_id)) != intent_id:
                yield document.mistake(place, "answer_twice", other=other)


def _declined(folder: Folder, trained: dict[str, tuple[str, str]]) -> Iterator[Mistake]:
    document = folder.shared.get("out_of_scope")
    if document is None or not isinstance(document.value, dict):
        return
    for kind in document.value:
        for place, line in texts(document, kind):
            if bare(line) and (found := trained.get(bare(line))):
                yield document.mistake(place, "declined_asked", question=line, owner=found[0], where=found[1])


def _where(document: Document, place: Place) -> str:
    return f"{document.path.name}:{document.line(place)}"
