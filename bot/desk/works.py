"""Carry out what admins have accepted: check, save, learn, publish, tell; after a kill it goes on where it was."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from bot.delivery.live import Live
from bot.desk.changes import Change
from bot.desk.publishing import Lost, Publisher, serves
from bot.desk.wording import DECLINED
from bot.store.desk.acts import FAILED, GATED, Act, Answered, ByAdmin, Deed
from bot.store.errors import StoreError
from bot.store.records import Attempt
from bot.store.store import Store
from faq.said import Said, SaidError, listed, said

log = logging.getLogger(__name__)

TOGETHER = 10
"""Most acts that are learned in one training."""

_LOOK = 1.0
"""Seconds between two looks at what waits and at what has become of it."""

_TOLD = 4.0
"""Seconds between two words to who waits."""

PATIENCE = 1_800.0
"""Seconds after which a training is given up."""

_UNCLEAR = 3
"""Times that the running bot may fail to take the knowledge over for no reason that is known."""

_OWED = 60.0
"""Seconds after which a commit that another program owed is made here: it was killed."""


@dataclass(frozen=True)
class Progress:
    """What an admin is told of an act."""

    act: Act
    """The act."""
    said: Said
    """The words."""
    over: bool = False
    """Whether nothing more will be told."""
    undoable: bool = False
    """Whether it can be taken back."""
    insistable: bool = False
    """Whether the gate alone has refused it, for what this edit is not behind: an owner may publish it all the same."""


class RefusedError(Exception):
    """Raised when the running bot does not take over what was saved; carries the sentence that says why."""

    def __init__(self, sentence: Said, lost: Lost | None = None) -> None:
        """Take the sentence, and what the gate says is lost; None: it was not the gate."""
        super().__init__(str(sentence))
        self.said, self.lost = sentence, lost


class Works:
    """Looks for acts that are under way in the store, and carries them out.

    What stands in the store and in the files says how far each has come, so that a run goes on where another was
    killed. Trainings are the running bot's own: files are saved here, and it is watched what becomes of them.
    """

    def __init__(
        self, live: Live, store: Store, publisher: Publisher, tell: Callable[[Progress], Awaitable[None]]
    ) -> None:
        """Take the running bot's knowledge, the acts, what edits files, and what tells admins."""
        self._live, self._store, self._publisher, self._tell = live, store, publisher, tell
        self._alone: set[int] = set()

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            try:
                await self._round()
            except StoreError:
                pass  # the store has said so; in a while it is tried again
            except Exception as error:  # noqa: BLE001 - whatever it is, it is tried again
                log.error("%s while carrying out what admins have accepted", type(error).__name__)
                await asyncio.sleep(_TOLD)
            await asyncio.sleep(_LOOK)

    async def _round(self) -> None:
        acts = self._store.desk.opinions.acts.values()
        waiting = sorted((act for act in acts if act.version is None), key=lambda act: (act.at, act.number))
        if not waiting:
            await asyncio.to_thread(self._publisher.history.pay, "desk", _OWED)
        elif waiting[0].deed == Deed.UNDO:
            await self._undo(waiting[0])
        else:
            await self._publish(self._batch(waiting))

    def _batch(self, waiting: Sequence[Act]) -> list[Act]:
        """Return the acts that are learned together: a training takes as long for ten as for one."""
        batch = [waiting[0]]
        for act in waiting[1:TOGETHER]:
            if Deed.EDIT in (act.deed, waiting[0].deed):
                break  # it is put in place of the very text that was shown
            if self._insisted(act) or self._insisted(waiting[0]):
                break  # nothing else may get past the gate with it
            if act.deed == Deed.UNDO or self._alone & {act.number, waiting[0].number}:
                break
            batch.append(act)
        return batch

    def _insisted(self, act: Act) -> bool:
        """Tell whether an owner wants `act` published whatever the gate says."""
        acts = self._store.desk.opinions.acts.values()
        return any(one.deed == Deed.INSIST and one.target == str(act.number) for one in acts)

    async def _publish(self, batch: Sequence[Act]) -> None:
        changes: Sequence[Change] = ()
        before = self._live.refused
        try:
            changes = [change for act in batch for change in self._publisher.changes(act)]
            missing = [one for one in changes if not await asyncio.to_thread(self._publisher.stands, one)]
            if missing:
                await self._say(batch, said("desk_checking"))
                if wrong := await asyncio.to_thread(self._publisher.wrong, missing):
                    raise RefusedError(said("desk_refused_check", what=wrong))
                if self._insisted(batch[0]):
                    await asyncio.to_thread(self._publisher.waive, missing)
                before = self._live.refused
                await asyncio.to_thread(self._publisher.save, missing)
            await self._learned(batch, before, resumed=not missing)
        except (RefusedError, SaidError) as error:
            await self._failed(batch, changes, error.said, error.lost if isinstance(error, RefusedError) else None)
            return
        except (OSError, UnicodeDecodeError) as error:
            what = error.strerror if isinstance(error, OSError) else None
            await self._failed(batch, changes, said("desk_no_writing", what=what or type(error).__name__))
            return
        version = self._publisher.registry.active() or ""
        done = [replace(act, version=version) for act in batch]
        settled = [act for act in batch if act.numbers]
        answers = [Answered(act.numbers, DECLINED if act.deed == Deed.DECLINE else act.target) for act in settled]
        await asyncio.to_thread(self._commit, done)  # before it is written that all is done: a kill is gone on from
        await self._settle(*done, *answers)
        for act in done:
            key = "desk_edit_published" if act.deed == Deed.EDIT else "desk_published"
            await self._tell(Progress(act, said(key, line=act.wording, version=version), True, True))

    async def _learned(self, batch: Sequence[Act], before: int, *, resumed: bool, wanted: bool = True) -> None:
        """Wait until the running bot has learned `batch`, or unlearned it if not `wanted`. Raises RefusedError."""
        began = asyncio.get_running_loop().time()
        told, unclear, ask = began - _TOLD, 0, resumed
        while not await asyncio.to_thread(self._is, batch, wanted=wanted):
            now = asyncio.get_running_loop().time()
            if ask or self._live.refused > before:
                before, ask = self._live.refused, False
                await asyncio.to_thread(self._raise_why)
                unclear += not resumed
                if unclear >= _UNCLEAR:
                    raise RefusedError(said("desk_refused_train"))
            if now - began > PATIENCE:
                raise RefusedError(said("desk_refused_train"))
            if now - told >= _TOLD:
                told = now
                await self._say(batch, said("desk_learning", seconds=round(now - began)))
            await asyncio.sleep(_LOOK)

    def _is(self, batch: Sequence[Act], *, wanted: bool) -> bool:
        """Tell whether the version in use, and what the bot says, has or has not learned all of `batch`."""
        for act in batch:
            faq = self._live.dialogue.faq
            edit = act.deed == Deed.EDIT
            if faq.fingerprint != self._publisher.registry.serves() if edit else serves(faq, act) != wanted:
                return False
            for change in self._publisher.changes(act):
                if self._publisher.published(change) != wanted:
                    return False
        return True

    def _raise_why(self) -> None:
        """Raise RefusedError if it is known why the knowledge as it stands is not taken over."""
        lost = self._publisher.refusal()
        if lost is not None:
            asked = listed(f"“{one}”" for one in lost.questions)
            why = said("desk_refused_gate", questions=asked) if lost.questions else said("desk_refused_gate_any")
            raise RefusedError(why if lost.own else said("desk_refused_gate_chance", why=why), lost)
        if wrong := self._publisher.wrong([]):
            raise RefusedError(said("desk_refused_check", what=wrong))

    async def _failed(
        self, batch: Sequence[Act], changes: Sequence[Change], sentence: Said, lost: Lost | None = None
    ) -> None:
        """Take a batch out of the files again; of several, each is then tried by itself."""
        try:
            await asyncio.to_thread(self._publisher.take_back, changes)
        except (SaidError, OSError, UnicodeDecodeError) as error:
            log.error("%s while taking back what was not published", type(error).__name__)
        if len(batch) > 1:
            self._alone |= {act.number for act in batch}
            return
        (act,) = batch
        self._alone.discard(act.number)
        await self._settle(replace(act, version=GATED if lost else FAILED, why=_because(act.why, sentence)))
        key = "desk_edit_refused" if act.deed == Deed.EDIT else "desk_refused"
        chance = lost is not None and not lost.own
        do = said("desk_do_insist" if chance else f"{key}_do")
        await self._tell(Progress(act, said(key, line=act.wording, why=sentence, do=do), True, insistable=chance))

    async def _undo(self, act: Act) -> None:
        original = self._store.desk.opinions.acts.get(int(act.target))
        before = self._live.refused
        try:
            if original is None or original.version is None or original.failed:
                raise RefusedError(said("desk_undo_none"))
            await self._say([act], said("desk_undoing"))
            await asyncio.to_thread(self._publisher.undo, original)
            await self._learned([original], before, resumed=False, wanted=False)
        except (RefusedError, SaidError) as error:
            if original is not None and isinstance(error, RefusedError) and original.wording:
                await asyncio.to_thread(self._publisher.save, self._publisher.changes(original))
            await self._settle(replace(act, version=FAILED, why=_because(act.why, error.said)))
            await self._tell(Progress(act, said("desk_undo_refused", why=error.said), True))
            return
        done = replace(act, version=self._publisher.registry.active() or "")
        await asyncio.to_thread(self._commit, [done])
        await self._settle(done, Answered(original.numbers, None))
        key = "desk_edit_undone" if original.deed == Deed.EDIT else "desk_undone"
        await self._tell(Progress(done, said(key, line=original.wording, version=done.version or ""), True))

    def _commit(self, done: Sequence[Act]) -> None:
        """Commit what was published, in the name of who accepted it first."""
        files = self._files(done)
        first = done[0]
        acts = [f"{act.deed.value} {act.target}: {act.wording}\n{act.role} {act.who[:8]}: {act.why}" for act in done]
        subject = f"faq: {first.deed.value} by {first.role}, {first.version}"
        if first.deed == Deed.UNDO and (original := self._store.desk.opinions.acts.get(int(first.target))):
            files = self._files([original])
        self._publisher.history.commit(files, "\n\n".join([subject, *acts]), f"{first.role} {first.who[:8]}")

    def _files(self, acts: Sequence[Act]) -> set[str]:
        return {one.file.as_posix() for act in acts if act.wording for one in self._publisher.changes(act)}

    async def _say(self, batch: Sequence[Act], sentence: Said) -> None:
        for act in batch:
            await self._tell(Progress(act, said("desk_under_way", line=act.wording, how=sentence)))

    async def _settle(self, *changes: ByAdmin) -> None:
        await self._store.settle(Attempt(0, "", beside=changes))


def _because(why: str, refusal: Said) -> str:
    """Return the reason of an act with the one for which it was refused: who comes back later reads it in the audit."""
    return "；".join(filter(None, (why, refusal.say())))[:_LONGEST_REASON]


_LONGEST_REASON = 1_000
"""Characters kept of a reason."""
