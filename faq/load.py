"""Read the folder faq/ into one valid `Faq`, or say every mistake in it at once.

>>> load(Path('faq')).intents['dibao.apply'].title
'低保怎么申请'
"""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from typing import TypeVar, cast

from faq.acceptance import mark
from faq.checking.causes import report
from faq.checking.content import check_content
from faq.checking.crosscheck import crosscheck, references
from faq.checking.likeness import check_likeness
from faq.checking.losses import Published, check_losses
from faq.checking.pointcheck import check_points
from faq.checking.renamed import told_once
from faq.checking.sweep import check_sweeping
from faq.figures.figures import FigureWords
from faq.figures.verify import verify
from faq.knowledge.case import Case
from faq.knowledge.cues import Cues
from faq.knowledge.fields import Key, Title
from faq.knowledge.personal import Marks, Personal
from faq.knowledge.phrases import Phrases
from faq.knowledge.points import About, Aspect, points_of, untagged
from faq.knowledge.types import (
    Dangers,
    Declined,
    District,
    Emergency,
    Faq,
    Intent,
    Office,
    Places,
    Referral,
    Source,
    Term,
    Topic,
)
from faq.older import completed, whole
from faq.reading.cases import check_golden, read_golden
from faq.reading.folder import Folder, open_folder
from faq.reading.origins import trained_on, written
from faq.reading.schema import Schema
from faq.reading.transcripts import read_lessons, read_transcripts
from faq.reading.versions import KEPT, merged
from faq.reading.yaml_reader import Document, Mistake
from faq.said import Language, command

T = TypeVar("T")


class FaqError(Exception):
    """Raised when a folder is not a valid knowledge base; carries every mistake found."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        """Take the mistakes; they are sorted by file and line."""
        self.mistakes = sorted(set(mistakes), key=lambda mistake: (mistake.file, mistake.line, mistake.text))
        super().__init__("\n".join(map(str, self.mistakes)))

    def say(self, language: Language = "zh", checking: str = "") -> str:
        """Return what an admin reads: each cause once, and the command to check again."""
        return report(self.mistakes, language, checking or command("check"))


def load(path: Path, known_good: str | None = None, published: Published | None = None, *, older: bool = False) -> Faq:
    """Return the knowledge base in folder `path`.

    `known_good` is the mark (faq.acceptance) of knowledge that has passed these very checks before: the same bytes are
    not looked through or compared with each other again. `published` is what serves now: no file may lose much of it
    (faq.checking.losses). `older`: it may be of an older program, whose files lack what this one needs (faq.older).
    Raises FaqError with all mistakes of all files; nothing is loaded by halves.
    """
    folder = open_folder(path, lambda fingerprint: known_good is not None and mark(fingerprint) == known_good)
    return validate(folder, known_good, published, older=older)


def validate(
    folder: Folder,
    known_good: str | None = None,
    published: Published | None = None,
    *,
    hasty: bool = False,
    older: bool = False,
) -> Faq:
    """Return the knowledge base in `folder`, which has been read; raises FaqError as `load` does.

    `hasty`: of the texts only those of files that are new since the folder was read before (Folder.kept) are looked
    through, and questions are not compared with each other; the whole must be validated soon.
    """
    folder = whole(folder) if older else folder
    read = _Reader(folder, older=older)
    topics = read.shared("topics", dict[str, Topic], Topic)
    offices = read.shared("offices", dict[str, dict[str, Office]], Office)
    places = read.shared("places", Places, Places, District)
    sources = read.shared("sources", dict[Key, Source], Source)
    read.shared("figures", FigureWords, FigureWords)
    lexicon = read.shared("lexicon", dict[str, tuple[str, ...]])
    thesaurus = read.shared("thesaurus", dict[Key, tuple[str, ...]])
    cues = read.shared("cues", Cues, Cues, Aspect)
    phrases = read.shared("phrases", Phrases, Phrases)
    personal = read.shared("personal", Personal, Personal, Marks)
    out_of_scope = read.shared("out_of_scope", Declined)
    emergencies = read.shared("emergencies", Dangers, Emergency)
    glossary = read.shared("glossary", dict[Title, Term], Term)
    referrals = read.shared("referrals", dict[Title, Referral], Referral)
    intents = read.intents()
    golden, wrong = read_golden(folder)
    transcripts = read_transcripts(folder, folder.conversations)
    lessons, asked = read_lessons(folder)
    if older:  # no answer depends on a conversation: one that cannot be read today is left out
        folder.conversations = {name: one for name, one in folder.conversations.items() if not one.mistakes}
    mistakes = [*folder.mistakes, *wrong, *(check_losses(folder, published) if published else ())]
    if hasty:
        mistakes += _told(folder)
    elif mark(folder.fingerprint) != known_good:
        mistakes += _compared(folder, golden)
    for document in folder.documents():
        mistakes += document.mistakes
    if mistakes:
        raise FaqError(told_once(folder, mistakes, golden, published.folder if published else None))
    order = list(topics)
    intents = [_pointed(intent, cues.tags()) for intent in intents]
    by_topic = sorted(intents, key=lambda intent: (order.index(intent.topic), intent.id))
    return Faq(
        topics,
        {intent.id: intent for intent in by_topic},
        offices,
        places,
        sources,
        lexicon,
        thesaurus,
        cues,
        phrases,
        personal,
        out_of_scope,
        emergencies,
        glossary,
        referrals,
        folder.fingerprint,
        folder.path,
        tuple(golden),
        written(folder),
        tuple(transcripts),
        tuple(lessons),
        tuple(asked),
    )


def _told(folder: Folder) -> list[Mistake]:
    """Return what is wrong with what the new files of `folder` tell, and with the names that they use."""
    new = folder.without_kept()
    return [*references(folder), *check_points(new), *verify(new), *check_content(new)]


def _compared(folder: Folder, golden: list[Case]) -> list[Mistake]:
    """Return what shows only when texts are compared with each other, or with words that they must not hold."""
    origins = list(trained_on(folder))
    return [
        *crosscheck(folder),
        *check_points(folder),
        *check_golden(folder, golden, origins),
        *verify(folder),
        *check_content(folder),
        *check_likeness(folder, origins),
        *check_sweeping(folder, origins),
    ]


class _Reader:
    """Checks documents of a folder against types; mistakes stay with the documents."""

    def __init__(self, folder: Folder, *, older: bool) -> None:
        self._folder, self._older = folder, older

    def shared(self, name: str, kind: type[T], *with_keys: type) -> T:
        """Return shared file `name` as `kind`; after a mistake the value must not be used."""
        document = self._folder.shared.get(name)
        if document is None or (document.mistakes and document.value is None):
            return cast("T", None)
        known = [field.name for one in with_keys for field in fields(one)]
        schema = Schema[T](kind)
        if self._older:
            document = completed(document, name, schema.problems)
        return cast("T", schema.check(document.value, document, known))

    def intents(self) -> list[Intent]:
        """Return every intent that is valid by itself, with its later versions."""
        schema: Schema[Intent] = Schema(Intent)
        keys = [field.name for field in fields(Intent) if field.name not in ("id", *_MADE)]
        found = []
        for intent_id, document in self._folder.intents.items():
            first = _intent(intent_id, document, schema, keys)
            versions = sorted(self._folder.versions.get(intent_id, {}).items())
            if first is not None:
                later = [_version(first, document, version, day, schema, keys) for day, version in versions]
                found.append(replace(first, later=tuple(version for version in later if version is not None)))
        return found


_MADE = ("later", "points", "details_points")
"""Fields of an intent that are never written in YAML."""


def _pointed(intent: Intent, names: dict[str, About]) -> Intent:
    """Return `intent` and its later versions with their points, and their texts without tags."""
    return replace(
        intent,
        answer=untagged(intent.answer),
        details=untagged(intent.details) if intent.details else None,
        points=points_of(intent.answer, names),
        details_points=points_of(intent.details or "", names),
        later=tuple(_pointed(version, names) for version in intent.later),
    )


def _intent(intent_id: str, document: Document, schema: Schema[Intent], keys: list[str]) -> Intent | None:
    value = document.value
    if value is None:
        return None
    if not isinstance(value, dict):
        document.mistakes.append(document.mistake((), "not_keys"))
        return None
    if "id" in value:
        document.mistakes.append(document.mistake(("id",), "id_key", id=intent_id))
    for key in _MADE:
        if key in value:
            document.mistakes.append(document.mistake((key,), "made_key", key=key))
    value = {key: entry for key, entry in value.items() if key not in ("id", *_MADE)}
    return schema.check({**value, "id": intent_id}, document, keys)


def _version(
    first: Intent, document: Document, later: Document, day: str, schema: Schema[Intent], keys: list[str]
) -> Intent | None:
    """Return the version of `first` that takes over on `day`."""
    if not isinstance(later.value, dict):
        if later.value is not None:
            later.mistakes.append(later.mistake((), "not_keys_version"))
        return None
    if any(key in later.value for key in KEPT):
        return None  # said by check_versions
    return schema.check({**merged(document, later, day), "id": first.id}, later, keys)
