"""Open the model of the knowledge as it is saved: train where what is trained on has changed, else only publish.

What serves is always a published version: a model with knowledge that is trained on the same text. Saved YAML becomes
a version when it is valid and, where it needs another model, when the gate lets that pass. Until then what it tells
otherwise becomes a version by itself, with the text trained on as it was (intents.registry.fitting).
"""

from __future__ import annotations

import contextlib
import logging
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from bot.delivery.news import News
from faq.acceptance import accept, accepted, mark
from faq.checking.causes import gather
from faq.knowledge.types import Faq
from faq.load import FaqError, load, validate
from faq.reading.folder import Folder, fingerprint, open_folder
from faq.said import Said, said
from intents.classifier.model import Model, ModelError
from intents.classifier.training_text import training_fingerprint
from intents.features.words import Words
from intents.registry.fitting import fitted
from intents.registry.registry import Registry

log = logging.getLogger(__name__)

TRAIN: Sequence[str] = (sys.executable, "-m", "bot.delivery.training")

REFUSED = 3
"""Exit code of a training whose model the gate refused."""

ATTEMPTS = 3
"""Trainings in a row after which a folder that changes meanwhile is given up."""

_SHOWN = 20
"""Lines of a refusal that are logged, of hundreds after a large edit."""


_FOLDERS = frozenset({"topics", "conversations"})
"""Folders within that of the knowledge."""


class TrainingError(Exception):
    """Raised when the training process failed; its own output has said why."""


class RefusedError(Exception):
    """Raised when the gate refused a model of the knowledge as it stands; the active model stays in use."""


def open_model(faq_folder: Path, data: Path, *, quiet: bool = False) -> Model:
    """Return the model of the knowledge in `faq_folder`, training it first if there is none of its training text.

    Training runs in a process of its own, which leaves this one small and able to answer. What is told otherwise is
    published before. Raises FaqError, TrainingError, RefusedError.
    """
    registry, cache = Registry(data), data / "cache"
    for _ in range(ATTEMPTS):
        known_good = accepted(cache)
        folder = open_folder(faq_folder, lambda found: mark(found) == accepted(cache))
        faq = validate(folder, known_good, registry.published())
        accept(faq, cache)
        if model := _active(registry, faq, cache):
            return model
        publish_fitting(registry, folder, faq)
        if refusal := registry.refused(faq.fingerprint):
            raise RefusedError(refusal.reason)
        train(faq_folder, data, quiet=quiet)
        if model := _active(registry, faq, cache):  # of the very text that was read: it is not read again
            return model
    raise TrainingError(f"{faq_folder}: changed {ATTEMPTS} times while it was trained on; save it and start again")


def _active(registry: Registry, faq: Faq, cache: Path) -> Model | None:
    """Return the active model, with `faq` published, if it was trained on the same text.

    None: it was not, or it is damaged, and the log says how.
    """
    if registry.trained_on() != training_fingerprint(faq):
        return None
    try:
        model = registry.load(faq, Words(faq, cache))
        if registry.serves() != faq.fingerprint:
            with registry.lock():
                if registry.serves() != faq.fingerprint:
                    registry.publish_texts(faq)
    except ModelError as error:
        log.warning("%s", error)
        return None
    return model


def publish_fitting(registry: Registry, folder: Folder, faq: Faq) -> None:
    """Publish what `faq`, read from `folder`, tells otherwise and can be told with the active model, if anything."""
    with contextlib.suppress(FaqError, ModelError, OSError), registry.lock():
        old = registry.open().faq
        with fitted(old, faq, folder.contents, registry.folder) as draft:
            fitting = load(draft, published=registry.published())
            if fitting.fingerprint != registry.serves():
                registry.publish_texts(fitting)


def train(faq_folder: Path, data: Path, *, quiet: bool = False) -> None:
    """Train and publish in a process of its own, unless the gate refuses.

    Raises TrainingError, and OSError if there is no place for what comes of it.
    """
    Registry(data).make_room()
    if not quiet:
        log.info("questions are new since the last training, so a classifier is trained in a process of its own")
    command = [*TRAIN, str(faq_folder.resolve()), str(data.resolve()), *(["--quiet"] if quiet else [])]
    done = subprocess.run(  # noqa: S603 - our own interpreter on our own module
        command, cwd=Path(__file__).parents[2], stdin=subprocess.DEVNULL, check=False
    )
    if done.returncode not in (0, REFUSED):
        raise TrainingError(f"training ended with exit code {done.returncode}; its messages stand above")


def known_folder(faq_folder: Path, data: Path) -> Folder | None:
    """Return the folder with its documents if its very bytes were found right before; None: they were not."""
    known = accepted(data / "cache")
    with contextlib.suppress(OSError):
        if known is not None and mark(fingerprint(faq_folder)) == known:
            folder = open_folder(faq_folder, lambda found: mark(found) == known)
            return folder if mark(folder.fingerprint) == known else None
    return None


def serving_model(
    faq_folder: Path, data: Path, *, despite: tuple[type[Exception], ...], told: Callable[[News], None] = lambda _: None
) -> Model:
    """Return the model of the knowledge as it stands; where that fails with one of `despite`, the last version.

    Says in the log and to `told` why, and raises what failed if there is no such version.
    """
    try:
        return open_model(faq_folder, data)
    except despite as error:
        registry = Registry(data)
        try:
            model = registry.open()
        except ModelError as damaged:
            log.warning("%s", damaged)
            if not isinstance(error, RefusedError):
                raise error from damaged
            registry.forget_refusal()  # what it was refused against is gone, so there is nothing left to lose
            return open_model(faq_folder, data)
        news = explained(error)
        log.error("%s", news.text)
        told(news)
        return model


def explained(error: Exception) -> News:
    """Return why what was saved is not in use as a whole, and what an admin can do about it."""
    match error:
        case FaqError():
            causes = gather(error.mistakes)
            what, first = said("edit_wrong", count=len(causes)), causes[0].first
            where = said("edit_where", place=f"{_within(first.file)}:{first.line}")
            brief = _lines(what, where, said("edit_do", what=first.said))
            held = tuple(f"{_within(one.first.file)}:{one.first.line}: {one.first.said.say()}" for one in causes)
            return News(what, error.say(), brief, held, logging.ERROR)
        case RefusedError():
            lines = str(error).splitlines()[:3]  # what, where, what to do: intents.evaluation.report
            return News(said("edit_refused"), cut(str(error)), "\n".join(lines), (" ".join(lines),), logging.ERROR)
        case _:
            what = said("edit_failed", error=f"{type(error).__name__}: {error}")
            brief = _lines(what, said("edit_where_not"), said("edit_do_again"))
            return News(what, "", brief, (what.say(),), logging.ERROR)


def _lines(*sentences: Said) -> str:
    return "\n".join(sentence.say() for sentence in sentences)


def _within(file: Path) -> str:
    """Return the name of a file of the knowledge as an admin knows it: within its folder."""
    inner = next((at for at, part in enumerate(file.parts) if part in _FOLDERS), len(file.parts) - 1)
    return "/".join(file.parts[inner:])


def cut(reason: str) -> str:
    """Return the beginning of a refusal and its last line, which says what to do: `ask` prints both with each reply."""
    lines = reason.splitlines()
    hidden = len(lines) - _SHOWN - 1
    if hidden <= 0:
        return reason
    return "\n".join([*lines[:_SHOWN], f"  and {hidden} more lines; all of them: python run_bot.py report", lines[-1]])
