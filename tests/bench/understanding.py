"""Measure what is understood: messages of several questions, follow-ups, distress and its look-alikes.

Run it with: python -m tests.bench.understanding [--show NAME]
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from bot.delivery.live import open_model
from bot.dialogue.dialogue import Dialogue
from bot.dialogue.reply import Action, Decision, Press, Reply
from bot.dialogue.session import Session
from faq.knowledge.types import CRISIS, Faq
from tests.conftest import FAQ, ROOT

DATA = ROOT / "tests" / "data"
NOW = dt.datetime(2026, 12, 1, 10)
CALM, ORDINARY, OUT_OF_SCOPE, NONE = "calm", "ordinary", "oos", "none"


@dataclass(frozen=True)
class Case:
    """What became of one line of a file."""

    kind: str
    """What it counts towards."""
    right: bool
    """The answers given are what the line asks for."""
    offered: bool
    """They are, or they are offered as buttons."""
    line: str
    """The line."""
    got: str
    """What was answered and offered."""


def rows(name: str) -> Iterator[list[str]]:
    """Yield the columns of each line of a file of tests/data; comments and blank lines are passed over."""
    for line in (DATA / f"{name}.tsv").read_text("utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield line.split("\t")


def several(dialogue: Dialogue, name: str) -> Iterator[Case]:
    """Yield a case a message of several questions: right if each is answered, and only what is out of scope is not."""
    for wanted, said in rows(name):
        reply, _ = dialogue.hear(said.replace("\\n", "\n"), Session(), NOW)
        given, parts = policies(dialogue.faq, reply), wanted.split("+")
        asked = [set(part.split("|")) for part in parts if part != OUT_OF_SCOPE]
        pointed = len(given) < len(reply.answered)
        named = OUT_OF_SCOPE not in parts or pointed or unclear(dialogue.faq) in reply.text
        whole = named and all(part & set(given) for part in asked)
        yield Case("all parts", whole, whole, f"{wanted}\t{said}", seen(reply))
        exact = whole and len(given) == len(asked)
        yield Case("and nothing else", exact, exact, f"{wanted}\t{said}", seen(reply))


def single(dialogue: Dialogue, name: str) -> Iterator[Case]:
    """Yield a case a story that asks one thing: right if that is answered, and beside it nothing else."""
    for wanted, said in rows(name):
        reply, _ = dialogue.hear(said, Session(), NOW)
        given, right = ids(reply), set(wanted.split("|"))
        near = {*given, *(guess.intent.id for guess in reply.offered)}
        yield Case("one question", bool(right & set(given)), bool(right & near), f"{wanted}\t{said}", seen(reply))
        yield Case("one answer", len(given) <= 1, len(given) <= 1, f"{wanted}\t{said}", seen(reply))


def unclear(faq: Faq) -> str:
    """Return how a reply begins to name a part that was not understood."""
    return faq.phrases.part_unclear.partition("{")[0]


def followups(dialogue: Dialogue, name: str) -> Iterator[Case]:
    """Yield a case a follow-up."""
    for first, between, wanted, said in rows(name):
        _, session = dialogue.press(Press(Action.ANSWER, first), Session(), NOW)
        for message in between.split("|") if name.startswith("dev") and between != "-" else []:
            _, session = dialogue.hear(message, session, NOW)
        reply, _ = dialogue.hear(said, session, NOW)
        right = set(wanted.split("|"))
        given = set(policies(dialogue.faq, reply))
        if all(dialogue.faq.small_talk(dialogue.faq.intents[intent]) for intent in given):
            given.add(NONE)  # small talk states no policy
        near = given | {guess.intent.id for guess in reply.offered}
        yield Case("follow-ups", bool(given & right), bool(near & right), f"{first}\t{wanted}\t{said}", seen(reply))


def distress(dialogue: Dialogue, name: str) -> Iterator[Case]:
    """Yield a case a message: an alarm raised or not, and whether the emergency's own kind was told."""
    for expected, said in rows(name):
        reply, _ = dialogue.hear(said, Session(), NOW)
        alarm = reply.decision == Decision.EMERGENCY
        kind = (reply.danger or CRISIS) if alarm else "no alarm"
        harmless = expected in (CALM, ORDINARY)
        right = alarm != harmless
        yield Case(expected if harmless else "alarm", right, right, f"{expected}\t{said}", kind)
        if alarm and not harmless and expected != "emergency":
            fits = kind in expected.split("|")
            yield Case("kind fits", fits, fits, f"{expected}\t{said}", kind)


def ids(reply: Reply) -> list[str]:
    """Return the ids of the intents answered."""
    return [guess.intent.id for guess in reply.answered]


def policies(faq: Faq, reply: Reply) -> list[str]:
    """Return the ids of the intents answered but signposts, which are as good as declining."""
    return [guess.intent.id for guess in reply.answered if not faq.signpost(guess.intent)]


def seen(reply: Reply) -> str:
    """Return what a reply answers and offers, with confidences."""
    given = " ".join(f"{guess.intent.id}={guess.confidence:.2f}" for guess in reply.answered)
    offered = " ".join(f"{guess.intent.id}={guess.confidence:.2f}" for guess in reply.offered)
    return f"{reply.decision} {given} [{offered}]"


FILES: dict[str, Callable[[Dialogue, str], Iterator[Case]]] = {
    "dev_several": several,
    "dev_single": single,
    "dev_followups": followups,
    "dev_distress": distress,
    "several": several,
    "followups": followups,
    "distress": distress,
    "fresh_distress": distress,
}


@click.command()
@click.option("--data", type=click.Path(path_type=Path), default=ROOT / "var")
@click.option("--show", type=click.Choice([name for name in FILES if name.startswith("dev")]), help="List what fails.")
def main(data: Path, show: str | None) -> None:
    """Put every line of the development and the measuring files to the bot and count."""
    dialogue = Dialogue(open_model(FAQ, data))
    for name, cases_of in FILES.items():
        if show and name != show:
            continue
        cases = list(cases_of(dialogue, name))
        for kind, count in Counter(case.kind for case in cases).items():
            of_kind = [case for case in cases if case.kind == kind]
            right, offered = sum(case.right for case in of_kind), sum(case.offered for case in of_kind)
            shares = f"right {right:3}/{count} {right / count:6.1%}   or offered {offered / count:6.1%}"
            click.echo(f"{name:15} {kind:16} {shares}")
            for case in of_kind if show else []:
                if not case.right:
                    click.echo(f"   {case.line}\n      → {case.got}")


if __name__ == "__main__":
    main()
