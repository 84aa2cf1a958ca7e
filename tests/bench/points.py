"""Count what becomes of turns about a part of an answer, with the trained model: python -m tests.bench.points."""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from faq.load import load
from intents.features.words import Words
from intents.interpret.context import Context
from intents.interpret.interpreter import Interpreter
from intents.interpret.narrowing import Narrowing
from intents.registry.registry import Registry
from tests.conftest import FAQ
from tests.intents.interpret.test_points import ROWS, TODAY, outcome


def main() -> None:
    """Print the counts of both parts; with --show each row of `learn` that did not go right."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("var"), help="folder with the trained model")
    parser.add_argument("--show", action="store_true", help="print what fails among the rows to learn from")
    options = parser.parse_args()
    faq = load(FAQ)
    model = Registry(options.data).load(faq, Words(faq, options.data / "cache"))
    interpreter = Interpreter(model)
    narrowing = Narrowing(interpreter)
    counted: dict[str, Counter[str]] = {"learn": Counter(), "kept": Counter()}
    for row in ROWS:
        context = Context(faq.intents[row.intent])
        meaning = narrowing.narrowed(row.message, interpreter.understand(row.message, context), context, TODAY)
        found = outcome(row, meaning)
        counted[row.part][found] += 1
        if options.show and row.part == "learn" and not found.endswith("right"):
            given = [point.text for point in meaning.given.points] if meaning.given else []
            print(f"{found}: {row.intent}: {row.message} ({row.held}): {given}")
    for part, counts in counted.items():
        print(part, counts.total(), dict(counts.most_common()))


if __name__ == "__main__":
    main()
