"""Keep the dialogue on the newest valid knowledge, and go on with the old where the new is broken.

A save goes two ways. What it tells otherwise is told at once, when its new files were looked through. Behind that all
files are checked together, and a version is published or trained (bot.delivery.opening): only that survives a restart.
A mistake that is found then takes the edit back.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import threading
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from bot.delivery.news import Listener, News, Newsroom
from bot.delivery.opening import RefusedError, TrainingError, explained, known_folder, open_model, serving_model
from bot.delivery.outage import Outage
from bot.delivery.reminders import remind_daily
from bot.dialogue.dialogue import Dialogue
from faq.acceptance import accept, accepted, mark
from faq.load import FaqError, validate
from faq.reading.files import signature
from faq.reading.folder import Folder, open_folder
from faq.said import Said, listed, said
from intents.classifier.model import ModelError
from intents.classifier.training_text import training_fingerprint
from intents.registry.fitting import fitted
from intents.registry.registry import Registry

__all__ = ["Live", "RefusedError", "TrainingError", "open_model", "serving_model"]  # all but one: bot.delivery.opening

log = logging.getLogger(__name__)

PAUSE = 0.4
"""Seconds between two looks at the folder; what has changed must be the same at the second, so that it is complete."""

Seen: TypeAlias = tuple[object, str | None]
"""What a look found: everything below the folder, and the active version."""

_NAMED = 5
"""Files that are named to an admin, of all that an edit has changed."""


class Live:
    """The dialogue in use; swapped as a whole by one assignment."""

    def __init__(self, faq_folder: Path, data: Path) -> None:
        """Load the knowledge, training if needed; where it is wrong or was refused, the last version serves.

        Raises FaqError, TrainingError, RefusedError if there is no such version.
        """
        self._faq_folder = faq_folder
        self._registry = Registry(data)
        self._cache = data / "cache"
        self._seen: Seen = None, None
        with contextlib.suppress(OSError):  # no such folder: a version published before may serve
            self._seen = self._look()  # before it is read, so that a save in between is noticed
        self.held: tuple[str, ...] = ()
        """Why a saved edit does not serve, or not all of it, a line each; none: all of it serves."""
        despite = (FaqError, TrainingError, RefusedError, OSError)
        self._folder: Folder | None = None  # the last found right since the start
        self._model = serving_model(faq_folder, data, despite=despite, told=self._hold)
        self.dialogue = Dialogue(self._model)
        """The newest dialogue; read it once for each message."""
        self._seen = self._seen[0], self._registry.active()
        self._edits = 0  # how many were found right
        self._files: Said = said("list_none")  # names of those that the last edit changed
        self._taking = threading.Lock()  # one edit is taken over at a time
        self._valid, self._settling = threading.Event(), False
        self._newsroom = Newsroom()
        self.reloads = 0
        """How often knowledge was taken over since the start."""
        self.refused = 0
        """How often it could not be."""

    def announce(self, listener: Listener) -> None:
        """Tell `listener` from now on what becomes of edits, in a thread of this object: it must return soon."""
        self._newsroom.subscribe(listener)

    def reload(self) -> bool:
        """Take over the knowledge as it stands now; on any mistake keep the old one and return False."""
        return self._take_in() and self._settle()

    def _take_in(self) -> bool:
        """Tell at once what the saved knowledge tells otherwise, then check all of it; return whether it is valid."""
        with self._taking:
            before, told = (self._model, self.dialogue), False
            try:
                self._seen = self._look()
                self._folder = self._folder or self._published()
                known = accepted(self._cache)
                folder = open_folder(self._faq_folder, lambda found: mark(found) == known, self._folder)
                self._files = listed(self._changed(folder))
                with contextlib.suppress(FaqError, ModelError, OSError):  # what follows says all that is wrong
                    told = self._hurry(folder)
                faq = validate(folder, known, self._registry.published())
                accept(faq, self._cache)
            except Exception as error:  # noqa: BLE001 - whatever it was, the watch must go on: the next save may mend it
                self._model, self.dialogue = before
                if not self._overtaken():
                    self._hold_up(error, taken_back=told)
                return False
            self._folder = folder
            self._edits += 1
            trains = self._registry.trained_on() != training_fingerprint(faq)
            if trains and not told and not self._registry.refused(faq.fingerprint):
                self._newsroom.tell(News(said("edit_learning", files=self._files)))
            return True

    def _hurry(self, folder: Folder) -> bool:
        """Tell what `folder` tells otherwise, its new files checked, if it can be told; return whether it is told.

        Raises FaqError if one of the new files is wrong.
        """
        if self._folder is None:  # nothing was found right yet, so that all would have to be checked
            return False
        published, model = self._registry.published(), self._model
        faq = validate(folder, published=published, hasty=True)
        text = training_fingerprint(model.faq)
        partly = training_fingerprint(faq) != text
        if partly:
            if self._registry.trained_on() != text:  # another model was published meanwhile
                return False
            old = replace(model.faq, folder=self._registry.knowledge(str(self._registry.active())))
            with fitted(old, faq, folder.contents, self._registry.folder) as draft:
                faq = validate(open_folder(draft, before=self._folder), published=published, hasty=True)
        if faq.fingerprint == model.faq.fingerprint or training_fingerprint(faq) != text:
            return False
        self._model = model.telling(faq)
        self.dialogue = Dialogue(self._model)
        self._newsroom.tell(News(said("edit_live_partly" if partly else "edit_live", files=self._files)))
        return True

    def _changed(self, folder: Folder) -> list[str]:
        """Return the names of the first files of `folder` that are new, or gone, since all was right."""
        if self._folder is None:
            return []
        gone = self._folder.contents.keys() - folder.contents.keys()
        return [name.as_posix() for name in sorted({*folder.contents, *gone} - folder.kept)][:_NAMED]

    def _settle(self) -> bool:
        """Publish what is saved, or train what it needs; return whether all of it serves."""
        edits = self._edits
        try:
            model = open_model(self._faq_folder, self._registry.folder.parent, quiet=True)
            dialogue = Dialogue(model)
        except Exception as error:  # noqa: BLE001 - whatever it was, the watch must go on: the next save may mend it
            with self._taking:
                overtaken = edits != self._edits or self._overtaken()
                self._seen = self._seen[0], self._registry.active()
                if not overtaken:
                    self._keep_published(error)
                    self._hold_up(error)
            return False
        with self._taking:
            version = self._registry.active()
            self._seen = self._seen[0], version
            if edits != self._edits:  # more was saved meanwhile, and will be settled next
                return True
            before, held_up, self.held = self._model.faq, self.held, ()
            self._model, self.dialogue = model, dialogue
            self.reloads += 1
            log.info("new knowledge is in use: %s, %s", version, model.faq.fingerprint[:12])
            if training_fingerprint(model.faq) != training_fingerprint(before):
                self._newsroom.tell(News(said("edit_learned", version=str(version))))
            elif held_up or model.faq.fingerprint != before.fingerprint:
                named = self._files != said("list_none")  # none: what was mended is as it was before
                self._newsroom.tell(News(said("edit_live", files=self._files) if named else said("edit_all_live")))
        return True

    @property
    def folders(self) -> tuple[Path, Path]:
        """Folder of the knowledge, and the data folder."""
        return self._faq_folder, self._registry.folder.parent

    def _keep_published(self, error: Exception) -> None:
        """Tell no longer what was told in haste of an edit that cannot serve, unless that part of it is published."""
        unsound = self._registry.serves() != self.dialogue.faq.fingerprint
        if unsound and isinstance(error, RefusedError | TrainingError):
            with contextlib.suppress(ModelError):
                self._model = self._registry.open()
                self.dialogue = Dialogue(self._model)

    def _hold_up(self, error: Exception, *, taken_back: bool = False) -> None:
        """Tell why what was saved does not serve, or not all of it."""
        self.refused += 1
        news = explained(error)
        self._hold(news)
        if taken_back:
            sentence, (_, *rest) = said("edit_taken_back"), news.brief.splitlines()
            news = replace(news, said=sentence, details=news.text, brief="\n".join([sentence.say(), *rest]))
        self._newsroom.tell(news)

    def _hold(self, news: News) -> None:
        self.held = news.held

    def _look(self) -> Seen:
        """Return what stands in the folder, with the losses released, and which version is active.

        Raises OSError if the folder is gone.
        """
        return (signature(self._faq_folder), self._registry.released()), self._registry.active()

    def _overtaken(self) -> bool:
        """Tell whether more was saved since the last look: what fails meanwhile may be half of a save."""
        with contextlib.suppress(OSError):
            return self._look()[0] != self._seen[0]
        return False

    def watch(self, stop: threading.Event) -> None:
        """Start threads that reload after each save in the folder and remind admins daily, until `stop` is set."""
        reminded = (lambda: self.dialogue.faq, stop, dt.datetime.now)
        threading.Thread(target=remind_daily, args=reminded, name="faq-reminders", daemon=True).start()
        threading.Thread(target=self._watch, args=(stop,), name="faq-watch", daemon=True).start()
        threading.Thread(target=self._publish, args=(stop,), name="faq-publish", daemon=True).start()

    def _watch(self, stop: threading.Event) -> None:
        """Look again and again until `stop` is set; take over what differs once it has stood still for a `PAUSE`.

        Looking sees what the system's notices leave out: folders moved in or out, links swapped as in a mounted
        ConfigMap, network disks, a folder put in place of the one watched. A look takes some 2 ms.
        """
        outage = Outage(log, "saved knowledge is not noticed (%s)", "saved knowledge is noticed again")
        before = self._seen
        while not stop.wait(PAUSE):
            try:
                now = self._look()
            except Exception as error:  # noqa: BLE001 - the folder is gone: it may come back
                outage.begin(type(error).__name__)
                continue
            outage.end()
            busy = self._settling or self._valid.is_set()  # then the active version changes by our own doing
            changed = now[0] != self._seen[0] if busy else now != self._seen
            if now == before and changed and self._take_in():
                self._valid.set()
            before = now

    def _published(self) -> Folder | None:
        """Read what serves, so that the first edit is told at once; kept from the start it would take 40 MB.

        None: it is not what was found right last.
        """
        published = self._registry.published()
        return known_folder(published.folder, self._registry.folder.parent) if published else None

    def _publish(self, stop: threading.Event) -> None:
        """Settle what was found valid, one after the other, until `stop` is set."""
        while not stop.is_set():
            if self._valid.wait(PAUSE):
                self._settling = True
                self._valid.clear()
                self._settle()
                self._settling = False
