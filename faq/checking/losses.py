"""Refuse knowledge that has lost much of what serves: a file half saved, cut off or deleted."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from faq.reading.files import GOLDEN, content, yaml_files
from faq.reading.folder import SHARED, Folder
from faq.reading.yaml_reader import Mistake
from faq.said import command, restore_command, said

SHARE = 10
"""A file may lose one in so many of its lines."""

FEWEST = 3
"""Lines that any file may lose one less of: a topic taken from a menu of fifteen is an edit, no accident."""

_DIGEST = 10
"""Characters of the digest that an admin copies."""


@dataclass(frozen=True)
class Published:
    """The knowledge that serves now, against which the losses of an edit are measured."""

    folder: Path
    """Its files."""
    data: Path
    """Data folder, for the command that releases a loss."""
    released: frozenset[str] = frozenset()
    """Digests of the losses that an admin wants."""


@dataclass(frozen=True)
class Loss:
    """What one file has lost."""

    file: Path
    """The file as it would be called now."""
    line: int
    """Where its lines are missing, from 1."""
    kind: str
    """file_gone, cut_off or lost_lines."""
    lost: int
    """Lines lost, less those that stand in another file now."""
    before: int
    """Lines that it had; blank ones and remarks are not counted."""
    digest: str
    """Names just this change: the old content and the new one."""


def check_losses(folder: Folder, published: Published) -> Iterator[Mistake]:
    """Yield a mistake for each loss that nobody has released."""
    for loss in losses(folder, published):
        if loss.digest not in published.released:
            release = command("check", "--accept", loss.digest, faq=folder.path, data=published.data)
            restore = restore_command(loss.file)
            sentence = said(loss.kind, lost=loss.lost, before=loss.before, restore=restore, command=release)
            yield Mistake(loss.file, loss.line, sentence)


def losses(folder: Folder, published: Published) -> Iterator[Loss]:
    """Yield what `folder` has lost against `published`; a file that was only renamed or moved has lost nothing."""
    old, new = _published(published.folder), _texts(folder.path, folder.contents)
    if old == new or not new:  # a folder that is gone or empty is one mistake, told elsewhere
        return
    added: Counter[str] = Counter()
    for name, text in new.items():
        added.update(Counter(_lines(text)) - Counter(_lines(old.get(name, ""))))
    for name, text in old.items():
        now = new.get(name)
        if now == text or (now is None and name.removesuffix(".yaml") in SHARED):
            continue  # a missing file that must be there is a mistake of its own
        loss = _loss(folder.path / name, text, now, added)
        if loss is not None:
            yield loss


def _loss(file: Path, old: str, new: str | None, added: Mapping[str, int]) -> Loss | None:
    before, now = _lines(old), _lines(new or "")
    gone = Counter(before) - Counter(now)
    elsewhere = sum(min(count, added.get(line, 0)) for line, count in gone.items())
    lost = len(before) - len(now) - (elsewhere if len(before) > len(now) else 0)
    digest = hashlib.sha256(f"{file.name}\0{old}\0{new}".encode()).hexdigest()[:_DIGEST]
    if new is None:
        return Loss(file, 1, "file_gone", lost, len(before), digest) if lost * SHARE > len(before) else None
    end = new.count("\n") + (not new.endswith("\n"))
    if lost > 1 and old.startswith(new.rstrip()):
        return Loss(file, end, "cut_off", lost, len(before), digest)
    if lost < FEWEST or lost * SHARE <= len(before):
        return None
    return Loss(file, _where(old, new, gone), "lost_lines", lost, len(before), digest)


def _where(old: str, new: str, gone: Mapping[str, int]) -> int:
    """Return the line of the new text before which the first lost line stood."""
    kept = 0
    for line in old.splitlines():
        if gone.get(line.strip()):
            break
        kept += 1
    return max(1, min(kept, len(new.splitlines())))


def _lines(text: str) -> list[str]:
    stripped = (line.strip() for line in text.splitlines())
    return [line for line in stripped if line and not line.startswith("#")]


def _published(path: Path) -> dict[str, str]:
    return _texts(path, {file.relative_to(path): _bytes(file) for file in yaml_files(path)})


def _texts(path: Path, contents: Mapping[Path, bytes]) -> dict[str, str]:
    """Return the text of each file of knowledge by its name below `path`; `contents` are those of the YAML."""
    golden = path / GOLDEN
    every = {**contents, **({Path(GOLDEN): _bytes(golden)} if golden.is_file() else {})}
    return {name.as_posix(): read.decode("utf-8-sig", "replace").replace("\r\n", "\n") for name, read in every.items()}


def _bytes(file: Path) -> bytes:
    try:
        return content(file)
    except OSError:
        return b""  # said by the reader
