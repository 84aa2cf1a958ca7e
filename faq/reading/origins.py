"""Find the line on which each question of a folder is written, whether the folder is valid or not."""

from __future__ import annotations

from collections.abc import Iterator

from faq.knowledge.case import OUT_OF_SCOPE
from faq.knowledge.origins import Origin, Written
from faq.knowledge.template import TemplateError, expand
from faq.reading.folder import Folder, texts
from faq.reading.yaml_reader import Document


def trained_on(folder: Folder) -> Iterator[Origin]:
    """Yield every wording of every question of `folder`, in the order of files and lines, then those to decline."""
    for intent_id, document in folder.intents.items():
        for place, line in texts(document, "questions"):
            try:
                wordings = expand(line)
            except TemplateError:
                continue  # the loader reports it
            for wording in wordings:
                yield Origin(intent_id, wording, document.path, document.line(place))
    declined = folder.shared.get("out_of_scope")
    if declined is None or not isinstance(declined.value, dict):
        return
    for kind in declined.value:
        for place, question in texts(declined, kind):
            yield Origin(OUT_OF_SCOPE, question, declined.path, declined.line(place))


def written(folder: Folder) -> dict[str, Written]:
    """Return where the questions of each intent of the valid `folder`, and those to decline (`OUT_OF_SCOPE`), stand."""
    found = {
        intent_id: Written(document.path, _lines(document, "questions"), _lines(document, "checks"))
        for intent_id, document in folder.intents.items()
    }
    declined = folder.shared["out_of_scope"]
    kinds = declined.value if isinstance(declined.value, dict) else {}
    lines = tuple(line for kind in kinds for line in _lines(declined, kind))
    return {**found, OUT_OF_SCOPE: Written(declined.path, lines)}


def _lines(document: Document, key: str) -> tuple[int, ...]:
    return tuple(document.line(place) for place, _ in texts(document, key))
