"""The YAML files of one faq/ folder as they were found, before anything in them is trusted."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from faq.said import restore_command, said
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

PROGRAM = ("messages.yaml", "suspects.yaml")
"""YAML files beside the program that are no knowledge: what `check` says and looks for."""

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
            folder.mistakes.append(Mistake(file, 1, said("cannot_read", reason=str(error.strerror))))
            continue
        digest.update(_sealed(relative, content))
        _place(folder, file, relative.with_suffix("").parts, content)
    for name in SHARED:
        if name not in folder.shared:
            missing = path / f"{name}.yaml"
            folder.mistakes.append(Mistake(missing, 1, said("file_missing", command=restore_command(missing))))
    if not folder.intents:
        folder.mistakes.append(Mistake(path / "topics", 1, said("no_intent", command=restore_command(path / "topics"))))
    folder.fingerprint = digest.hexdigest()
    return folder


def yaml_files(path: Path) -> list[Path]:
    """Return every YAML file below `path`, in order."""
    return sorted(file for file in path.rglob("*.y*ml") if file.name not in PROGRAM or file.parent != path)


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
    stats = ((file, file.stat()) for file in yaml_files(path))
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
            folder.mistakes.append(Mistake(file, 1, said("bad_id", id=key)))
            return
    else:
        folder.mistakes.append(
            Mistake(file, 1, said("no_place", expected=", ".join(f"{name}.yaml" for name in SHARED)))
        )
        return
    if key in into:
        folder.mistakes.append(Mistake(file, 1, said("id_taken", id=key, other=into[key].path.name)))
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
