"""The YAML files of one faq/ folder as they were found, before anything in them is trusted."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from weakref import WeakValueDictionary

from faq.knowledge.template import LIMIT, TemplateError, expand
from faq.reading.files import content, copied, misplaced, unreadable, yaml_files
from faq.reading.yaml_reader import Document, Mistake, Place, Value, read
from faq.said import restore_command, said

SHARED = (
    "topics",
    "offices",
    "places",
    "sources",
    "figures",
    "lexicon",
    "thesaurus",
    "cues",
    "phrases",
    "personal",
    "out_of_scope",
    "emergencies",
    "glossary",
    "referrals",
)
"""Names of the files beside topics/, without .yaml."""

_RESTED_ON = ("topics", "sources", "figures", "cues", "personal")
"""Shared files without which no other can be looked through."""

CONVERSATIONS, LESSONS = "conversations", "lessons"
"""Names of the folders of conversations that must go as written, and of those that only show how residents go on."""

VERSION = "@"
"""Stands between an intent's name and the day a later version takes over: topics/dibao/amount@2027-01-01.yaml."""

LARGEST = 20_000_000
"""Bytes of all files together; ours have 1,400,000."""

MOST_OF_AN_INTENT, MOST_QUESTIONS = 5_000, 200_000
"""Questions of an intent, and of all of them; ours have 160 and 11,000."""

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
    conversations: dict[str, Document] = field(default_factory=dict)
    """Documents below conversations/ by name: 'shorter'."""
    lessons: dict[str, Document] = field(default_factory=dict)
    """Documents below lessons/ likewise."""
    mistakes: list[Mistake] = field(default_factory=list)
    """Missing, misplaced and misnamed files."""
    contents: dict[Path, bytes] = field(default_factory=dict)
    """Bytes of each YAML file, as they were read."""
    kept: frozenset[Path] = frozenset()
    """Files whose bytes are those of the folder that was read before; the documents of these are its documents."""
    fingerprint: str = ""
    """SHA-256 over names and bytes of all YAML files but the conversations, on which no answer depends."""

    def documents(self) -> Iterator[Document]:
        """Yield every document."""
        yield from self.shared.values()
        yield from self.intents.values()
        for versions in self.versions.values():
            yield from versions.values()
        yield from self.conversations.values()
        yield from self.lessons.values()

    def without_kept(self) -> Folder:
        """Return the folder as if it had only the intents with a new file, new shared files and those they rest on."""
        new = {path for path in self.contents if path not in self.kept}

        def is_new(document: Document) -> bool:
            return document.path.relative_to(self.path) in new

        intents = {
            key: first
            for key, first in self.intents.items()
            if any(map(is_new, (first, *self.versions.get(key, {}).values())))
        }
        return replace(
            self,
            shared={name: one for name, one in self.shared.items() if name in _RESTED_ON or is_new(one)},
            intents=intents,
            versions={key: versions for key, versions in self.versions.items() if key in intents},
            conversations={name: one for name, one in self.conversations.items() if is_new(one)},
            lessons={name: one for name, one in self.lessons.items() if is_new(one)},
        )

    def keys(self, name: str) -> list[str] | None:
        """Return the top keys of shared file `name`, or None if it could not be read."""
        document = self.shared.get(name)
        return list(document.value) if document and isinstance(document.value, dict) else None


def open_folder(
    path: Path, known_good: Callable[[str], bool] = lambda _: False, before: Folder | None = None
) -> Folder:
    """Read all YAML files below `path`; raises nothing, whatever stands there.

    `known_good` tells of a fingerprint whether its very bytes were looked through before. `before` was read and found
    right, here or elsewhere: files with the same bytes are not read again.
    """
    folder = Folder(path, mistakes=list(misplaced(path)))
    digest = hashlib.sha256()
    total = 0
    unread = any(mistake.file == path for mistake in folder.mistakes)  # missing, forbidden, or far too full
    for file in () if unread else yaml_files(path):
        relative = file.relative_to(path)
        try:
            written = content(file)
        except OSError as error:
            folder.mistakes.append(Mistake(file, 1, unreadable(error)))
            continue
        total += len(written)
        if total > LARGEST:
            folder.mistakes.append(Mistake(file, 1, said("folder_too_large", most=LARGEST // 1_000_000)))
            break
        folder.contents[relative] = written
        if relative.parts[0] != CONVERSATIONS:
            digest.update(_digested(relative, written))
    folder.fingerprint = digest.hexdigest()
    known = known_good(folder.fingerprint)
    kept = _kept(folder, before) if before else {}
    folder.kept = frozenset(kept)
    for relative, written in folder.contents.items():
        fingerprinted = relative.parts[0] != CONVERSATIONS
        good = known and fingerprinted
        parts = relative.with_suffix("").parts
        _place(folder, path / relative, parts, kept.get(relative) or partial(_read, content=written, known_good=good))
    _limit_questions(folder)
    if not unread:
        folder.mistakes += _missing(folder)
    return folder


def _kept(folder: Folder, before: Folder) -> dict[Path, Callable[[Path], Document]]:
    """Return what gives the document of each file of `folder` that has the bytes it had in `before`."""
    documents = {document.path.relative_to(before.path): document for document in before.documents()}
    return {
        name: partial(_again, documents[name])
        for name, written in folder.contents.items()
        if name in documents and before.contents.get(name) == written and not documents[name].mistakes
    }


_in_use: WeakValueDictionary[tuple[bytes, bool], Document] = WeakValueDictionary()
"""Documents by the bytes they were read from, and whether these were only known to be right, for as long as a folder
holds them: the knowledge that is edited, that serves and that was published differ in a file or two."""


def _read(file: Path, content: bytes, *, known_good: bool) -> Document:
    """Return the document of `file`; bytes of which another folder holds the document are not read again."""
    for unread in (False, True) if known_good else (False,):
        document = _in_use.get((content, unread))
        if document is not None and not document.mistakes:
            return _again(document, file)
    document = _in_use[content, known_good] = read(file, content, known_good=known_good)
    return document


def _again(document: Document, file: Path) -> Document:
    return replace(document, path=file, mistakes=[], first=document.first or document)


def _missing(folder: Folder) -> Iterator[Mistake]:
    named = {mistake.file for mistake in folder.mistakes}
    for name in SHARED:
        missing = folder.path / f"{name}.yaml"
        if name not in folder.shared and missing not in named:
            yield Mistake(missing, 1, said("file_missing", command=restore_command(missing)))
    if not folder.intents:
        topics = folder.path / "topics"
        yield Mistake(topics, 1, said("no_intent", command=restore_command(topics)))


def fingerprint(path: Path) -> str:
    """Return the fingerprint that `open_folder` would give, without understanding a word of the files.

    Raises OSError if a file cannot be read.
    """
    digest = hashlib.sha256()
    for file in yaml_files(path):
        if (relative := file.relative_to(path)).parts[0] != CONVERSATIONS:
            digest.update(_digested(relative, content(file)))
    return digest.hexdigest()


def _digested(relative: Path, content: bytes) -> bytes:
    return os.fsencode(relative.as_posix()) + f"\0{len(content)}\0".encode() + content


def _place(folder: Folder, file: Path, parts: tuple[str, ...], document: Callable[[Path], Document]) -> None:
    """Put the file, which `document` reads, where it belongs in `folder`."""
    into: dict[str, Document]
    if original := copied(file):
        folder.mistakes.append(Mistake(file, 1, said("copied_name", original=original.name)))
        return
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
    elif len(parts) == 2 and parts[0] == CONVERSATIONS:
        into, key = folder.conversations, parts[1]
    elif len(parts) == 2 and parts[0] == LESSONS:
        into, key = folder.lessons, parts[1]
    else:
        folder.mistakes.append(
            Mistake(file, 1, said("no_place", expected=", ".join(f"{name}.yaml" for name in SHARED)))
        )
        return
    into[key] = document(file)


def _limit_questions(folder: Folder) -> None:
    """Take the content of files of too many questions away, so that nobody expands them again."""
    total = 0
    for document in folder.intents.values():
        count = _questions(document)
        total += count
        if count > MOST_OF_AN_INTENT:
            fault = said("intent_too_large", most=MOST_OF_AN_INTENT)
        elif total > MOST_QUESTIONS:
            fault = said("many_questions_in_all", most=MOST_QUESTIONS)
        else:
            continue
        document.mistakes.append(document.mistake(("questions",), fault))
        document.value = None


def _questions(document: Document) -> int:
    """Return how many questions a file stands for; only where lines alone tell that they are few, an estimate."""
    lines = [line for _, line in texts(document, "questions")]
    branched = [line for line in lines if "|" in line or "｜" in line]
    count = len(lines) - len(branched)
    if count + len(branched) * LIMIT <= MOST_OF_AN_INTENT:
        return len(lines)
    for line in branched:
        try:
            count += len(expand(line))
        except TemplateError:
            count += 1  # the loader reports it
        if count > MOST_OF_AN_INTENT:
            break
    return count


def texts(document: Document, key: str) -> Iterator[tuple[Place, str]]:
    """Yield place and text of each string in the list (or the one string) under `key`; skip everything else."""
    value: Value = document.value.get(key) if isinstance(document.value, dict) else None
    if isinstance(value, str):
        yield (key,), value
    if isinstance(value, list):
        for index, item in enumerate(value):
            if isinstance(item, str):
                yield (key, index), item
