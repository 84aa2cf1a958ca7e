"""Tell whose business a message is that the bot does not answer: 宅基地, 营业执照, 驾照."""

from __future__ import annotations

import re
from collections.abc import Mapping

from faq.knowledge.places import Referral
from faq.knowledge.text import any_of, bare


class Referrals:
    """Knows the words of other offices' business."""

    def __init__(self, referrals: Mapping[str, Referral]) -> None:
        """Prepare one pattern over all words; a longer word wins over a shorter one that begins like it."""
        self._known = {bare(word): referral for referral in referrals.values() for word in referral.words}
        self._pattern = re.compile(any_of(self._known))

    def of(self, message: str) -> Referral | None:
        """Return the referral that `message` names last, for what is asked stands at the end; None: it names none."""
        named = self._pattern.findall(bare(message))
        return self._known[named[-1]] if named else None
