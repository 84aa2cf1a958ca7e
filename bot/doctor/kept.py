"""Look at what the bot keeps and knows: database, knowledge, model, plan of public holidays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from bot.doctor.findings import Finding, Subject, fine, warning, wrong
from bot.settings import Settings
from bot.store.connect import Look, look
from bot.store.errors import StoreError
from faq.acceptance import accepted
from faq.checking.causes import gather
from faq.knowledge.opening.days_off import is_planned
from faq.knowledge.types import Faq
from faq.load import FaqError, load
from faq.said import command, said
from intents.classifier.model import ModelError
from intents.classifier.training_text import training_fingerprint
from intents.features.words import Words
from intents.registry.registry import Registry

PLANNED_BY = (12, 1)
"""Month and day from which next year's plan is missed: the State Council has published each in November or before."""


def database(settings: Settings, data: Path) -> Iterator[Finding]:
    """Yield whether the database opens, takes changes, is whole, has the tables of this version and may be shared."""
    if settings.replica_listen:
        what = said("doctor_replica", name=str(settings.replica_listen))
        if settings.database_url is None:
            yield wrong(Subject.DATABASE, what, said("doctor_replica_remedy"))
            return
        yield fine(Subject.DATABASE, what)
    try:
        seen = look(settings.database_url, data)
    except StoreError as error:
        yield wrong(Subject.DATABASE, said("doctor_database_error", error=str(error)), said("doctor_database_remedy"))
        return
    yield judged(seen, data) if seen else fine(Subject.DATABASE, said("doctor_database_new", folder=str(data)))


def judged(seen: Look, data: Path) -> Finding:
    """Return what to say of a database that was `seen`; SQLite's is in `data`."""
    subject = Subject.DATABASE
    if seen.damage:
        what = said("doctor_database_error", error=f"{seen.name}: {seen.damage}")
        return wrong(subject, what, said("doctor_database_restore", command=command("restore", "FILE", data=data)))
    if seen.revision is None:
        return fine(subject, said("doctor_database_empty", name=seen.name))
    if seen.revision > seen.newest:
        what = said("doctor_database_newer", name=seen.name, found=seen.revision, newest=seen.newest)
        return wrong(subject, what, said("doctor_database_newer_remedy"))
    if seen.revision < seen.newest:
        what = said("doctor_database_older", name=seen.name, found=seen.revision, newest=seen.newest)
        return warning(subject, what, said("doctor_database_older_remedy"))
    if seen.journal not in (None, "wal"):
        what = said("doctor_database_journal", name=seen.name, journal=str(seen.journal))
        return warning(subject, what, said("doctor_database_journal_remedy"))
    return fine(subject, said("doctor_database_ok", name=seen.name, version=seen.server))


def knowledge(faq: Path, data: Path) -> Iterator[Finding]:
    """Yield whether the knowledge in `faq` is valid, and whether the model in `data` belongs to it and is whole."""
    registry = Registry(data)
    checking, training = (command(name, faq=faq, data=data) for name in ("check", "train"))
    try:
        known = load(faq, accepted(data / "cache"), registry.published())
    except FaqError as error:
        what = said("doctor_faq_wrong", folder=str(faq), count=len(gather(error.mistakes)))
        yield wrong(Subject.FAQ, what, said("doctor_faq_wrong_remedy", command=checking))
        yield _model(registry, None, data, training)
    else:
        yield fine(Subject.FAQ, said("doctor_faq_ok", folder=str(faq), intents=len(known.intents)))
        yield _model(registry, known, data, training)


def _model(registry: Registry, known: Faq | None, data: Path, training: str) -> Finding:
    version = registry.active()
    if version is None:
        return warning(Subject.MODEL, said("doctor_model_none"), said("doctor_model_train", command=training))
    ours = known is not None and registry.trained_on() == training_fingerprint(known)
    try:
        if known is not None and ours:
            registry.load(known, Words(known, data / "cache"))
        else:
            registry.open()
    except (ModelError, OSError) as error:
        reason = str(error).partition("\n")[0]
        what = said("doctor_model_damaged", version=version, error=reason)
        return wrong(Subject.MODEL, what, said("doctor_model_train", command=training))
    if known is None:
        return fine(Subject.MODEL, said("doctor_model_serves", version=version))
    if not ours:
        what = said("doctor_model_other", version=version)
        return warning(Subject.MODEL, what, said("doctor_model_train", command=training))
    if registry.serves() != known.fingerprint:
        return warning(Subject.MODEL, said("doctor_model_texts", version=version), said("doctor_model_texts_remedy"))
    return fine(Subject.MODEL, said("doctor_model_ok", version=version))


def holidays(today: dt.date) -> Iterator[Finding]:
    """Yield whether the plan of public holidays is known for this year, and in December for the next."""
    due = (today.month, today.day) >= PLANNED_BY
    unknown = [year for year in (today.year, *([today.year + 1] if due else [])) if not is_planned(year)]
    if unknown:
        what = said("doctor_holidays_none", year=unknown[0])
        yield warning(Subject.HOLIDAYS, what, said("doctor_holidays_remedy"))
    elif is_planned(today.year + 1):
        yield fine(Subject.HOLIDAYS, said("doctor_holidays_ok", year=today.year + 1))
    else:
        yield fine(Subject.HOLIDAYS, said("doctor_holidays_waiting", year=today.year + 1))
