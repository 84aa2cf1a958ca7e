"""Loaded before all else: normal forms are remembered of as many texts as the knowledge has, not of one message.

Folders that differ in a line are read hundreds of times, and a quarter of that was to bring the same texts to the same
form. The functions are those of the program, which remembers little on purpose: it also reads what residents write.
"""

from __future__ import annotations

import functools

from faq.knowledge import text

_TEXTS = 1 << 16

text.normalise = functools.lru_cache(_TEXTS)(text.normalise.__wrapped__)
text.bare = functools.lru_cache(_TEXTS)(text.bare.__wrapped__)
