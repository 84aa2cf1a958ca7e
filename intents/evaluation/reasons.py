"""Why each question of a message is ranked as it is, for the terminal and for scripts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from faq.knowledge.text import bounded
from intents.classifier.model import Model
from intents.evaluation.explain import Explanation, Near, Neighbours, explain
from intents.evaluation.report import why_in_words
from intents.interpret.parts import Splitter, gist


class Reasons:
    """Explains messages with one model and its training questions."""

    def __init__(self, model: Model, neighbours: Neighbours | None = None) -> None:
        """Read the training questions, which takes some seconds, or take them as `neighbours` of the model."""
        self._model = model
        self._splitter = Splitter(model.faq.cues)
        self._neighbours = neighbours or Neighbours(model)

    def in_words(self, message: str) -> str:
        """Return a paragraph for `message` as a whole, if it is a story, and for each question of it."""
        return "\n".join(why_in_words(*reason) for reason in self._of_each_question(message))

    def as_json(self, message: str) -> list[dict[str, object]]:
        """Return an object for `message` as a whole, if it is a story, and for each question of it."""
        return [
            {
                **asdict(explanation),
                "nearest": [
                    {
                        "id": n.origin.label,
                        "question": n.origin.question,
                        "where": str(n.origin),
                        "likeness": n.likeness,
                    }
                    for n in near
                ],
            }
            for explanation, near in self._of_each_question(message)
        ]

    def _of_each_question(self, message: str) -> Iterator[tuple[Explanation, list[Near]]]:
        whole = gist(bounded(message))
        texts = [question.text for question in self._splitter.questions(bounded(message))]
        clauses = self._splitter.clauses(whole)
        if {self._splitter.asks(clause) for clause in clauses} == {True, False}:  # it tells, and asks
            if explanation := explain(self._model, whole, clauses):
                yield explanation, self._neighbours.nearest(whole)
            texts = texts if len(texts) > 1 else []
        for text in texts:
            if explanation := explain(self._model, text):
                yield explanation, self._neighbours.nearest(text)
