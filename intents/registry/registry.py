"""Model versions on disk, each with the knowledge that it serves: publish one atomically, open one, prune old ones.

models/
active            name of the version that serves
lock              held while a version is trained, published, pruned or restored
refused.json      what the gate said of the knowledge it refused last
waived            fingerprint of the knowledge that an owner wants in spite of the gate
released          digests of losses that an admin wants (faq.checking.losses), one a line
v0007/
SHA256SUMS      of every other file; `sha256sum --check` reads it too
manifest.json, *.txt, *.npz, *.npy       the model (intents.registry.storage)
publication.json               when, instead of which version, and how good (Publication)
faq/            the YAML files and the golden questions of that day
"""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path

from faq import acceptance
from faq.checking.losses import Published
from faq.knowledge.types import Faq
from faq.load import FaqError, load
from faq.reading.folder import fingerprint
from intents.classifier.model import Model, ModelError
from intents.classifier.training_text import training_fingerprint
from intents.features.words import Words
from intents.registry import storage
from intents.registry.checksums import (
    ChecksumError,
    check_sums,
    copy_knowledge,
    flush,
    read_json,
    write_atomically,
    write_sums,
)
from intents.registry.remembered import Publication, Refusal

KEPT = 20
"""Versions kept, at least: two working weeks of two edits a day; a training takes some 30 MB, other answers 2 MB."""

ROOM = 50_000_000
"""Bytes that must be free before a training: a model with its knowledge, and the caches."""

_RELEASED = 200
"""Digests kept of losses that an admin wants; each is needed until the next publication only."""

_PUBLICATION, _KNOWLEDGE, _WEIGHTS = "publication.json", "faq", "weights.npy"


class ChangedError(ModelError):
    """Raised when knowledge was saved while a model was trained on it."""


class Registry:
    """The folder `models` below the data folder."""

    def __init__(self, data: Path) -> None:
        """Take the data folder; nothing is created until something is published."""
        self.folder = data / "models"
        self._cache = data / "cache"
        self._active = self.folder / "active"
        self._refused = self.folder / "refused.json"
        self._waived = self.folder / "waived"
        self._released = self.folder / "released"

    def versions(self) -> list[str]:
        """Return the names of all published versions, oldest first."""
        return sorted(p.name for p in self.folder.glob("v[0-9]*") if (p / "manifest.json").is_file())

    def active(self) -> str | None:
        """Return the name of the version in use; None: none was ever published."""
        try:
            return self._active.read_text(encoding="utf-8").strip() or None
        except OSError:
            return None

    def serves(self) -> str | None:
        """Return the fingerprint of the knowledge that the active version serves; None: none that can be read."""
        return self._described("fingerprint")

    def trained_on(self) -> str | None:
        """Return the fingerprint of the text that the active model was trained on; None: none that can be read."""
        return self._described("trained_on")

    def _described(self, key: str) -> str | None:
        manifest = read_json(self.folder / (self.active() or "") / "manifest.json")
        ours = manifest.get("format") == storage.FORMAT and manifest.get("libraries") == storage.libraries()
        return str(manifest.get(key)) if ours else None

    def load(self, faq: Faq, words: Words) -> Model:
        """Return the active model on knowledge that has been loaded.

        Raises ModelError if there is none, or if it is damaged or was trained on another text.
        """
        version = self._known(self.active())
        self._verify(version)
        return storage.load(faq, words, self.folder / version)

    def open(self, version: str | None = None) -> Model:
        """Return the model of `version`, by default the active one, with the knowledge of that version.

        One that an older program has published opens too: else nothing could be compared with it, and an update would
        let the next training past the gate. Raises ModelError if there is none, or if a byte of it has changed.
        """
        version = self._known(version or self.active())
        self._verify(version)
        known = read_json(self.folder / version / "manifest.json").get("fingerprint")
        try:
            faq = load(self.knowledge(version), known_good=acceptance.mark(str(known)), older=True)
        except FaqError as error:
            raise ModelError(
                f"{self.knowledge(version)}: today's rules refuse it; train again\n{error.say()}"
            ) from error
        return storage.load(faq, Words(faq, self._cache), self.folder / version, of_itself=True)

    def knowledge(self, version: str) -> Path:
        """Return the folder with the knowledge of `version`."""
        return self.folder / self._known(version) / _KNOWLEDGE

    def published(self) -> Published | None:
        """Return the knowledge that serves now, against which the losses of an edit are measured; None: none does."""
        folder = self.folder / (self.active() or "") / _KNOWLEDGE
        if self.active() is None or not folder.is_dir():
            return None
        return Published(folder, self.folder.parent, self.released())

    def released(self) -> frozenset[str]:
        """Return the digests of the losses that an admin wants."""
        return frozenset(self._digests())

    def release(self, digest: str) -> None:
        """Remember that an admin wants the loss with this digest."""
        kept = [known for known in self._digests() if known != digest][-_RELEASED + 1 :]
        write_atomically(self._released, "\n".join([*kept, digest, ""]).encode())

    def _digests(self) -> list[str]:
        try:
            return self._released.read_text(encoding="ascii").split()
        except (OSError, UnicodeDecodeError):
            return []

    def publication(self, version: str) -> Publication:
        """Return what is remembered of `version`; "unknown" where that has been lost."""
        content = read_json(self.folder / self._known(version) / _PUBLICATION)
        try:
            return Publication(**content)
        except TypeError:
            return Publication("unknown")

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        """Wait until no other process trains, publishes or restores, and keep them waiting; a kill lets go of it."""
        import filelock  # noqa: PLC0415 - it brings asyncio, and a question at the command line needs no lock

        self.folder.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(self.folder / "lock"):
            yield

    def make_room(self) -> None:
        """Make sure that a model can be written here, before one is trained; raises OSError if not."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=self.folder) as file:
            file.write(b"a disk that is read only, or is full, says so here")
        free = shutil.disk_usage(self.folder).free
        if free < ROOM:
            megabytes = f"only {free // 1_000_000} MB are free, and a model takes {ROOM // 1_000_000}"
            raise OSError(errno.ENOSPC, megabytes, str(self.folder))

    def publish(self, model: Model, *, forced: bool = False, figures: Mapping[str, float] | None = None) -> str:
        """Save `model` with its knowledge as a new version, make it the active one and return its name.

        Whoever reads meanwhile, or after a kill at any moment, finds the old version or the new one, whole.
        Raises ChangedError if the knowledge on disk is no longer that of the model.
        """
        now = dt.datetime.now().isoformat(timespec="seconds")
        publication = Publication(now, self.active(), forced, dict(figures or {}))
        version = self._publish(model.faq, publication, lambda folder: storage.save(model, folder))
        self.forget_refusal()
        return version

    def publish_texts(self, faq: Faq) -> str:
        """Publish `faq`, which tells other things but is trained on the same text, with the active model.

        As with `publish`, whoever reads finds the old version or the new one. What the gate refused last stays refused.
        Raises ModelError if the active model was trained on another text, or is not whole.
        """
        active = self._known(self.active())
        if self.trained_on() != training_fingerprint(faq):
            raise ModelError(f"{self.folder / active}: was trained on another text than {faq.folder}; train again")
        refusal = self.last_refusal()
        now = dt.datetime.now().isoformat(timespec="seconds")
        before = self.publication(active)
        publication = replace(before, published_at=now, replaces=active, texts=True)
        source = self.folder / active
        version = self._publish(faq, publication, lambda folder: storage.save_again(source, faq.fingerprint, folder))
        if refusal:
            self.refuse(replace(refusal, against=version))
        return version

    def _publish(self, faq: Faq, publication: Publication, save: Callable[[Path], None]) -> str:
        """Make a version of `faq` and what `save` writes the active one, and return its name."""
        self.folder.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix="draft-", dir=self.folder))
        try:
            whole = draft / "version"
            save(whole)
            copy_knowledge(faq.folder, whole / _KNOWLEDGE)
            if fingerprint(whole / _KNOWLEDGE) != faq.fingerprint:
                raise ChangedError(f"{faq.folder}: was changed while it was trained on; train again")
            (whole / _PUBLICATION).write_text(json.dumps(asdict(publication), indent=1), encoding="utf-8")
            write_sums(whole)
            taken = [int(p.name[1:]) for p in self.folder.glob("v[0-9]*") if p.name[1:].isdigit()]
            version = f"v{max(taken, default=0) + 1:04d}"
            whole.rename(self.folder / version)
            flush(self.folder)
            self.activate(version)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        return version

    def activate(self, version: str) -> None:
        """Make `version` the one that serves, in one step. Raises ModelError if a byte of it has changed."""
        self._verify(self._known(version))
        write_atomically(self._active, version.encode())

    def refuse(self, refusal: Refusal) -> None:
        """Remember that the gate refused some knowledge, so that it is not trained on again and again."""
        write_atomically(self._refused, json.dumps(asdict(refusal), ensure_ascii=False).encode())

    def last_refusal(self) -> Refusal | None:
        """Return what the gate refused to put in the place of the active version; None: nothing."""
        try:
            refusal = Refusal(**read_json(self._refused))
        except TypeError:
            return None
        return refusal if refusal.against == self.active() else None

    def refused(self, knowledge: str) -> Refusal | None:
        """Return why the gate refused knowledge with this fingerprint; None: it would compare it anew, or is waived."""
        refusal = self.last_refusal()
        mine = refusal is not None and refusal.fingerprint == knowledge and not self.waived(knowledge)
        return refusal if mine else None

    def waive(self, knowledge: str) -> None:
        """Let the knowledge with this fingerprint, and no other, be published whatever the gate says."""
        self.folder.mkdir(parents=True, exist_ok=True)
        write_atomically(self._waived, knowledge.encode())

    def waived(self, knowledge: str) -> bool:
        """Tell whether an owner wants the knowledge with this fingerprint in spite of the gate."""
        try:
            return self._waived.read_text(encoding="utf-8") == knowledge
        except (OSError, UnicodeDecodeError):
            return False

    def forget_refusal(self) -> None:
        """Let the gate compare anew what it refused last."""
        self._refused.unlink(missing_ok=True)

    def prune(self) -> list[str]:
        """Delete what no one needs and return its versions: all but the newest `KEPT`, the active and its predecessor.

        Drafts of publications that were killed go too. Call it under the lock.
        """
        active = self.active()
        needed = {active, self.publication(active).replaces if active else None, *self.versions()[-KEPT:]}
        old = [version for version in self.versions() if version not in needed]
        for version in old:  # renamed first: half a version must never look like one
            (self.folder / version).rename(self.folder / f"draft-{version}")
        for draft in self.folder.glob("draft-*"):
            shutil.rmtree(draft, ignore_errors=True)
        return old

    def _known(self, version: str | None) -> str:
        if version is None:
            raise ModelError(f"{self.folder}: no model has been published; run: python run_bot.py train")
        if version not in self.versions() and not (self.folder / version).is_dir():
            known = ", ".join(self.versions()) or "none"
            raise ModelError(f"{self.folder}: there is no version '{version}'; there are: {known}")
        return version

    def _verify(self, version: str) -> None:
        """Raise ModelError unless every file of `version` is as it was published.

        The weights, nearly all of the bytes, are left to storage.load, which compares them with the manifest.
        """
        try:
            check_sums(self.folder / version, trusting=_WEIGHTS)
        except ChecksumError as error:
            raise ModelError(f"{error}; train again") from error
