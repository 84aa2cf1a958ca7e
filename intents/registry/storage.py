"""Models on disk: plain arrays, which are used where they lie, and a manifest; no pickle; a changed byte is refused."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from importlib.metadata import version
from pathlib import Path
from typing import TypedDict

import numpy as np

from faq.knowledge.types import Faq
from intents.classifier.logit import Logit
from intents.classifier.model import Calibration, Distress, Model, ModelError, OperatingPoint, Thresholds, Weights
from intents.classifier.training_text import training_fingerprint
from intents.classifier.vocabulary import Vocabulary
from intents.features.words import Words

FORMAT = 10
"""Version of the features and of the files; a model of another format is trained anew."""

_MANIFEST = "manifest.json"
_CLASSIFIERS = ("weights", "distress")
"""Classifiers with the vocabulary of the model."""
_AFTERMATH = "aftermath"
"""That of `Distress.after`, if there is one, with a vocabulary of its own."""
_LOGITS = ("next_turn", "asked_point", "at_risk")
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
    distress, after = model.distress, model.distress.after
    logits = dict(zip(_LOGITS, (model.next_turn, model.asked_point, model.at_risk), strict=True))
    (folder / "vocabulary.txt").write_text("\n".join(distress.weights.vocabulary), encoding="utf-8")  # in order of rows
    for name, weights in zip(_CLASSIFIERS, (model.weights, distress.weights), strict=True):
        _write(weights, folder / name)
    if after is not None:
        (folder / f"{_AFTERMATH}.txt").write_text("\n".join(after.weights.vocabulary), encoding="utf-8")
        _write(after.weights, folder / _AFTERMATH)
    said = {name: logit.words for name, logit in logits.items() if logit.words is not None}
    for name, words in said.items():
        _write(words, folder / name)
    manifest = {
        "format": FORMAT,
        "fingerprint": model.faq.fingerprint,
        "trained_on": training_fingerprint(model.faq),
        "libraries": libraries(),
        "sha256": {name: _digest(folder / name) for name in _files(said, aftermath=after is not None)},
        "calibration": asdict(model.calibration),
        "thresholds": asdict(model.thresholds),
        "curve": [asdict(point) for point in model.curve],
        "labels": list(model.weights.labels),
        "distress": _described(distress),
        "aftermath": _described(after) if after else None,
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
        logits = {name: one for name in _LOGITS if isinstance(one := known.get(name), dict)}
        said = [name for name, one in logits.items() if one.get("labels")]
        digests = {name: _digest(folder / name) for name in _files(said, aftermath=bool(known.get("aftermath")))}
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
    vocabulary = Vocabulary(folder / "vocabulary.txt")
    after = None
    if described := manifest["aftermath"]:
        after = _distress(described, Vocabulary(folder / f"{_AFTERMATH}.txt"), folder / _AFTERMATH)
    model = Model(
        faq,
        words,
        _read(manifest["labels"], vocabulary, folder / "weights"),
        Calibration(**manifest["calibration"]),
        Thresholds(**manifest["thresholds"]),
        replace(_distress(manifest["distress"], vocabulary, folder / "distress"), after=after),
        [OperatingPoint(**point) for point in manifest["curve"]],
    )
    for name, one in logits.items():
        told = _read(one["labels"], vocabulary, folder / name) if one.get("labels") else None
        setattr(model, name, Logit(one["weights"], told))
    return model


def _files(said: Iterable[str], *, aftermath: bool) -> Iterator[str]:
    """Yield the names of the files of a model with an `aftermath` or without, whose logits have `said` of words."""
    yield "vocabulary.txt"
    if aftermath:
        yield f"{_AFTERMATH}.txt"
    for name in (*_CLASSIFIERS, *([_AFTERMATH] if aftermath else []), *said):
        yield from (f"{name}.npz", f"{name}.npy")


def _chosen(logit: Logit) -> dict[str, object]:
    return {"weights": dict(logit.weights), "labels": list(logit.words.labels) if logit.words else []}


def _described(distress: Distress) -> _Described:
    return {
        "calibration": asdict(distress.calibration),
        "believed": distress.believed,
        "labels": list(distress.weights.labels),
    }


def _distress(described: _Described, vocabulary: Vocabulary, path: Path) -> Distress:
    calibration = Calibration(**described["calibration"])
    return Distress(_read(described["labels"], vocabulary, path), calibration, described["believed"])


def _write(weights: Weights, path: Path) -> None:
    """Write the arrays of a classifier: coefficients as `path`.npy, the others as `path`.npz.

    Half of the features say the same as another: they stand in the same example alone, or say nothing.
    """
    rows = np.ascontiguousarray(weights.said(np.arange(len(weights.idf))))
    whole = rows.view(np.dtype((np.void, rows.strides[0]))).ravel()
    _, first, slots = np.unique(whole, return_index=True, return_inverse=True)
    order = first.argsort()  # as the features were met, so that the common ones stand together
    np.save(path.with_suffix(".npy"), rows[first[order]])
    slots = order.argsort()[slots].astype(np.int32)
    np.savez(path.with_suffix(".npz"), idf=weights.idf, intercepts=weights.intercepts, slots=slots)


def _read(labels: Sequence[str], vocabulary: Vocabulary, path: Path) -> Weights:
    """Return the classifier that `_write` wrote; of its coefficients only what messages touch comes into memory."""
    coefficients = np.asarray(np.load(path.with_suffix(".npy"), mmap_mode="r", allow_pickle=False))
    with np.load(path.with_suffix(".npz"), allow_pickle=False) as arrays:
        return Weights(tuple(labels), vocabulary, arrays["idf"], coefficients, arrays["intercepts"], arrays["slots"])


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def libraries() -> dict[str, str]:
    """Return the versions of the libraries that features depend on."""
    return {name: version(name) for name in ("jieba", "pypinyin", "opencc")}
