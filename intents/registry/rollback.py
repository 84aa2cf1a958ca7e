"""Undo: let an earlier version serve again and put its knowledge back into faq/; nothing that stood there is lost."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from faq.older import FIXED, outdated
from faq.reading.files import GOLDEN
from faq.reading.folder import SHARED
from intents.classifier.model import ModelError
from intents.registry.checksums import copy_knowledge, knowledge_files, write_atomically
from intents.registry.fitting import blocks
from intents.registry.registry import Registry

SET_ASIDE = "set-aside"
"""Folder below the data folder that keeps what `roll_back` replaced, a folder a time."""


@dataclass(frozen=True)
class Restored:
    """What was undone."""

    version: str
    """Version that serves now."""
    before: str | None
    """Version that served before; the same where the last edit had never been taken over."""
    changed: tuple[str, ...]
    """Files of the knowledge folder that were changed, brought back or removed."""
    set_aside: Path | None
    """Folder that keeps all that stood there before; None: nothing had to change."""


@dataclass(frozen=True)
class Difference:
    """How one folder of knowledge differs from another: relative paths."""

    added: tuple[str, ...]
    """Files the first lacks."""
    changed: tuple[str, ...]
    """Files with other bytes."""
    removed: tuple[str, ...]
    """Files the second lacks."""

    @property
    def files(self) -> tuple[str, ...]:
        """All of them."""
        return tuple(sorted((*self.added, *self.changed, *self.removed)))


def compare(old: Path, new: Path) -> Difference:
    """Return how the knowledge in `new` differs from that in `old`; a missing folder has none."""
    before, after = ({f.relative_to(p).as_posix(): f.read_bytes() for f in knowledge_files(p)} for p in (old, new))
    return Difference(
        tuple(sorted(set(after) - set(before))),
        tuple(sorted(name for name in set(before) & set(after) if before[name] != after[name])),
        tuple(sorted(set(before) - set(after))),
    )


def roll_back(registry: Registry, faq_folder: Path, data: Path, version: str | None = None) -> Restored:
    """Make `version` serve and restore its knowledge into `faq_folder`.

    By default the last edit is undone: one that no version has taken over, because it is wrong or was refused, or else
    the one that the active version was trained on. Files are written one by one, each whole; the lock keeps trainings
    from beginning in between, and a second call finishes what a kill has interrupted. What an older program has
    published gets what this program needs beside it, as it stands in `faq_folder`. Raises ModelError.
    """
    with registry.lock():
        active = registry.active()
        target = version or _before_last_edit(registry, faq_folder)
        registry.activate(target)
        source = registry.knowledge(target)
        difference = compare(faq_folder, source)
        aside = _keep(faq_folder, data / SET_ASIDE) if difference.files else None
        for name in difference.removed:
            if name not in _NEEDED:
                (faq_folder / name).unlink()
        for name in filter(_placed, (*difference.added, *difference.changed)):
            (faq_folder / name).parent.mkdir(parents=True, exist_ok=True)
            write_atomically(faq_folder / name, _restored(faq_folder / name, (source / name).read_bytes()))
        return Restored(target, active, difference.files, aside)


_NEEDED = frozenset(f"{name}.yaml" for name in SHARED)
"""Files without which no folder is knowledge; an older program may not have had all of them."""


def _placed(name: str) -> bool:
    """Tell whether a file of this name has a place today: an older program may have known others."""
    return name == GOLDEN or "/" in name or name in _NEEDED


def _restored(file: Path, content: bytes) -> bytes:
    """Return the `content` that `file` had, with the keys that this program needs beside those as they stand there."""
    wrong = outdated(file.name, content) if file.stem in FIXED and file.is_file() else set()
    if not wrong:
        return content
    before, now = blocks(content), blocks(file.read_bytes())
    kept = [block for key, block in before.items() if key not in wrong]
    return "".join([*kept, *(now.get(key, "") for key in sorted(wrong))]).encode()


def _before_last_edit(registry: Registry, faq_folder: Path) -> str:
    active = registry.active()
    if active is None:
        raise ModelError(f"{registry.folder}: no model has been published, so there is nothing to go back to")
    if compare(faq_folder, registry.knowledge(active)).files:
        return active
    before = registry.publication(active).replaces
    while before in registry.versions():
        if compare(registry.knowledge(active), registry.knowledge(str(before))).files:
            return str(before)
        before = registry.publication(str(before)).replaces  # trained twice on the same
    raise ModelError(f"{registry.folder}: nothing is known from before {active}, so there is nothing to go back to")


def _keep(faq_folder: Path, aside: Path) -> Path:
    """Copy the knowledge of `faq_folder` into a new folder below `aside` and return it."""
    stamp = dt.datetime.now().strftime("%Y-%m-%dT%H%M%S")
    taken = list(aside.glob(f"{stamp}*"))
    kept = aside / (f"{stamp}-{len(taken) + 1}" if taken else stamp)
    copy_knowledge(faq_folder, kept)
    return kept
