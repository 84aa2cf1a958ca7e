"""Take personal data out of a message before anything of it is written down."""

from __future__ import annotations

from bot.dialogue.redaction import accounts, doors, names
from bot.dialogue.redaction.numbers import Numbers
from faq.knowledge.personal import Personal
from faq.knowledge.text import bounded, normalise


class Redactor:
    """Knows how residents of one knowledge base write personal data."""

    def __init__(self, personal: Personal) -> None:
        """Prepare the patterns."""
        self._marks = personal.marks
        numbers = Numbers(personal)
        self._steps = (*accounts.steps(personal), *numbers.steps(), doors.step(personal), *names.steps(personal))
        self._alone = numbers.alone

    def redact(self, message: str) -> str:
        """Return `message` in normal form with a mark in the place of each personal datum.

        Numbers of seven digits and more go, whether or not their check digits are right: a slip of the finger does not
        make an identity number anybody's. Of a message that is too long, what `bounded` leaves is returned.
        """
        text = normalise(bounded(message))
        for pattern, replacement in self._steps:
            text = pattern.sub(replacement, text)
        return self._alone(text)

    def took(self, redacted: str) -> bool:
        """Tell whether something was taken out of a message that was `redacted`."""
        return any(mark in redacted for mark in vars(self._marks).values())

    def holds_numbers(self, message: str) -> bool:
        """Tell whether `message` holds a number that names somebody: of an identity card, a telephone, a bank card."""
        redacted = self.redact(message)
        return any(mark in redacted for mark in (self._marks.identity, self._marks.card, self._marks.phone))
