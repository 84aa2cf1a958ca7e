"""What the process was working on is known after its death, and what only waited is not blamed."""

from __future__ import annotations

import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from bot.store.errors import StoreError
from bot.store.in_flight import FILE, InFlight
from tests.conftest import ROOT

DYING = """
import asyncio, os, signal, sys
from pathlib import Path
from bot.store.in_flight import InFlight
in_flight = InFlight(Path(sys.argv[2]))
die = lambda: os.kill(os.getpid(), signal.SIGKILL)
async def served(number, kills):
    with in_flight.at(number):
        if kills:
            die()
    await asyncio.sleep(60)
async def main():
    asyncio.get_running_loop().call_later(0.2, die)
    await asyncio.gather(served(6, False), served(7, sys.argv[1] == "works"))
asyncio.run(main())
"""


@pytest.mark.slow
@pytest.mark.parametrize(("doing", "left"), [("works", 7), ("waits", 0)])
def test_after_a_kill_the_file_names_what_was_worked_on_and_not_what_waited(
    tmp_path: Path, doing: str, left: int
) -> None:
    died = subprocess.run([sys.executable, "-c", DYING, doing, str(tmp_path)], cwd=ROOT, check=False)
    assert died.returncode == -signal.SIGKILL
    assert InFlight(tmp_path).number == left
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600


async def test_an_update_is_in_flight_as_long_as_it_is_worked_on_whether_that_fails_or_not(tmp_path: Path) -> None:
    in_flight = InFlight(tmp_path)
    with in_flight.at(5):
        assert in_flight.number == 5
    assert in_flight.number == 0
    with pytest.raises(ValueError, match="wrong"), in_flight.at(6):
        raise ValueError("wrong")
    assert in_flight.number == 0


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    with pytest.raises(StoreError, match=f"{FILE}: cannot be opened"):
        InFlight(tmp_path)
