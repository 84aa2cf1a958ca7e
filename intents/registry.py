"""Model versions on disk: publish one atomically, load the active one."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path

from faq.knowledge import Faq
from intents import model as models
from intents.model import Model, ModelError
from intents.words import Words


class Registry:
    """The folder `models` below the data folder: a folder a version, and a file naming the active one."""

    def __init__(self, data: Path) -> None:
        """Take the data folder; nothing is created until something is published."""
        self.folder = data / "models"
        self._active = self.folder / "active"

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
        try:
            manifest = json.loads((self.folder / (self.active() or "") / "manifest.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        if not isinstance(manifest, dict):
            return None
        ours = manifest.get("format") == models.FORMAT and manifest.get("libraries") == models.libraries()
        return str(manifest.get("fingerprint")) if ours else None

    def load(self, faq: Faq, words: Words) -> Model:
        """Return the active model.

        Raises ModelError if there is none, or if it is damaged or belongs to other knowledge.
        """
        version = self.active()
        if version is None:
            raise ModelError(f"{self.folder}: no model has been published; run: python run_bot.py train")
        return models.load(faq, words, self.folder / version)

    def publish(self, model: Model) -> str:
        """Save `model` as a new version, make it the active one and return its name.

        Whoever reads meanwhile, or after a kill at any moment, finds the old version or the new one, whole.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix="draft-", dir=self.folder))
        try:
            models.save(model, draft / "model")
            for file in (draft / "model").iterdir():
                _flush(file)
            taken = [int(p.name[1:]) for p in self.folder.glob("v[0-9]*") if p.name[1:].isdigit()]
            version = f"v{max(taken, default=0) + 1:04d}"
            (draft / "model").rename(self.folder / version)
            _flush(self.folder)
            _write_atomically(self._active, version)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        return version


def _write_atomically(path: Path, text: str) -> None:
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    draft.write_text(text, encoding="utf-8")
    _flush(draft)
    draft.replace(path)
    _flush(path.parent)


def _flush(path: Path) -> None:
    """Force a file's bytes, or a folder's names, onto the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
