"""Questions with the intents that are right for them, as lines `expected<TAB>question` of a file.

`golden.tsv` beside the YAML is such a file: plain questions whose answers a new model must not lose
(intents.registry.gate).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from faq.knowledge.case import OUT_OF_SCOPE, Case
from faq.knowledge.origins import Origin
from faq.knowledge.text import bare
from faq.reading.files import GOLDEN, bounded, unreadable
from faq.reading.folder import Folder
from faq.reading.lines import decode
from faq.reading.raw import look
from faq.reading.schema import did_you_mean
from faq.reading.yaml_reader import Mistake
from faq.said import said


def read_cases(path: Path, intents: Collection[str]) -> tuple[list[Case], list[Mistake]]:
    """Return the cases of the file `path`, and what is wrong in it; expected: an id of `intents`, `id|id` or `oos`.

    Blank lines and lines beginning with # are passed over.
    """
    try:
        text, faults = decode(_bytes(path), table=True)
    except OSError as error:
        return [], [Mistake(path, 1, unreadable(error))]
    if text is None:
        return [], [Mistake(path, line, said("golden_unreadable", error=fault)) for line, fault in faults]
    if faults := faults or list(look(text.split("\n"))):
        return [], [Mistake(path, line, fault) for line, fault in faults]
    known = [*intents, OUT_OF_SCOPE]
    cases, mistakes = [], []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip() or line.startswith("#"):
            continue
        expected, tab, question = line.partition("\t")
        ids = [part.strip() for part in expected.split("|")]
        if not tab or not question.strip():
            mistakes.append(Mistake(path, number, said("golden_form", given=repr(line))))
        elif unknown := [part for part in ids if part not in known]:
            hint = did_you_mean(unknown[0], known)
            mistakes.append(Mistake(path, number, said("golden_unknown", id=unknown[0], hint=hint)))
        else:
            cases.append(Case(question.strip(), frozenset(ids), f"{path}:{number}"))
    return cases, mistakes


def _bytes(path: Path) -> bytes:
    with path.open("rb") as file:  # a pipe is welcome here, as `evaluate --questions <(…)` gives one
        return bounded(file, path)


def read_golden(folder: Folder) -> tuple[list[Case], list[Mistake]]:
    """Return the golden questions of `folder`, none if it has no such file, and what is wrong with them."""
    path = folder.path / GOLDEN
    if any(mistake.file in (path, folder.path) for mistake in folder.mistakes) or not path.is_file():
        return [], []
    return read_cases(path, folder.intents)


def check_golden(folder: Folder, golden: Collection[Case], origins: Iterable[Origin]) -> Iterator[Mistake]:
    """Yield a mistake for each golden question that stands twice or is one of `origins`: it would prove nothing."""
    trained = {origin.bared: origin for origin in origins}
    seen: dict[str, str] = {}
    for case in golden:
        line = int(case.where.rpartition(":")[2])
        if found := trained.get(bare(case.question)):
            where = f"{found.file.name}:{found.line}"
            yield Mistake(folder.path / GOLDEN, line, said("golden_trained", question=case.question, where=where))
        if (first := seen.setdefault(bare(case.question), case.where)) != case.where:
            yield Mistake(folder.path / GOLDEN, line, said("golden_twice", question=case.question, where=first))
