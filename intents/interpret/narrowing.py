"""Decide whether a message asks about a part of an answer, and which of its points answer it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from faq.knowledge.points import About, Point
from faq.knowledge.text import bare, bounded
from faq.knowledge.types import Intent
from intents.classifier.model import Guess
from intents.interpret.context import Context
from intents.interpret.interpreter import Interpreter
from intents.interpret.leaning import Leaning
from intents.interpret.meaning import Meaning
from intents.interpret.points import Given

_FIRST = 0.7
"""How well a point must answer a first question to be told before the rest of the answer."""
_LONGEST = 40
"""Characters of the longest message that is looked for in the answer before; a longer one tells a story of its own."""


class Narrowing:
    """Narrows what was understood to the points that were asked for."""

    def __init__(self, interpreter: Interpreter) -> None:
        """Take what understands messages, with what it knows of answers."""
        self._model, self._points = interpreter.model, interpreter.points
        self._splitter, self._subjects = interpreter.splitter, interpreter.subjects
        self._leaning = Leaning(self._model, self._points, self._splitter, self._subjects)

    def narrowed(
        self, message: str, meaning: Meaning, context: Context | None, today: dt.date, district: str | None = None
    ) -> Meaning:
        """Return `meaning` of `message`, said after the question in `context`, with the points it asks for.

        `district` is the resident's, if it is known.

        A turn that leans on the answer before gets a point or two of it in place of the whole; one that the answer
        does not say gets none; a first question about a part gets that part first. Danger and several questions at
        once are left as they are.
        """
        message = bounded(message)
        if meaning.danger or meaning.after or meaning.over or len(meaning.answered) > 1 or not bare(message):
            return meaning
        goes_on = context is not None and context.next_turn(self._model.faq)
        if explained := self._explained(message, meaning, context.intent if context and goes_on else None):
            return explained
        if context and goes_on and meaning.answered and meaning.answered[0].intent in (context.intent, context.former):
            last = meaning.answered[0].intent == context.intent
            return self._leaning.part(self._request(message), meaning, today, district, last=last)
        return self._first(message, meaning, today, district)

    def _request(self, message: str) -> str:
        """Return what `message` asks, without the story around it if it is long."""
        questions = self._splitter.questions(message) if len(bare(message)) > _LONGEST else ()
        return questions[-1].asks if questions else message

    def _explained(self, message: str, meaning: Meaning, before: Intent | None) -> Meaning | None:
        """Return the meaning of a word that `message` asks for: 公示啥意思; None: it asks for none."""
        found = self._points.term(message)
        if found is None:
            return None
        word, term = found
        intents = [self._model.faq.intents[key] for key in term.about if key in self._model.faq.intents]
        if before is not None and (before in intents or not intents):
            intents = [before]
        if not intents:
            return None
        if before is None and self._subjects.named(message) and meaning.answered:
            return None  # a subject of its own has an answer that says more
        guess = next((g for g in meaning.answered if g.intent in intents), Guess(intents[0], 1.0))
        given = Given((Point(term.means, About.MEANING),), term=word)
        return replace(meaning, answered=(guess,), offered=(), given=given)

    def _first(self, message: str, meaning: Meaning, today: dt.date, district: str | None) -> Meaning:
        """Return `meaning` with the points that are told first where the question is about a part of the answer."""
        if len(meaning.answered) != 1 or self._model.faq.small_talk(meaning.answered[0].intent):
            return meaning
        told = meaning.answered[0].intent.on(today)
        asked = self._points.beside(self._subjects.unnamed(message), told.title)
        if asked is None or len(bare(message)) > _LONGEST or not told.in_force(today):
            return meaning
        ranked = self._points.rank(asked, told, district)
        if not ranked or ranked[0].score < _FIRST or ranked[0].point in told.points[:1]:
            return meaning
        if district is None and self._points.local.districts(ranked[0].point):
            return meaning  # whose figure it is stands in the whole answer
        about = self._points.about(asked)
        if told.points[0].about in about or (ranked[0].point.about not in about and ranked[0].point in told.points):
            return meaning  # that is what the whole answer is about
        return replace(meaning, given=Given((ranked[0].point,), whole=True))
