"""Conversations to learn from, as the tests of this folder write them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from faq.knowledge.case import Line, Transcript
from faq.knowledge.types import Faq

Talk = Iterable[tuple[str, str]]
"""Messages, each with what is expected."""


def teaching(faq: Faq, *talks: Talk) -> Faq:
    """Return `faq` with `talks` alone as lessons, each written in talk.yaml from its first line on."""
    return replace(faq, lessons=tuple(map(_transcript, talks)))


def _transcript(talk: Talk) -> Transcript:
    lines = tuple(Line(*one) for one in talk)
    return Transcript("", lines, Path("talk.yaml"), tuple(range(1, len(lines) + 1)))
