"""No pattern of the project takes longer than in proportion to a text: tried on texts made of its own characters.

regexploit and redoctor do not do for this: redoctor passes `[a-z.]+@[a-z]+`, linear from one place and quadratic
when it is searched for from every place, and regexploit, of 2021, cannot read possessive repeats.
"""

from __future__ import annotations

import ast
import importlib
import random
import re
import sys
import time
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from bot.dialogue.privacy import Redactor
from bot.dialogue.typed import Typed
from faq.knowledge.types import Faq
from intents.distress.concepts import Concepts
from intents.distress.signs import Signs
from intents.entities.places import Gazetteer
from intents.entities.subjects import Subjects
from intents.features.words import Words
from intents.interpret.parts import Splitter
from tests.conftest import ROOT
from tests.test_house import CODE, tree

TINY, SHORT, LONG = (16, 24, 32, 40), 512, 4096
"""Characters: a pattern that doubles with each one is found with few of them, before it hangs."""
GROWTH, FLOOR = 10.0, 0.02
"""How many times what `SHORT` costs `LONG` may cost, and CPU seconds below which nothing is said."""
SINGLES, PAIRS = 16, 50
ANYTHING = tuple("a1 -.:@x，号\n")


class Used(NamedTuple):
    """A pattern, and how a text is tried with it."""

    pattern: re.Pattern[str]
    searched: bool
    """Whether it is looked for from every place; False: it is only tried from the beginning, or on the whole."""


ANCHORED = {
    "faq.reading.raw._ITEM_BLOCK",
    *(
        "bot.settings",
        "bot.simulator.entities",
        "bot.simulator.profile",
        "faq.reading.folder",
        "faq.knowledge.opening.hours",
        "faq.figures.mutate",
    ),
    *(
        "bot.dialogue.typed",
        "faq.reading.yaml_reader._ITEM",
        "faq.reading.yaml_reader._LOST",
        "faq.figures.figures._BETWEEN",
        "faq.checking.content._TWO_ITEMS",
        "faq.reading.files",
    ),
    *(
        f"faq.reading.raw.{name}"
        for name in ("_CONFLICT", "_WIDE_COLON", "_NO_SPACE", "_COLON_LOST", "_DASH", "_OTHER_DASH")
    ),
    *("faq.reading.raw._ITEM", "faq.reading.raw._KEY", "faq.reading.syntax._VALUE"),
}
"""Modules and patterns of which `match` or `fullmatch` alone is called; what else those modules search for is short."""


def module_patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    for path in CODE:
        if "migrations" in path.parts or path.stem == "__main__":
            continue
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for key, value in vars(importlib.import_module(name)).items():
            if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                yield f"{name}.{key}", value
        for node in ast.walk(tree(path)):
            match node:
                case ast.Call(ast.Attribute(ast.Name("re"), way), [ast.Constant(str(source)), *_]) if way != "compile":
                    yield f"{name}:{node.lineno}", re.compile(source)


@pytest.fixture(scope="module")
def patterns(faq: Faq, tmp_path_factory: pytest.TempPathFactory) -> dict[str, re.Pattern[str]]:
    """Every pattern: of modules, written in place, and made of the knowledge base."""
    found = dict(module_patterns())
    original = re.compile

    def noting(pattern: str, flags: int = 0) -> re.Pattern[str]:
        made, caller = original(pattern, flags), sys._getframe(1)
        if isinstance(made.pattern, str):
            found[f"{caller.f_globals['__name__']}:{caller.f_lineno}"] = made
        return made

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(re, "compile", noting)
        Words(faq, tmp_path_factory.mktemp("cache"))
        for make in (Splitter, Concepts):
            make(faq.cues)
        for take in (Typed, Subjects, Signs):
            take(faq)
        Gazetteer(faq.places, faq.cues)
        Redactor(faq.personal)
    return found


def texts(pattern: re.Pattern[str]) -> Iterator[tuple[str, str, str]]:
    """Yield beginning, what is repeated, and end of texts made of the pattern's own characters."""
    chance = random.Random(20261129)
    own = sorted(set(re.sub(r"\\[A-Za-z]|[()|?*+\[\]{}^$\\]", "", pattern.pattern)))
    singles = [*chance.sample(own, min(SINGLES, len(own))), *ANYTHING]
    yield from (("", one, "\0") for one in singles)
    for _ in range(PAIRS):
        one, two = chance.choice(singles), chance.choice(singles)
        yield "", one + two, "\0"
        yield one, two, "\0"


def cost(used: Used, text: str) -> float:
    def once() -> float:
        start = time.process_time()
        if used.searched:
            sum(1 for _ in used.pattern.finditer(text))
        used.pattern.match(text)
        used.pattern.fullmatch(text)
        return time.process_time() - start

    first = once()
    return min([first, *(once() for _ in range(3 if first > FLOOR and len(text) > SHORT else 0))])


def slow(used: Used) -> str | None:
    """Return a text on which the pattern takes out of proportion long, or None."""
    for before, repeated, behind in texts(used.pattern):
        made = {length: before + (repeated * length)[:length] + behind for length in (*TINY, SHORT, LONG)}
        if any(cost(used, made[length]) > FLOOR for length in TINY) or (short := cost(used, made[SHORT])) > 2 * FLOOR:
            return f"{before!r}, {repeated!r} again and again"
        if cost(used, made[LONG]) > max(FLOOR, GROWTH * short):
            return f"{before!r}, {repeated!r} again and again"
    return None


@pytest.mark.slow
def test_every_pattern_is_linear(patterns: dict[str, re.Pattern[str]]) -> None:
    assert len(patterns) > 60
    found = {
        where: slow(Used(pattern, not {where, where.partition(":")[0], where.rpartition(".")[0]} & ANCHORED))
        for where, pattern in patterns.items()
    }
    assert {where: text for where, text in found.items() if text} == {}


@pytest.mark.parametrize(
    "known", [r"[\w.+-]+@[\w-]+", r"(?:嗯嗯|嗯)+$", r"[0-9a-z]+\s*号", r"^[\s,]*(?:和)?[\s,]*$", r"\s+$"]
)
def test_this_finds_patterns_that_are_not(known: str) -> None:
    assert slow(Used(re.compile(known), True))
