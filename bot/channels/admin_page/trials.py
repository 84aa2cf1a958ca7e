"""Trials of edits beside the bot's work: one at a time, each in a process of its own; the last few are remembered."""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.desk.changes import Edit, put_into
from faq.said import SaidError
from intents.registry.checksums import copy_knowledge

_ASKED = "bot.delivery.trial"
"""The module that is run: loading it here would load what trains."""

KEPT = 10
"""Trials remembered; the oldest go first."""

PATIENCE = 900.0
"""Seconds after which one is given up."""

ROOT = Path(__file__).parents[3]


@dataclass
class Trial:
    """An edit that is tried."""

    who: str
    """Who has asked for it."""
    intent: str
    """Id of the intent that is edited."""
    edit: Edit
    """The edit, in memory alone: who goes on with it finds it here."""
    began: float
    """When; seconds of the loop's clock."""
    report: dict[str, Any] | None = None
    """What came of it, as bot.delivery.trial.Report; None: nothing yet, or it failed."""
    failed: bool = False
    """Whether it ended without a report."""


class Trials:
    """Runs trials one after the other."""

    def __init__(self, folder: Path, data: Path) -> None:
        """Take the folder of the knowledge and the data folder."""
        self._folder, self._data = folder, data
        self._kept: dict[int, Trial] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._one = asyncio.Lock()

    def of(self, number: int) -> Trial | None:
        """Return a trial; None: it is not known any more."""
        return self._kept.get(number)

    def begin(self, number: int, trial: Trial, unanswered: Sequence[str]) -> bool:
        """Begin `trial` as the one numbered `number`, after those that wait; False: too many wait."""
        if len(self._tasks) >= KEPT:
            return False
        self._kept[number] = trial
        while len(self._kept) > KEPT:
            del self._kept[next(iter(self._kept))]
        task = asyncio.create_task(self._run(trial, unanswered))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return True

    async def end(self) -> None:
        """Stop what runs."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _run(self, trial: Trial, unanswered: Sequence[str]) -> None:
        async with self._one:
            draft = Path(await asyncio.to_thread(tempfile.mkdtemp))
            try:
                await asyncio.to_thread(self._prepare, draft / "faq", trial.edit)
                trial.report = json.loads(await self._asked(draft / "faq", unanswered))
            except (OSError, ValueError, SaidError, TimeoutError):
                trial.failed = True  # the process has said on stderr why
            finally:
                await asyncio.to_thread(shutil.rmtree, draft, ignore_errors=True)

    def _prepare(self, copy: Path, edit: Edit) -> None:
        copy_knowledge(self._folder, copy)
        put_into(copy, [edit])

    async def _asked(self, copy: Path, unanswered: Sequence[str]) -> bytes:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", _ASKED, str(copy), str(self._data.resolve())),
            cwd=ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        try:
            told = json.dumps(list(unanswered), ensure_ascii=False).encode()
            out, _ = await asyncio.wait_for(process.communicate(told), PATIENCE)
        finally:
            if process.returncode is None:
                process.kill()
        return out
