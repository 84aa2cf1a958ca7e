"""The model that serves: arrays, thresholds and `rank()`; saved and loaded without pickle and without scikit-learn."""

from __future__ import annotations

import functools
import hashlib
import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from faq.knowledge import Faq, Intent
from faq.origins import OUT_OF_SCOPE
from intents.words import Words

Floats = npt.NDArray[np.float64]

__all__ = ["OUT_OF_SCOPE", "Calibration", "Guess", "Model", "ModelError", "Thresholds", "Weights", "load", "save"]

FORMAT = 3
"""Version of the features and of the files; a model of another format is trained anew."""

CALM = "calm"
"""Label, beside the kinds of emergencies, of messages of nobody in danger."""


class ModelError(Exception):
    """Raised when a saved model is damaged or belongs to other knowledge."""


class Guess(NamedTuple):
    """An intent that a message may mean."""

    intent: Intent
    """The intent with its answer."""
    confidence: float
    """Calibrated probability, in [0, 1]."""


_guess = functools.partial(tuple.__new__, Guess)
"""Makes a Guess of a pair without a step through Python: 83 are made for every message."""


@functools.cache
def _sublinear(count: int) -> float:
    """Return what a feature weighs that stands `count` times in a message."""
    return 1.0 + math.log(count)


@dataclass(frozen=True)
class Thresholds:
    """Least confidences, computed at training for a stated share of mistakes (intents.calibrate)."""

    accept: float
    """From here on the best intent is answered."""
    clarify: float
    """From here on the best intents are offered; below, the message is declined."""


@dataclass(frozen=True)
class Point:
    """What answering from a certain confidence on would have meant for questions that training had not seen."""

    threshold: float
    """Least confidence to answer."""
    coverage: float
    """Share of questions in scope that get an answer."""
    risk: float
    """Share of questions in scope that get a wrong policy answer."""
    oos_answered: float
    """Share of questions out of scope that get a policy answer."""


@dataclass(frozen=True)
class Calibration:
    """Turns scores into probabilities: softmax of `sharpness` × score, out-of-scope shifted by `shift`."""

    sharpness: float
    """Inverse temperature."""
    shift: float
    """Added to the scaled score of out-of-scope."""

    def probabilities(self, scores: Floats) -> Floats:
        """Return probabilities along the last axis of `scores` (…, classes); out-of-scope is the last class."""
        scaled = scores * self.sharpness
        scaled[..., -1] += self.shift
        scaled -= scaled.max(axis=-1, keepdims=True)
        weights = np.exp(scaled)
        return np.asarray(weights / weights.sum(axis=-1, keepdims=True))


@dataclass(frozen=True)
class Weights:
    """The trained classifier as plain arrays."""

    labels: tuple[str, ...]
    """Intent ids, `OUT_OF_SCOPE` last; (classes,)."""
    vocabulary: Mapping[str, int]
    """Feature → row."""
    idf: npt.NDArray[np.float32]
    """Inverse document frequency of each feature; (features,)."""
    coefficients: npt.NDArray[np.float32]
    """Weight of each feature for each label; (features, classes)."""
    intercepts: npt.NDArray[np.float32]
    """(classes,)."""

    @functools.cached_property
    def rarest(self) -> float:
        """Inverse document frequency of the rarest feature."""
        return float(self.idf.max())

    def scores(self, features: Sequence[str]) -> Floats | None:
        """Return the decision value of each label (classes,), or None if no feature is known."""
        known = self.values(features)
        if known is None:
            return None
        rows, values = known
        return np.asarray(values @ self.coefficients.take(rows, axis=0) + self.intercepts, np.float64)

    def values(self, features: Sequence[str]) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.float32]] | None:
        """Return the rows of the features that are known and their TF-IDF values; None if none is known.

        A value times the row's coefficients is exactly what its feature adds to the scores. Known and unknown features
        together have length 1, the unknown taken for as rare as the rarest: what little is known of a message that
        is mostly strange says little.
        """
        counts = Counter(map(self.vocabulary.get, features))
        unknown = counts.pop(None, 0)
        if not counts:
            return None
        rows = np.fromiter(counts, np.intp, len(counts))
        values = np.fromiter(map(_sublinear, counts.values()), np.float64, len(counts))
        values *= self.idf.take(rows)
        values /= math.sqrt(values @ values + unknown * self.rarest**2)
        return rows, values.astype(np.float32)


@dataclass(frozen=True)
class Distress:
    """A second classifier, which tells who is in danger and of what kind."""

    weights: Weights
    """Labels: kinds of emergencies, `CRISIS` for danger of any kind, `CALM` last."""
    calibration: Calibration
    """From scores to probabilities."""
    with_sign: float
    """How many times likelier danger becomes by a sign of it (emergencies.yaml)."""
    without_sign: float
    """The same, while there is no sign; below 1."""
    believed: float
    """Probability of danger, signs considered, from which on it is believed."""

    def probabilities(self, features: Sequence[str]) -> dict[str, float]:
        """Return the probability of each label; of `CALM` alone if nothing is known."""
        scores = self.weights.scores(features)
        if scores is None:
            return {CALM: 1.0}
        return dict(zip(self.weights.labels, self.calibration.probabilities(scores).tolist(), strict=True))


class Model:
    """Ranks the intents of one `Faq` for a message."""

    def __init__(
        self,
        faq: Faq,
        words: Words,
        weights: Weights,
        calibration: Calibration,
        thresholds: Thresholds,
        distress: Distress,
        curve: Sequence[Point] = (),
    ) -> None:
        """Join trained weights with the knowledge they were trained on; `curve` by rising threshold."""
        self.faq = faq
        self.words = words
        self.weights = weights
        self.calibration = calibration
        self.thresholds = thresholds
        self.distress = distress
        self.curve = tuple(curve)
        self._intents = [faq.intents[label] for label in weights.labels[:-1]]

    def rank(self, message: str, *, without: str | None = None) -> list[Guess]:
        """Return all intents, most probable first; empty if nothing in `message` is known.

        Probabilities are calibrated, in [0, 1], and sum with the out-of-scope probability to 1. `without` is the id of
        an intent that is known not to be meant: it is left out, and the others share its probability.
        """
        scores = self.weights.scores(self.words.features(message))
        if scores is None:
            return []
        if without is not None:
            scores[self.weights.labels.index(without)] = -np.inf
        probabilities = self.calibration.probabilities(scores)[:-1]
        order = np.argsort(-probabilities, kind="stable")[: len(probabilities) - (without is not None)]
        intents = map(self._intents.__getitem__, order.tolist())
        return list(map(_guess, zip(intents, probabilities[order].tolist(), strict=True)))


def save(model: Model, folder: Path) -> None:
    """Write `model` into the new `folder`: weights.npz, distress.npz, manifest.json; same model, same bytes."""
    folder.mkdir(parents=True)
    distress = model.distress
    for name, weights in (("weights", model.weights), ("distress", distress.weights)):
        _write(weights, folder / f"{name}.npz")
    manifest = {
        "format": FORMAT,
        "fingerprint": model.faq.fingerprint,
        "libraries": libraries(),
        "sha256": _digest(folder / "weights.npz"),
        "calibration": asdict(model.calibration),
        "thresholds": asdict(model.thresholds),
        "curve": [asdict(point) for point in model.curve],
        "labels": list(model.weights.labels),
        "distress": {
            "sha256": _digest(folder / "distress.npz"),
            "calibration": asdict(distress.calibration),
            "with_sign": distress.with_sign,
            "without_sign": distress.without_sign,
            "believed": distress.believed,
            "labels": list(distress.weights.labels),
        },
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1, sort_keys=True), encoding="utf-8")


def load(faq: Faq, words: Words, folder: Path) -> Model:
    """Return the model saved in `folder`.

    Raises ModelError if a byte has changed, or it was trained on other knowledge or by other libraries.
    """
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        digests = {name: _digest(folder / f"{name}.npz") for name in ("weights", "distress")}
    except (OSError, ValueError) as error:
        raise ModelError(f"{folder}: not a whole model ({error}); train again") from error
    if not isinstance(manifest, dict) or not {"sha256", "calibration", "thresholds", "curve", "labels"} <= set(
        manifest
    ):
        raise ModelError(f"{folder / 'manifest.json'}: not the manifest of a model; train again")
    for key, now in (("format", FORMAT), ("fingerprint", faq.fingerprint), ("libraries", libraries())):
        if manifest.get(key) != now:
            raise ModelError(f"{folder}: {key} is {manifest.get(key)}, but {now} is in use; train again")
    distress = manifest["distress"]
    for name, wanted in (("weights", manifest["sha256"]), ("distress", distress["sha256"])):
        if digests[name] != wanted:
            raise ModelError(f"{folder / f'{name}.npz'}: its bytes differ from the manifest's sha256; train again")
    return Model(
        faq,
        words,
        _read(manifest["labels"], folder / "weights.npz"),
        Calibration(**manifest["calibration"]),
        Thresholds(**manifest["thresholds"]),
        Distress(
            _read(distress["labels"], folder / "distress.npz"),
            Calibration(**distress["calibration"]),
            distress["with_sign"],
            distress["without_sign"],
            distress["believed"],
        ),
        [Point(**point) for point in manifest["curve"]],
    )


def _write(weights: Weights, path: Path) -> None:
    vocabulary = "\n".join(sorted(weights.vocabulary, key=weights.vocabulary.__getitem__))
    np.savez(
        path,
        vocabulary=np.frombuffer(vocabulary.encode(), np.uint8),
        idf=weights.idf,
        coefficients=weights.coefficients,
        intercepts=weights.intercepts,
    )


def _read(labels: Sequence[str], path: Path) -> Weights:
    with np.load(path, allow_pickle=False) as arrays:
        vocabulary = arrays["vocabulary"].tobytes().decode().split("\n")
        return Weights(
            tuple(labels),
            {feature: row for row, feature in enumerate(vocabulary)},
            arrays["idf"],
            arrays["coefficients"],
            arrays["intercepts"],
        )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def libraries() -> dict[str, str]:
    """Return the versions of the libraries that features depend on."""
    return {name: version(name) for name in ("jieba", "pypinyin", "opencc")}
