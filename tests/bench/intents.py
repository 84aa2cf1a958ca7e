"""Compare the classifier with a plain scikit-learn pipeline and fastText on files of label<TAB>question.

Run it with: python -m tests.bench.intents --train FILE… [--val FILE] --test FILE [--growth] [--json]
fastText is an extra: pip install -r requirements-bench.txt
"""

from __future__ import annotations

import importlib.util
import json
import math
import random
import resource
import statistics
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path

import click
import numpy as np
from sklearn.metrics import roc_auc_score, roc_curve

from intents.classifier.model import OUT_OF_SCOPE
from tests.bench.contestants import CONTESTANTS, Answer, Labelled

SEED = 20240718
OUT_OF_SCOPE_RECALL = 0.65
"""Share of what is out of scope to refuse where the threshold is chosen: the goal of 60 % and the standard error that
it has on CLINC150's hundred such questions."""
FOLDS = 4


@dataclass(frozen=True)
class Result:
    """What one contestant did; shares in percent, None where the files have nothing out of scope."""

    contestant: str
    train_seconds: float
    p50_ms: float
    p99_ms: float
    peak_mb: float
    in_scope_ungated: float
    in_scope: float | None
    oos_recall: float | None
    overall: float | None
    auroc: float | None
    fpr95: float | None


def read(paths: Sequence[Path]) -> Labelled:
    """Return the questions of all files."""
    rows = [line.split("\t", 1) for path in paths for line in path.read_text("utf-8").splitlines() if "\t" in line]
    return Labelled([question for _, question in rows], [label for label, _ in rows])


def choose_threshold(answers: Sequence[Answer], labels: Sequence[str]) -> float:
    """Return the lowest confidence from which on to answer that refuses `OUT_OF_SCOPE_RECALL` of what is out of scope.

    So it costs the least in scope of all that do.
    """
    pairs = zip(answers, labels, strict=True)
    outside = np.sort([answer.confidence for answer, label in pairs if label == OUT_OF_SCOPE])
    return float(np.nextafter(outside[math.ceil(OUT_OF_SCOPE_RECALL * len(outside)) - 1], np.inf))


def unseen(name: str, train: Labelled) -> tuple[list[Answer], list[str]]:
    """Return answers to the questions of `train`, each by a contestant trained without its fold."""
    dealt = list(range(len(train.labels)))
    random.Random(SEED).shuffle(dealt)
    answers: list[Answer] = []
    labels: list[str] = []
    for fold in range(FOLDS):
        ask = CONTESTANTS[name](part(train, [i for i in dealt if i % FOLDS != fold]), None)
        held_out = part(train, [i for i in dealt if i % FOLDS == fold])
        answers += map(ask, held_out.questions)
        labels += held_out.labels
    return answers, labels


def part(whole: Labelled, rows: Sequence[int]) -> Labelled:
    """Return the examples at `rows`."""
    return Labelled([whole.questions[i] for i in rows], [whole.labels[i] for i in rows])


def measure(name: str, train: Labelled, val: Labelled | None, test: Labelled) -> Result:
    """Train one contestant and ask it every question of `test`."""
    start = time.perf_counter()
    ask = CONTESTANTS[name](train, val)
    seconds = time.perf_counter() - start
    for question in test.questions[:200]:
        ask(question)
    answers, times = [], []
    for question in test.questions:
        start = time.perf_counter()
        answers.append(ask(question))
        times.append(time.perf_counter() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    outside = np.array([label == OUT_OF_SCOPE for label in test.labels])
    right = np.array([answer.label == label for answer, label in zip(answers, test.labels, strict=True)])
    confidence = np.array([answer.confidence for answer in answers])
    quantiles = statistics.quantiles(times, n=100)
    speed = (seconds, statistics.median(times) * 1e3, quantiles[98] * 1e3, peak)
    ungated = float(right[~outside].mean() * 100)
    if not outside.any() or OUT_OF_SCOPE not in train.labels:
        return Result(name, *speed, ungated, None, None, None, None, None)
    judged = ([ask(question) for question in val.questions], val.labels) if val else unseen(name, train)
    answered = confidence >= choose_threshold(*judged)
    fpr, tpr, _ = roc_curve(~outside, confidence)
    return Result(
        name,
        *speed,
        ungated,
        float((right & answered)[~outside].mean() * 100),
        float((~answered)[outside].mean() * 100),
        float(np.where(outside, ~answered, right & answered).mean() * 100),
        float(roc_auc_score(~outside, np.maximum(confidence, -1e9))),
        float(fpr[np.searchsorted(tpr, 0.95)] * 100),
    )


def apart(name: str, train: Labelled, val: Labelled | None, test: Labelled) -> Result:
    """Measure in a new process, so that peak memory is this contestant's alone."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(measure, name, train, val, test).result()


def smaller(train: Labelled, test: Labelled) -> dict[str, tuple[Labelled, Labelled]]:
    """Return the data with a tenth of the intents, and with a tenth of each intent's questions."""
    inside = sorted(set(train.labels) - {OUT_OF_SCOPE})
    kept = {*random.Random(SEED).sample(inside, max(2, len(inside) // 10)), OUT_OF_SCOPE}
    tenth = [i for label in sorted(set(train.labels)) for i in _every_tenth(train.labels, label)]
    return {
        "a tenth of the intents": (_of(train, kept), _of(test, kept)),
        "a tenth of the questions": (part(train, tenth), test),
        "everything": (train, test),
    }


def _every_tenth(labels: Sequence[str], wanted: str) -> list[int]:
    return [i for i, label in enumerate(labels) if label == wanted][::10]


def _of(whole: Labelled, labels: set[str]) -> Labelled:
    return part(whole, [i for i, label in enumerate(whole.labels) if label in labels])


@click.command()
@click.option("--train", "train_files", type=click.Path(path_type=Path, exists=True), multiple=True, required=True)
@click.option("--val", "val_file", type=click.Path(path_type=Path, exists=True), help="To choose the threshold on.")
@click.option("--test", "test_file", type=click.Path(path_type=Path, exists=True), required=True)
@click.option("--growth", is_flag=True, help="Also with a tenth of the intents, and a tenth of the questions.")
@click.option("--only", type=click.Choice(sorted(CONTESTANTS)), multiple=True, help="These contestants alone.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.argument("more_train_files", type=click.Path(path_type=Path, exists=True), nargs=-1)
def main(
    train_files: tuple[Path, ...],
    more_train_files: tuple[Path, ...],
    val_file: Path | None,
    test_file: Path,
    growth: bool,
    only: tuple[str, ...],
    as_json: bool,
) -> None:
    """Train every contestant on the same files, one after another, each in a process of its own."""
    train, test = read([*train_files, *more_train_files]), read([test_file])
    val = read([val_file]) if val_file else None
    sizes = smaller(train, test) if growth else {"everything": (train, test)}
    names = [name for name in CONTESTANTS if not only or name in only]
    if "fastText" in names and importlib.util.find_spec("fasttext") is None:
        names.remove("fastText")
        click.echo("fastText is not installed: pip install -r requirements-bench.txt", err=True)
    results = {
        size: [apart(name, part_of_train, val if part_of_train is train else None, part_of_test) for name in names]
        for size, (part_of_train, part_of_test) in sizes.items()
    }
    if as_json:
        click.echo(json.dumps({size: [asdict(r) for r in rows] for size, rows in results.items()}, indent=1))
        return
    for size, rows in results.items():
        part_of_train, part_of_test = sizes[size]
        labels = len(set(part_of_train.labels) - {OUT_OF_SCOPE})
        click.echo(
            f"{size}: {len(part_of_train.labels)} questions of {labels} intents, {len(part_of_test.labels)} asked"
        )
        _table(rows)


def _table(results: Sequence[Result]) -> None:
    """Print a column a contestant."""
    rows = [asdict(result) for result in results]
    for field in rows[0]:
        if any(row[field] is not None for row in rows):
            cells = [row[field] if isinstance(row[field], str) else f"{row[field]:.3f}" for row in rows]
            click.echo(f"  {field:18}" + "".join(f"{cell:>14}" for cell in cells))


if __name__ == "__main__":
    main()
