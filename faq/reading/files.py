"""Which files of a folder are knowledge, which are passed over, and which an admin has to rename, move or mend."""

from __future__ import annotations

import errno
import itertools
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from faq.reading.yaml_reader import Mistake
from faq.said import Said, said

GOLDEN = "golden.tsv"
"""Name of the file of golden questions in the folder of the knowledge base."""

PROGRAM = ("messages.yaml", "suspects.yaml")
"""YAML files beside the program that are no knowledge: what `check` says, and what it looks for."""

LARGEST = 2_000_000
"""Bytes of a file; the largest of ours has 334,000."""

MOST = 2_000
"""Files and folders below a folder; ours has 150."""

_DEEPEST = 8
"""Folders in each other; ours are 2 deep."""

_PASSED_OVER = re.compile(
    r"""\..* | ~\$.* | ~.*\.tmp | \#.*\# | .*~ | .*___jb_(tmp|old)___  # hidden, and what editors write beside a file
    | .*\.\d+\.new  # intents.registry.checksums writes so before it renames
    | __MACOSX | Thumbs\.db | ehthumbs\.db | desktop\.ini | Icon\r | lost\+found | @eaDir | \$RECYCLE\.BIN
    | System\ Volume\ Information | __pycache__
    | .*\.pyi? | .*\.pyc | py\.typed | (README|LICENSE|CHANGELOG)(\.\w+)?""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_YAML = re.compile(r"(.+?)\.ya?ml(.*)", re.IGNORECASE | re.DOTALL)
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_USUAL = re.compile(r"[a-z][a-z0-9_]*(@\S*)?")
_KINDS = {
    stat.S_IFIFO: "kind_pipe",
    stat.S_IFSOCK: "kind_socket",
    stat.S_IFCHR: "kind_device",
    stat.S_IFBLK: "kind_device",
}


@dataclass(frozen=True)
class Entry:
    """Something below a folder of knowledge that is not passed over."""

    path: Path
    """Where it stands, by the folder's name as it was given."""
    real: Path
    """Where it stands without any link on the way."""
    status: os.stat_result | None = None
    """What the system says of it; None where it says nothing."""
    fault: Said | None = None
    """What forbids to read it, and the remedy; None for a plain file."""


def entries(folder: Path) -> Iterator[Entry]:
    """Yield all below `folder` but what is passed over, in the order of their names.

    Links are followed as long as they stay in the folder, as those of a mounted ConfigMap do. Raises OSError if the
    folder itself cannot be read.
    """
    top = folder.resolve(strict=True)
    with os.scandir(folder):  # raises what a missing or forbidden folder raises
        pass
    found = itertools.islice(_below(folder, top, top, (_identity(top.stat()),)), MOST + 1)
    for count, entry in enumerate(found, 1):
        if count > MOST:
            yield Entry(folder, top, fault=said("many_files", most=MOST))
            return
        yield entry


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino


def _below(folder: Path, real: Path, top: Path, above: tuple[tuple[int, int], ...]) -> Iterator[Entry]:
    """Yield what stands below `folder`; `above` are the folders that lead to it, itself included."""
    try:
        with os.scandir(folder) as listed:
            names = sorted(entry.name for entry in itertools.islice(listed, 10 * MOST))
    except OSError as error:
        yield Entry(folder, real, fault=unreadable(error))
        return
    for name in names:
        if _PASSED_OVER.fullmatch(name):
            continue
        entry = _entry(folder / name, real / name, top, above)
        if entry.fault or entry.status is None or not stat.S_ISDIR(entry.status.st_mode):
            yield entry
        else:
            yield from _below(entry.path, entry.real, top, (*above, _identity(entry.status)))


def _entry(path: Path, real: Path, top: Path, above: tuple[tuple[int, int], ...]) -> Entry:
    link = path.is_symlink()
    try:
        status = path.stat()
        real = path.resolve(strict=True) if link else real
    except OSError as error:
        return Entry(path, real, fault=_broken_link(path) if link else unreadable(error))
    fault: Said | None
    if link and not real.is_relative_to(top):
        fault = said("link_out", to=str(real))
    elif stat.S_ISDIR(status.st_mode):
        fault = _folder_fault(path, status, above)
    else:
        kind = "" if stat.S_ISREG(status.st_mode) else _KINDS.get(stat.S_IFMT(status.st_mode), "kind_other")
        fault = said("no_file", kind=said(kind)) if kind else None
    return Entry(path, real, status, fault)


def _folder_fault(path: Path, status: os.stat_result, above: tuple[tuple[int, int], ...]) -> Said | None:
    if _YAML.fullmatch(path.name):
        return said("folder_as_file")
    if _identity(status) in above:
        return said("link_back")
    if len(above) > _DEEPEST:
        return said("folder_too_deep")
    return None


def _broken_link(path: Path) -> Said:
    return said("link_broken", to=str(path.readlink()))


def unreadable(error: OSError) -> Said:
    """Return why a file could not be read, and the remedy."""
    keys = {errno.EFBIG: "cannot_read_all", errno.EACCES: "cannot_read", errno.EPERM: "cannot_read"}
    return said(keys.get(error.errno or 0, "cannot_read_it"), reason=str(error.strerror))


def yaml_files(folder: Path) -> list[Path]:
    """Return the files of `folder` that hold knowledge as YAML, in order; none if there is no such folder."""
    program = {folder / name for name in PROGRAM}
    return [
        entry.path
        for entry in _existing(folder)
        if not entry.fault and entry.path.suffix == ".yaml" and entry.path not in program
    ]


def _existing(folder: Path) -> Iterator[Entry]:
    return entries(folder) if folder.exists() else iter(())


def misplaced(folder: Path) -> Iterator[Mistake]:
    """Yield a mistake for all below `folder` that is neither knowledge nor passed over: no file is dropped in silence.

    A file ending in .yaml may still have no place; faq.reading.folder says so.
    """
    if not folder.is_dir():
        yield Mistake(folder, 1, said("folder_is_none" if folder.exists() else "folder_missing"))
        return
    try:
        for entry in entries(folder):
            if entry.fault:
                yield Mistake(entry.path, 1, entry.fault)
            elif entry.path.suffix != ".yaml" and entry.path != folder / GOLDEN:
                yield Mistake(entry.path, 1, _misnamed(entry.path))
    except OSError as error:
        yield Mistake(folder, 1, unreadable(error))


def _misnamed(file: Path) -> Said:
    found = _YAML.fullmatch(file.name)
    if found is None:
        return said("misnamed")
    right = file.with_name(f"{found[1]}.yaml")
    if right.exists() and not found[2]:
        owner = ".".join((*file.parts[-2:-1], found[1]))
        return said("id_taken", id=owner, other=right.name)
    if right.exists():
        return said("misnamed_twin", right=right.name)
    return said("misnamed_yaml", right=right.name)


def copied(file: Path) -> Path | None:
    """Return the file that `file` is a copy of by its name, as `apply (1).yaml` is of `apply.yaml`; None: of none."""
    if _USUAL.fullmatch(file.stem):
        return None
    names = (file.with_name(f"{name}.yaml") for name in _NAME.findall(file.stem))
    return next((original for original in names if original != file and original.exists()), None)


def content(file: Path) -> bytes:
    """Return the bytes of the plain file `file`; raises OSError, also where it is none or larger than `LARGEST`."""
    with open(os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as opened:  # noqa: PTH123 - a pipe
        if not stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
            raise OSError(errno.EINVAL, "it is no plain file", str(file))
        return bounded(opened, file)


def bounded(opened: IO[bytes], file: Path) -> bytes:
    """Return the bytes of a file that has been opened; raises OSError if they are more than `LARGEST`."""
    read = opened.read(LARGEST + 1)
    if len(read) > LARGEST:
        raise OSError(errno.EFBIG, f"it has more than {LARGEST // 1_000_000} MB", str(file))
    return read


def signature(folder: Path) -> frozenset[tuple[str, str, tuple[int, int, int]]]:
    """Return what changes whenever something below `folder` is saved, moved, swapped or deleted; raises OSError."""
    return frozenset(
        (str(entry.path), f"{entry.real} {entry.fault or ''}", _version(entry.status)) for entry in entries(folder)
    )


def _version(status: os.stat_result | None) -> tuple[int, int, int]:
    return (status.st_size, status.st_mtime_ns, status.st_ctime_ns) if status else (0, 0, 0)
