"""What of a knowledge base its classifiers learn from, and its fingerprint: other edits need no training."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import replace
from pathlib import Path
from typing import cast

from faq.knowledge.case import Transcript
from faq.knowledge.personal import Personal
from faq.knowledge.phrases import Phrases
from faq.knowledge.places import District, Places
from faq.knowledge.types import Emergency, Faq, Intent, Topic


def training_text(faq: Faq) -> Faq:
    """Return `faq` with what training may read, and nothing else: answers, contacts, phrases and sources are empty.

    Training is given only this (intents.training.train). So what it newly comes to read is empty until it is kept here,
    and what is kept here is part of the fingerprint: no edit that would train otherwise can pass for one of answers.
    """
    return Faq(
        topics={key: Topic("", hidden=topic.hidden, signposts=topic.signposts) for key, topic in faq.topics.items()},
        intents={key: _taught(faq, intent) for key, intent in faq.intents.items()},
        offices={},
        places=Places(
            districts={name: District(entry.towns, entry.aliases) for name, entry in faq.places.districts.items()},
            city=(),
            outside=faq.places.outside,
            traps=faq.places.traps,
        ),
        sources={},
        lexicon=faq.lexicon,
        thesaurus=faq.thesaurus,
        cues=faq.cues,
        phrases=cast("Phrases", None),
        personal=cast("Personal", None),
        out_of_scope=faq.out_of_scope,
        emergencies={kind: _signs(emergency) for kind, emergency in faq.emergencies.items()},
        glossary={},
        referrals={},
        fingerprint="",
        folder=Path(),
        lessons=tuple(Transcript("", transcript.lines, Path(), ()) for transcript in faq.lessons),
        asked_points=faq.asked_points,
    )


def training_fingerprint(faq: Faq) -> str:
    """Return the SHA-256 of all that `faq` is trained on: the same text, however files and answers differ."""
    return hashlib.sha256(repr(training_text(faq)).encode("utf-8", "surrogatepass")).hexdigest()


def _taught(faq: Faq, intent: Intent) -> Intent:
    """Return `intent` with its questions, the checks that thresholds are chosen by, and its title if it is a policy.

    Titles of policies in other cities are questions to decline (intents.training.examples).
    """
    title = "" if faq.small_talk(intent) else intent.title
    return Intent(intent.id, title, intent.questions, intent.checks, "", (), "", dt.date.min, after=intent.after)


def _signs(emergency: Emergency) -> Emergency:
    return replace(emergency, reply="", sources=(), again=(), witness=None, witness_again=())
