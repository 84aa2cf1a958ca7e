"""Folders whose bytes are vouched for, and files that are written whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import Any

from faq.reading.files import GOLDEN, yaml_files

SUMS = "SHA256SUMS"
"""File with the sum of every other file of its folder, in the form of sha256sum."""


class ChecksumError(Exception):
    """Raised when a folder is not as its checksums say; names the file."""


def write_sums(folder: Path) -> None:
    """Write the sums of all files of `folder` and force everything onto the disk."""
    files = _files(folder)
    lines = [f"{_digest(path)}  {path.relative_to(folder).as_posix()}" for path in files]
    (folder / SUMS).write_text("\n".join(lines) + "\n", encoding="utf-8")
    for path in (*files, folder / SUMS, *(p for p in folder.rglob("*") if p.is_dir()), folder):
        flush(path)


def check_sums(folder: Path, *, trusting: str = "") -> None:
    """Raise ChecksumError unless `folder` has exactly the files that its checksums name, byte for byte.

    `trusting` names a file whose bytes somebody else compares.
    """
    try:
        lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ChecksumError(f"{folder}: has no readable {SUMS} ({error})") from error
    sums = dict(line.split("  ", 1)[::-1] for line in lines if "  " in line)
    found = {path.relative_to(folder).as_posix(): path for path in _files(folder)}
    for name in sorted(set(sums) ^ set(found)):
        what = "is missing" if name in sums else "does not belong there"
        raise ChecksumError(f"{folder / name}: {what}, says {SUMS}")
    for name, path in found.items():
        if name != trusting and _digest(path) != sums[name]:
            raise ChecksumError(f"{path}: its bytes differ from its sum in {SUMS}")


def copy_knowledge(source: Path, target: Path) -> None:
    """Copy the files that make up knowledge from one folder into another."""
    for file in knowledge_files(source):
        copy = target / file.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)


def knowledge_files(folder: Path) -> list[Path]:
    """Return the files of `folder` that make up knowledge: the YAML and the golden questions."""
    golden = folder / GOLDEN
    return [*yaml_files(folder), *([golden] if golden.is_file() else [])]


def read_json(path: Path) -> dict[str, Any]:
    """Return the object in a JSON file; empty if there is none."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def write_atomically(path: Path, content: bytes) -> None:
    """Write `content` into the file `path`; after a kill at any moment it holds the old bytes or the new ones."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    draft.write_bytes(content)
    flush(draft)
    draft.replace(path)
    flush(path.parent)


def flush(path: Path) -> None:
    """Force a file's bytes, or a folder's names, onto the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _files(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*") if p.is_file() and p.name != SUMS)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
