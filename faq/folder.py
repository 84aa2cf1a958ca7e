"""The YAML files of one faq/ folder as they were found, before anything in them is trusted."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from faq.yaml_reader import Document, Mistake, Place, Value, read

SHARED = (
    "topics",
    "offices",
    "places",
    "sources",
    "figures",
    "lexicon",
    "cues",
    "phrases",
    "personal",
    "out_of_scope",
    "emergencies",
)
"""Names of the files beside topics/, without .yaml."""

VERSION = "@"
"""Stands between an intent's name and the day a later version takes over: topics/dibao/amount@2027-01-01.yaml."""

_NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass
class Folder:
    """Every document of a folder, and what is wrong with the files as files."""

    path: Path
    """The folder."""
    shared: dict[str, Document] = field(default_factory=dict)
    """Documents beside topics/ by name: 'offices'."""
    intents: dict[str, Document] = field(default_factory=dict)
    """Documents of intents by id: 'dibao.apply'."""
    versions: dict[str, dict[str, Document]] = field(default_factory=dict)
    """Documents of later versions: id of the intent → day it takes over, as written in the file's name."""
    mistakes: list[Mistake] = field(default_factory=list)
    """Missing, misplaced and misnamed files."""
    fingerprint: str = ""
    """SHA-256 over names and bytes of all YAML files."""

    def documents(self) -> Iterator[Document]:
        """Yield every document."""
        yield from self.shared.values()
        yield from self.intents.values()
        for versions in self.versions.values():
            yield from versions.values()

    def keys(self, name: str) -> list[str] | None:
        """Return the top keys of shared file `name`, or None if it could not be read."""
        document = self.shared.get(name)
        return list(document.value) if document and isinstance(document.value, dict) else None


def open_folder(path: Path) -> Folder:
    """Read all YAML files below `path`; raises nothing, whatever stands there."""
    folder = Folder(path)
    digest = hashlib.sha256()
    for file in yaml_files(path):
        relative = file.relative_to(path)
        try:
            content = file.read_bytes()
        except OSError as error:
            folder.mistakes.append(Mistake(file, 1, f"cannot be read: {error.strerror}; check its permissions"))
            continue
        digest.update(_sealed(relative, content))
        _place(folder, file, relative.with_suffix("").parts, content)
    for name in SHARED:
        if name not in folder.shared:
            missing = path / f"{name}.yaml"
            folder.mistakes.append(Mistake(missing, 1, "this file is missing; restore it from the last version"))
    if not folder.intents:
        folder.mistakes.append(Mistake(path / "topics", 1, "no intent found; expected topics/<topic>/<name>.yaml"))
    folder.fingerprint = digest.hexdigest()
    return folder


def yaml_files(path: Path) -> list[Path]:
    """Return every YAML file below `path`, in order."""
    return sorted(path.rglob("*.y*ml"))


def fingerprint(path: Path) -> str:
    """Return the fingerprint that `open_folder` would give, without understanding a word of the files.

    Raises OSError if a file cannot be read.
    """
    digest = hashlib.sha256()
    for file in yaml_files(path):
        digest.update(_sealed(file.relative_to(path), file.read_bytes()))
    return digest.hexdigest()


def _sealed(relative: Path, content: bytes) -> bytes:
    return f"{relative.as_posix()}\0{len(content)}\0".encode() + content


def signature(path: Path) -> tuple[tuple[str, int, int], ...]:
    """Return name, size and time of change of every YAML file: differs whenever something was saved."""
    stats = ((file, file.stat()) for file in sorted(path.rglob("*.y*ml")))
    return tuple((str(file), stat.st_size, stat.st_mtime_ns) for file, stat in stats)


def _place(folder: Folder, file: Path, parts: tuple[str, ...], content: bytes) -> None:
    """Put the file where it belongs in `folder`."""
    into: dict[str, Document]
    if len(parts) == 1 and parts[0] in SHARED:
        into, key = folder.shared, parts[0]
    elif len(parts) == 3 and parts[0] == "topics":
        name, version, day = parts[2].partition(VERSION)
        into, key = folder.intents, f"{parts[1]}.{name}"
        if version:
            into, key = folder.versions.setdefault(key, {}), day
        if not all(_NAME.fullmatch(part) for part in (parts[1], name)):
            folder.mistakes.append(
                Mistake(file, 1, f"'{key}' cannot be an id; name file and folder with a-z, 0-9 and _ only")
            )
            return
    else:
        expected = "topics/<topic>/<name>.yaml or one of " + ", ".join(f"{name}.yaml" for name in SHARED)
        folder.mistakes.append(Mistake(file, 1, f"no place for this file; expected {expected}"))
        return
    if key in into:
        folder.mistakes.append(
            Mistake(file, 1, f"id '{key}' is already given by {into[key].path.name}; delete or rename one of the files")
        )
        return
    into[key] = read(file, content)


def texts(document: Document, key: str) -> Iterator[tuple[Place, str]]:
    """Yield place and text of each string in the list (or the one string) under `key`; skip everything else."""
    value: Value = document.value.get(key) if isinstance(document.value, dict) else None
    if isinstance(value, str):
        yield (key,), value
    if isinstance(value, list):
        for index, item in enumerate(value):
            if isinstance(item, str):
                yield (key, index), item
