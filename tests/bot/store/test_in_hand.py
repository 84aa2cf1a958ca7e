"""What the process was working on is known after its death, and what only waited is not blamed."""

from __future__ import annotations

import asyncio
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from bot.store.errors import StoreError
from bot.store.in_hand import FILE, InHand, Watched
from tests.conftest import ROOT

DYING = """
import asyncio, os, signal, sys
from pathlib import Path
from bot.store.in_hand import InHand, Watched
in_hand = InHand(Path(sys.argv[2]))
die = lambda: os.kill(os.getpid(), signal.SIGKILL)
async def works():
    await asyncio.sleep(0)
    die()
async def waits():
    asyncio.get_running_loop().call_later(0.05, die)
    await asyncio.sleep(60)
async def main():
    await asyncio.gather(Watched(in_hand, 6, asyncio.sleep(60)), Watched(in_hand, 7, globals()[sys.argv[1]]()))
asyncio.run(main())
"""


@pytest.mark.slow
@pytest.mark.parametrize(("doing", "left"), [("works", 7), ("waits", 0)])
def test_after_a_kill_the_file_names_what_was_worked_on_and_not_what_waited(
    tmp_path: Path, doing: str, left: int
) -> None:
    died = subprocess.run([sys.executable, "-c", DYING, doing, str(tmp_path)], cwd=ROOT, check=False)
    assert died.returncode == -signal.SIGKILL
    assert InHand(tmp_path).number == left
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600


async def test_a_watched_coroutine_returns_fails_and_is_cancelled_like_any_other(tmp_path: Path) -> None:
    in_hand = InHand(tmp_path)
    seen: list[int] = []

    async def fine() -> str:
        seen.append(in_hand.number)
        given = await asyncio.sleep(0.01, "given")
        seen.append(in_hand.number)
        return given

    async def wrong() -> None:
        await asyncio.sleep(0)
        raise ValueError("wrong")

    async def cancelled() -> str:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            seen.append(in_hand.number)
            raise
        return "never"

    async def served(number: int, work: object) -> object:
        return await Watched(in_hand, number, work)  # type: ignore[arg-type]

    assert await served(5, fine()) == "given"
    assert seen == [5, 5]
    with pytest.raises(ValueError, match="wrong"):
        await served(6, wrong())
    task = asyncio.create_task(served(7, cancelled()))
    await asyncio.sleep(0.01)
    assert in_hand.number == 0, "it waits"
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert seen == [5, 5, 7]
    assert in_hand.number == 0


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    with pytest.raises(StoreError, match=f"{FILE}: cannot be opened"):
        InHand(tmp_path)
