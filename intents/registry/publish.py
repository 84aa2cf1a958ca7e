"""Train on a folder, put the model through the gate, and publish it."""

from __future__ import annotations

import sys
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import click

from faq.acceptance import accept, accepted, mark
from faq.knowledge.types import Faq
from faq.load import FaqError, load, validate
from faq.reading.folder import open_folder
from intents.classifier.model import Model, ModelError
from intents.classifier.training_text import training_fingerprint, training_text
from intents.evaluation.conversations import Talk
from intents.evaluation.evaluate import Evaluation, evaluate, held_out
from intents.evaluation.report import verdict_in_words
from intents.features.words import Words
from intents.interpret.interpreter import Interpreter
from intents.registry.gate import Verdict, compare, slipped
from intents.registry.progress import Progress
from intents.registry.registry import ChangedError, Registry
from intents.registry.remembered import Refusal
from intents.training.train import STEPS, train

REFUSED = 3
"""Exit code of a training whose model the gate refused."""


@dataclass(frozen=True)
class Trained:
    """What came of a training."""

    version: str | None
    """Version published; None: the gate refused the model and the active one stays."""
    forced: bool
    """True: published although the gate refused it."""
    verdict: Verdict
    """What the gate said."""
    evaluation: Evaluation
    """The new model on the held-out questions."""


def train_and_publish(
    faq: Faq, data: Path, *, force: bool = False, quiet: bool = False, talk: Talk | None = None
) -> Trained:
    """Train on the knowledge `faq` and publish below `data` unless the gate refuses; lines tell of progress.

    `talk` holds the conversations, which the gate compares too; None: it does not. `force` publishes all the same. Call
    it under the registry's lock. What is told may change meanwhile; raises ModelError if what is trained on does.
    """
    registry = Registry(data)
    registry.make_room()
    accept(faq, data / "cache")
    with Progress(STEPS + 2, quiet=quiet) as progress:
        model = train(faq, Words(training_text(faq), data / "cache"), progress.step)
        candidate = Interpreter(model)
        evaluation = evaluate(candidate, held_out(faq))
        progress.step()
        verdict = _compare(registry, candidate, evaluation, talk)
        progress.step()
    if not verdict.passed and not force:
        registry.refuse(Refusal(faq.fingerprint, str(verdict.against), verdict_in_words(verdict), own=verdict.own))
        return Trained(None, False, verdict, evaluation)
    forced = not verdict.passed
    figures = {name: share for name, share in asdict(evaluation.figures()).items() if isinstance(share, float)}
    try:
        version = registry.publish(model, forced=forced, figures=figures)
    except ChangedError:
        version = registry.publish(_as_saved(model, registry, data), forced=forced, figures=figures)
    registry.prune()
    return Trained(version, forced, verdict, evaluation)


def _as_saved(model: Model, registry: Registry, data: Path) -> Model:
    """Return `model` with the knowledge as it is saved now, if that is trained on the same text.

    Raises FaqError if what was saved during the training is wrong, and ModelError if it would train anew.
    """
    was = model.faq
    faq = load(was.folder, known_good=accepted(data / "cache"), published=registry.published())
    accept(faq, data / "cache")
    if training_fingerprint(faq) != training_fingerprint(was):
        raise ModelError(f"{was.folder}: was changed while it was trained on; train again")
    return model.telling(faq)


def _compare(registry: Registry, candidate: Interpreter, evaluation: Evaluation, talk: Talk | None) -> Verdict:
    """Return the gate's verdict; where no active model can be opened, there is nothing to lose."""
    version = registry.active()
    if version is None:
        return Verdict(None, "this is the first model: there is none to compare it with")
    try:
        active = Interpreter(registry.open(version))
        verdict = compare(active, candidate, version, evaluation)
        return replace(verdict, slips=slipped(active.model, candidate.model, talk)) if talk else verdict
    except ModelError as error:
        return Verdict(None, f"the active model cannot be opened, so there is none to compare with: {error}")


def _opens(registry: Registry) -> bool:
    try:
        return bool(registry.open().weights.labels)
    except ModelError:
        return False


def run(faq_folder: Path, data: Path, *, quiet: bool = False, talk: Talk | None = None) -> None:
    """Train on the knowledge in `faq_folder` unless it serves already; end the process with `REFUSED` if refused."""
    registry = Registry(data)
    try:
        with registry.lock():
            known_good = accepted(data / "cache")
            folder = open_folder(faq_folder, lambda fingerprint: mark(fingerprint) == known_good)
            if registry.serves() == folder.fingerprint and _opens(registry):  # another process has just published it
                return
            faq = validate(folder, known_good, registry.published())
            if registry.trained_on() == training_fingerprint(faq) and _opens(registry):
                registry.publish_texts(faq)  # another process has just trained on the same text
                return
            trained = train_and_publish(faq, data, force=registry.waived(faq.fingerprint), quiet=quiet, talk=talk)
    except FaqError as error:
        raise click.ClickException(error.say()) from error
    except (ModelError, OSError) as error:
        raise click.ClickException(str(error)) from error
    if trained.version is None:
        sys.exit(REFUSED)  # the reason is kept in the registry, for whoever started this
