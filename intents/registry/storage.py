"""Models on disk: plain arrays and a manifest, no pickle; a changed byte is refused."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from importlib.metadata import version
from pathlib import Path
from typing import TypedDict

import numpy as np

from faq.knowledge.types import Faq
from intents.classifier.logit import Logit
from intents.classifier.model import Calibration, Distress, Model, ModelError, OperatingPoint, Thresholds, Weights
from intents.classifier.training_text import training_fingerprint
from intents.features.words import Words

FORMAT = 9
"""Version of the features and of the files; a model of another format is trained anew."""

_MANIFEST = "manifest.json"
_FILES = ("vocabulary.txt", "weights.npz", "distress.npz")
_AFTERMATH = ("aftermath.txt", "aftermath.npz")
"""Vocabulary and arrays of `Model.aftermath`, if there is one."""
_LOGITS = ("next_turn", "asked_point")
"""Choices that are learned; of each there are arrays of what words say, if anything was learned."""


class _Described(TypedDict):
    """A `Distress` in the manifest."""

    calibration: dict[str, float]
    """Fields of `Calibration`."""
    believed: float
    labels: list[str]


def save(model: Model, folder: Path) -> None:
    """Write `model` into the new `folder`: its features, its arrays and a manifest; same model, same bytes."""
    folder.mkdir(parents=True)
    distress = model.distress
    vocabulary, weights, alarm = (folder / name for name in _FILES)
    vocabulary.write_text("\n".join(distress.weights.vocabulary), encoding="utf-8")  # in the order of their rows
    _write(model.weights, weights)
    _write(distress.weights, alarm)
    files: tuple[str, ...] = _FILES
    if distress.after is not None:
        files = (*_FILES, *_AFTERMATH)
        (folder / _AFTERMATH[0]).write_text("\n".join(distress.after.weights.vocabulary), encoding="utf-8")
        _write(distress.after.weights, folder / _AFTERMATH[1])
    logits = dict(zip(_LOGITS, (model.next_turn, model.asked_point), strict=True))
    for name, logit in logits.items():
        if logit.words is not None:
            files = (*files, f"{name}.npz")
            _write(logit.words, folder / f"{name}.npz")
    manifest = {
        "format": FORMAT,
        "fingerprint": model.faq.fingerprint,
        "trained_on": training_fingerprint(model.faq),
        "libraries": libraries(),
        "sha256": {name: _digest(folder / name) for name in files},
        "calibration": asdict(model.calibration),
        "thresholds": asdict(model.thresholds),
        "curve": [asdict(point) for point in model.curve],
        "labels": list(model.weights.labels),
        "distress": _described(distress),
        "aftermath": _described(distress.after) if distress.after else None,
        **{name: _chosen(logit) for name, logit in logits.items()},
    }
    _describe(folder, manifest)


def save_again(source: Path, fingerprint: str, folder: Path) -> None:
    """Write the model saved in `source` into the new `folder`, for knowledge with this fingerprint.

    The files of the model are shared where the disk can do that (hard links): they are never changed once written.
    Raises ModelError if there is no whole model in `source`.
    """
    folder.mkdir(parents=True)
    try:
        manifest = json.loads((source / _MANIFEST).read_text(encoding="utf-8"))
        for name in manifest["sha256"]:
            _share(source / name, folder / name)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise ModelError(f"{source}: not a whole model ({error}); train again") from error
    _describe(folder, {**manifest, "fingerprint": fingerprint})


def _share(source: Path, target: Path) -> None:
    with contextlib.suppress(OSError):  # not every disk knows links
        os.link(source, target)
        return
    shutil.copyfile(source, target)


def _describe(folder: Path, manifest: Mapping[str, object]) -> None:
    (folder / _MANIFEST).write_text(json.dumps(manifest, indent=1, sort_keys=True), encoding="utf-8")


def load(faq: Faq, words: Words, folder: Path, *, of_itself: bool = False) -> Model:
    """Return the model saved in `folder`.

    `faq` may tell other things than the knowledge it was saved with. Raises ModelError if a byte has changed, or if it
    was trained on another text or by other libraries. `of_itself`: `faq` is the very knowledge that it was saved with,
    whose text a newer program may take apart otherwise than the one that wrote down its fingerprint.
    """
    try:
        manifest = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        known = manifest if isinstance(manifest, dict) else {}
        more = _AFTERMATH if known.get("aftermath") else ()
        logits = {name: one for name in _LOGITS if isinstance(one := known.get(name), dict)}
        said = [f"{name}.npz" for name, one in logits.items() if one.get("labels")]
        digests = {name: _digest(folder / name) for name in (*_FILES, *more, *said)}
    except (OSError, ValueError) as error:
        raise ModelError(f"{folder}: not a whole model ({error}); train again") from error
    if not isinstance(manifest, dict) or not {"sha256", "calibration", "thresholds", "curve", "labels"} <= set(
        manifest
    ):
        raise ModelError(f"{folder / _MANIFEST}: not the manifest of a model; train again")
    text = manifest.get("trained_on") if of_itself else training_fingerprint(faq)
    for key, now in (("format", FORMAT), ("trained_on", text), ("libraries", libraries())):
        if manifest.get(key) != now:
            raise ModelError(f"{folder}: {key} is {manifest.get(key)}, but {now} is in use; train again")
    for name, digest in digests.items():
        if manifest["sha256"].get(name) != digest:
            raise ModelError(f"{folder / name}: its bytes differ from the manifest's sha256; train again")
    vocabulary = _rows(folder / "vocabulary.txt")
    after = None
    if described := manifest["aftermath"]:
        after = _distress(described, _rows(folder / _AFTERMATH[0], vocabulary), folder / _AFTERMATH[1])
    model = Model(
        faq,
        words,
        _read(manifest["labels"], vocabulary, folder / "weights.npz"),
        Calibration(**manifest["calibration"]),
        Thresholds(**manifest["thresholds"]),
        replace(_distress(manifest["distress"], vocabulary, folder / "distress.npz"), after=after),
        [OperatingPoint(**point) for point in manifest["curve"]],
    )
    for name, one in logits.items():  # a model of before 0.11 has none
        labels, path = one.get("labels"), folder / f"{name}.npz"
        setattr(model, name, Logit(one["weights"], _read(labels, vocabulary, path) if labels else None))
    return model


def _chosen(logit: Logit) -> dict[str, object]:
    return {"weights": dict(logit.weights), "labels": list(logit.words.labels) if logit.words else []}


def _described(distress: Distress) -> _Described:
    return {
        "calibration": asdict(distress.calibration),
        "believed": distress.believed,
        "labels": list(distress.weights.labels),
    }


def _distress(described: _Described, vocabulary: Mapping[str, int], path: Path) -> Distress:
    calibration = Calibration(**described["calibration"])
    return Distress(_read(described["labels"], vocabulary, path), calibration, described["believed"])


def _rows(path: Path, known: Iterable[str] = ()) -> dict[str, int]:
    """Return the features of a file, one a line, each with its number; one of `known` is not kept a second time."""
    same = {feature: feature for feature in known}
    features = path.read_text(encoding="utf-8").split("\n")
    return {same.get(feature, feature): row for row, feature in enumerate(features)}


def _write(weights: Weights, path: Path) -> None:
    np.savez(path, idf=weights.idf, coefficients=weights.coefficients, intercepts=weights.intercepts)


def _read(labels: Sequence[str], vocabulary: Mapping[str, int], path: Path) -> Weights:
    with np.load(path, allow_pickle=False) as arrays:
        return Weights(tuple(labels), vocabulary, arrays["idf"], arrays["coefficients"], arrays["intercepts"])


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def libraries() -> dict[str, str]:
    """Return the versions of the libraries that features depend on."""
    return {name: version(name) for name in ("jieba", "pypinyin", "opencc")}
