"""Where in the YAML each question stands, so that whatever a model does can be traced to a line an admin can mend."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from faq.knowledge.case import OUT_OF_SCOPE
from faq.knowledge.template import TemplateError, expand
from faq.knowledge.text import bare
from faq.reading.folder import Folder, texts


@dataclass(frozen=True)
class Origin:
    """A question and the line it is written on."""

    label: str
    """Id of its intent, or `OUT_OF_SCOPE`."""
    question: str
    """One wording; several of them may come from one line."""
    file: Path
    """The YAML file."""
    line: int
    """Line in it, from 1."""

    @functools.cached_property
    def bared(self) -> str:
        """The question in the form in which equal ones are equal."""
        return bare(self.question)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


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


def checks(folder: Folder) -> Iterator[Origin]:
    """Yield every check of `folder`, in the order of files and lines."""
    for intent_id, document in folder.intents.items():
        for place, check in texts(document, "checks"):
            yield Origin(intent_id, check, document.path, document.line(place))
