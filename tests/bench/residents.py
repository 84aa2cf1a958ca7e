"""Measure what real residents get: their messages, split by case into rows to learn from and rows kept out.

A row that is learned is asked of a model trained without its case (`--folds`); kept rows are counted and never shown.

Run it with: python -m tests.bench.residents [--folds N] [--show FILE]
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click

from bot.delivery.live import open_model
from bot.dialogue.dialogue import Dialogue
from faq.knowledge.text import bare
from faq.knowledge.types import Emergency, Faq, Intent
from faq.load import load
from intents.classifier.model import Model
from intents.features.words import Words
from intents.interpret.interpreter import Interpreter
from intents.interpret.meaning import Meaning
from intents.interpret.parts import Splitter
from intents.training.train import train
from tests.bench.understanding import FILES, OUT_OF_SCOPE, rows
from tests.conftest import FAQ, ROOT

REAL = ("inscope", "calm", "oos", "multi")
"""Files tests/data/real_*.tsv."""
LEARN, KEPT = "learn", "kept"
STORY = 40
"""Characters from which on a line of emergencies.yaml is a story, left out of a fold as a case is."""


@dataclass(frozen=True)
class Row:
    """A message of a resident, or a story of emergencies.yaml."""

    file: str
    """One of `REAL`, or `danger` or `harmless`."""
    part: str
    """`LEARN` or `KEPT`."""
    case: str
    """Shared by rows that tell the same story, in whichever file."""
    labels: str
    """Ids joined by | of which any is right, or by `,` of which all are asked for, or `oos`; `oos|elsewhere.wages`: it
    is right to decline, and better to say whose business it is."""
    said: str
    """The message."""

    @property
    def strange(self) -> bool:
        """Whether it is right to decline."""
        return OUT_OF_SCOPE in self.labels.split("|")

    def fold(self, folds: int) -> int:
        """Return the fold that the row's case is in."""
        return int(hashlib.sha256(self.case.encode()).hexdigest()[:8], 16) % folds


@dataclass(frozen=True)
class Result:
    """What became of a row."""

    row: Row
    answered: frozenset[str]
    """Ids of the policies answered, and of the small talk that was asked for."""
    policy: bool
    """Whether a policy was answered."""
    offered: frozenset[str]
    alarm: bool

    @property
    def right(self) -> bool:
        """Whether what is asked is answered; for several questions, all of it."""
        return all(part & self.answered for part in self._wanted)

    @property
    def near(self) -> bool:
        """Whether it is answered or offered."""
        return all(part & (self.answered | self.offered) for part in self._wanted)

    @property
    def wrong(self) -> bool:
        """Whether a policy was answered, and none that is asked."""
        return self.policy and not any(part & self.answered for part in self._wanted)

    @property
    def signposted(self) -> bool:
        """Whether whose business it is was said, and nothing else."""
        return bool(self.answered) and self.answered <= self._wanted[0]

    @property
    def _wanted(self) -> list[set[str]]:
        return [set(part.split("|")) for part in self.row.labels.split(",")]


def real(name: str) -> list[Row]:
    """Return the rows of one of `REAL`."""
    return [Row(name, *columns) for columns in rows(f"real_{name}")]


def stories(faq: Faq) -> Iterator[Row]:
    """Yield the stories of emergencies.yaml, each a case of its own."""
    for emergency in faq.emergencies.values():
        for file, lines in (("danger", emergency.told), ("harmless", emergency.harmless)):
            yield from (Row(file, LEARN, line, "", line) for line in lines if len(line) >= STORY and "(" not in line)


def without(faq: Faq, cases: Iterable[Row]) -> Faq:
    """Return `faq` without the questions and lines that are rows of `cases`, or clauses of them."""
    splitter, gone = Splitter(faq.cues), set[str]()
    for row in cases:
        gone |= {bare(row.said), *map(bare, splitter.clauses(row.said))}

    def kept(lines: Sequence[str]) -> tuple[str, ...]:
        return tuple(line for line in lines if bare(line) not in gone)

    def spared(emergency: Emergency) -> Emergency:
        return replace(
            emergency,
            examples=kept(emergency.examples),
            of_writer=kept(emergency.of_writer),
            of_others=kept(emergency.of_others),
            harmless=kept(emergency.harmless),
        )

    def cut(intent: Intent) -> Intent:
        return replace(intent, questions=kept(intent.questions))

    return replace(
        faq,
        intents={key: cut(intent) for key, intent in faq.intents.items()},
        out_of_scope={kind: kept(lines) for kind, lines in faq.out_of_scope.items()},
        emergencies={kind: spared(emergency) for kind, emergency in faq.emergencies.items()},
    )


def ask(model: Model, asked: Iterable[Row]) -> list[Result]:
    """Put each row to `model` as the first message of a conversation."""
    interpreter = Interpreter(model)
    return [_result(row, interpreter.understand(row.said), model.faq) for row in asked]


def _result(row: Row, meaning: Meaning, faq: Faq) -> Result:
    answered = frozenset(guess.intent.id for guess in meaning.answered)
    policy = any(not (faq.small_talk(guess.intent) or faq.signpost(guess.intent)) for guess in meaning.answered)
    offered = frozenset(guess.intent.id for guess in meaning.offered)
    return Result(row, answered, policy, offered, meaning.danger is not None)


def crossed(faq: Faq, words: Words, asked: Sequence[Row], folds: int) -> list[Result]:
    """Put each row to a model trained without its fold of cases."""
    found = []
    for fold in range(folds):
        held_out = [row for row in asked if row.fold(folds) == fold]
        click.echo(f"fold {fold + 1} of {folds}: {len(held_out)} rows held out", err=True)
        found += ask(train(without(faq, held_out), words), held_out)
    return found


SHARES: dict[str, Callable[[Result], bool]] = {
    "right": lambda result: result.right,
    "or offered": lambda result: result.near,
    "wrong": lambda result: result.wrong,
    "policy": lambda result: result.policy,
    "alarm": lambda result: result.alarm,
    "signposted": lambda result: result.signposted,
}
SHOWN = {
    "inscope": ("right", "or offered", "wrong", "alarm"),
    "calm": ("right", "or offered", "wrong", "alarm"),
    "multi": ("right", "or offered", "wrong", "alarm"),
    "oos": ("policy", "alarm", "signposted"),
    "danger": ("alarm",),
    "harmless": ("alarm",),
}
"""What is counted of each file: alarms and policies of all rows, signposts of those that one is right for, the rest of
those in scope."""


def table(results: Iterable[Result]) -> Iterator[str]:
    """Yield a line a file and part."""
    groups: dict[tuple[str, str], list[Result]] = {}
    for result in results:
        groups.setdefault((result.row.file, result.row.part), []).append(result)
    for (file, part), of in groups.items():
        asking = [result for result in of if not result.row.strange]
        pointed = [result for result in of if result.row.strange and result.row.labels != OUT_OF_SCOPE]
        among = {"alarm": of, "policy": of, "signposted": pointed}
        cells = [f"{name} {_share(SHARES[name], among.get(name, asking))}" for name in SHOWN[file]]
        yield f"{file:9} {part:6} {len(of):4}   {'   '.join(cells)}"


def _share(counts: Callable[[Result], bool], of: Sequence[Result]) -> str:
    return f"{sum(map(counts, of)) / len(of):6.1%}" if of else "     –"


def imagined(model: Model) -> Iterator[str]:
    """Yield a line for each file of messages that were written for the project."""
    dialogue = Dialogue(model)
    for name, cases_of in FILES.items():
        cases = list(cases_of(dialogue, name))
        for kind in dict.fromkeys(case.kind for case in cases):
            of = [case for case in cases if case.kind == kind]
            right, near = sum(c.right for c in of) / len(of), sum(c.offered for c in of) / len(of)
            yield f"{name:15} {kind:17} {len(of):4}   right {right:6.1%}   or offered {near:6.1%}"
    singles = [Row("inscope", "", "", labels, said) for labels, said in rows("independent")]
    asked = ask(model, [row for row in singles if row.labels != OUT_OF_SCOPE])
    strange = ask(model, [replace(row, file="oos") for row in singles if row.labels == OUT_OF_SCOPE])
    yield from (f"independent: {line}" for line in table([*asked, *strange]))


@click.command()
@click.option("--data", type=click.Path(path_type=Path), default=ROOT / "var")
@click.option("--folds", default=0, help="Ask learned rows of models trained without their case; 0: of the model.")
@click.option(
    "--show", type=click.Choice([*REAL, "danger", "harmless"]), help="List what is wrong there; no kept rows."
)
def main(data: Path, folds: int, show: str | None) -> None:
    """Print what becomes of the messages of real residents, and of those that were written for the project."""
    model = open_model(FAQ, data)
    everything = [row for name in REAL for row in real(name)]
    learned = [row for row in everything if row.part == LEARN]
    kept = ask(model, [row for row in everything if row.part == KEPT])
    if folds:
        faq = load(FAQ)
        results = crossed(faq, Words(faq, data / "cache"), [*learned, *stories(faq)], folds)
    else:
        results = ask(model, learned)
    results.sort(key=lambda result: [*REAL, "danger", "harmless"].index(result.row.file))
    click.echo(f"learned rows, {f'each by a model that has not seen it, {folds} folds' if folds else 'as served'}")
    click.echo("\n".join(table(results)))
    click.echo("kept rows\n" + "\n".join(table(kept)))
    click.echo("imagined\n" + "\n".join(imagined(model)))
    for result in results:
        amiss = result.alarm != (show == "danger") or (show in REAL and not result.right)
        if result.row.file == show and amiss:
            got = f"{'ALARM ' * result.alarm}{' '.join(sorted(result.answered))} [{' '.join(sorted(result.offered))}]"
            click.echo(f"   {result.row.labels}\t{result.row.said}\n      → {got}")


if __name__ == "__main__":
    main()
