"""Files of the database that are deleted, replaced, cut, moved or broken are noticed, and what waits is kept."""

from __future__ import annotations

import shutil
import sqlite3
import stat
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot.store.database import FILE, Database
from bot.store.errors import StoreError
from bot.store.in_flight import FILE as IN_FLIGHT
from bot.store.in_flight import InFlight
from bot.store.inbox import Inbox
from bot.store.pseudonyms import Pseudonyms
from bot.store.records import Attempt, Entry, Status
from bot.store.store import Store

ADVICE = "restore a backup"


class Kept:
    """A store in use, with one update that waits, one answered and one dead letter."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / FILE
        self.database = Database(None, folder)
        self.inbox = Store(Inbox(self.database), Pseudonyms(folder), InFlight(folder))


@pytest.fixture
async def kept(tmp_path: Path) -> AsyncIterator[Kept]:
    found = Kept(tmp_path / "data")
    await found.inbox.add([Entry(1, "a", '{"n": 1}'), Entry(2, "b", '{"n": 2}'), Entry(3, "c", '{"n": 3}')])
    await found.inbox.settle(Attempt(2, "b"))
    await found.inbox.settle(Attempt(3, "c", Status.DEAD, 3, "ValueError"))
    yield found
    await found.inbox.close()
    found.database.close()


def other(folder: Path) -> Path:
    """Make a database of this version with an update of its own that waits."""
    database = Database(None, folder)
    Inbox(database).write([Entry(9, "z", "{}")], 1.0)
    database.close()
    return folder / FILE


def delete_main(file: Path) -> None:
    file.unlink()


def delete_all(file: Path) -> None:
    for path in file.parent.glob(f"{FILE}*"):
        path.unlink()


def delete_folder(file: Path) -> None:
    shutil.rmtree(file.parent)


def delete_log(file: Path) -> None:
    Path(f"{file}-wal").unlink()


def delete_logs(file: Path) -> None:
    for ending in ("-wal", "-shm"):
        Path(f"{file}{ending}").unlink()


def move_main(file: Path) -> None:
    file.rename(file.parent.parent / "elsewhere")


def replace_by_move(file: Path) -> None:
    other(file.parent.parent / "other").replace(file)


def replace_by_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def replace_by_garbage(file: Path) -> None:
    file.unlink()
    file.write_bytes(b"garbage" * 5000)


def replace_log(file: Path) -> None:
    log = Path(f"{file}-wal")
    log.unlink()
    log.write_bytes(b"garbage" * 5000)


def cut_main(file: Path) -> None:
    file.write_bytes(b"")


def cut_in_half(file: Path) -> None:
    with file.open("r+b") as out:
        out.truncate(file.stat().st_size // 2 + 100)


def cut_log(file: Path) -> None:
    with Path(f"{file}-wal").open("r+b") as out:
        out.truncate(0)


def cut_log_in_half(file: Path) -> None:
    log = Path(f"{file}-wal")
    with log.open("r+b") as out:
        out.truncate(log.stat().st_size // 2 + 100)


def overwrite(file: Path) -> None:
    with file.open("r+b") as out:
        out.write(b"garbage" * (file.stat().st_size // 7))


DAMAGE = [
    delete_main,
    delete_all,
    delete_folder,
    delete_log,
    delete_logs,
    move_main,
    replace_by_move,
    replace_by_folder,
    replace_by_garbage,
    replace_log,
    cut_main,
    cut_in_half,
    cut_log,
    cut_log_in_half,
    overwrite,
]
WITHOUT_LETTERS = {replace_by_move, replace_by_folder, replace_by_garbage, cut_main, cut_in_half, cut_log, overwrite}


@pytest.mark.parametrize("flushed", [True, False], ids=["log empty", "log full"])
@pytest.mark.parametrize("damage", DAMAGE)
async def test_what_waits_outlives_lost_files_and_the_loss_is_said_once(
    kept: Kept, damage: Callable[[Path], None], flushed: bool, caplog: pytest.LogCaptureFixture
) -> None:
    if flushed:
        await kept.inbox.purge()
    damage(kept.file)
    await kept.inbox.add([Entry(4, "d", '{"n": 4}')])
    await kept.inbox.purge()
    await kept.inbox.purge()
    harmless = damage in (cut_log, cut_log_in_half) if flushed else damage is overwrite  # all is in the other file
    if not harmless:
        said = [record.message for record in caplog.records if "while the bot runs" in record.message]
        assert len(said) == 1
        assert str(kept.file) in said[0]
        assert "while the bot runs" in (kept.inbox.trouble or "")
    await kept.inbox.settle(Attempt(4, "d"))
    await kept.inbox.close()
    kept.database.close()
    assert stat.S_IMODE(kept.file.stat().st_mode) == 0o600
    again = Database(None, kept.folder)
    assert [entry for entry in Inbox(again).open() if entry.update_id < 9] == [Entry(1, "a", '{"n": 1}')]
    if damage not in WITHOUT_LETTERS and not (damage is cut_log_in_half and not flushed):
        assert [letter.update_id for letter in Inbox(again).dead()] == [3]
    again.close()


@pytest.mark.parametrize(
    "damage", [delete_main, delete_all, delete_log, delete_logs, move_main, replace_by_move, replace_log]
)
async def test_a_loss_in_the_middle_of_a_transaction_is_noticed_after_it(
    kept: Kept, damage: Callable[[Path], None]
) -> None:
    with kept.database.reading():
        damage(kept.file)
    await kept.inbox.purge()
    assert "while the bot runs" in (kept.inbox.trouble or "")
    assert [entry.update_id for entry in await kept.inbox.open() if entry.update_id < 9] == [1]


async def test_a_folder_that_was_moved_is_said_and_loses_nothing(kept: Kept, caplog: pytest.LogCaptureFixture) -> None:
    kept.folder.rename(kept.folder.with_name("moved"))
    await kept.inbox.add([Entry(4, "d", "{}")])
    await kept.inbox.purge()
    await kept.inbox.purge()
    assert "was moved" in (kept.inbox.trouble or "")
    assert sum("its folder was moved" in record.message for record in caplog.records) == 1
    await kept.inbox.close()
    kept.database.close()
    again = Database(None, kept.folder.with_name("moved"))
    assert [entry.update_id for entry in Inbox(again).open()] == [1, 4]
    again.close()


@pytest.mark.parametrize("path", [FILE, "."])
async def test_a_file_or_folder_that_became_read_only_is_said(
    kept: Kept, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    protected = (kept.folder / path).resolve()
    before = protected.stat().st_mode
    protected.chmod(0o444 if protected.is_file() else 0o555)
    await kept.inbox.purge()
    await kept.inbox.purge()
    assert "write-protected: make it writable" in (kept.inbox.trouble or "")
    assert sum("write-protected" in record.message for record in caplog.records) == 1
    protected.chmod(before)
    await kept.inbox.purge()
    assert kept.inbox.trouble is None


async def test_what_other_programs_do_to_the_database_in_order_is_no_trouble(kept: Kept) -> None:
    with closing(sqlite3.connect(kept.file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    beside = Database(None, kept.folder)
    assert Inbox(beside).drop([3]) == 1
    beside.close()
    await kept.inbox.add([Entry(4, "d", "{}")])
    assert kept.inbox.trouble is None
    assert [entry.update_id for entry in await kept.inbox.open()] == [1, 4]


def foreign(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE films (title)")


def with_a_table_less(file: Path) -> None:
    Database(None, file.parent).close()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("DROP TABLE inbox")


def newer(file: Path) -> None:
    Database(None, file.parent).close()
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0999'")


def damaged(file: Path) -> None:
    other(file.parent)
    cut_in_half(file)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda file: file.write_bytes(b"garbage" * 999), "move it and the files named like it away"),
        (lambda file: file.write_bytes(b"x"), "move it and the files named like it away"),
        (foreign, "no database of this bot: move it"),
        (with_a_table_less, "move it and the files named like it away"),
        (damaged, "move it and the files named like it away"),
        (newer, "newer than this program; update it, or move the database away and restore"),
        (lambda file: file.mkdir(), "it is a folder and no database; move it away"),
        (lambda file: file.symlink_to(file.parent / "none" / "at all"), "see that the bot's user may write there"),
        (lambda file: file.symlink_to(FILE), "choose a folder with --data"),
    ],
)
def test_a_database_that_cannot_be_used_is_named_with_what_to_do_in_one_sentence(
    tmp_path: Path, make: Callable[[Path], object], said: str
) -> None:
    make(tmp_path / FILE)
    with pytest.raises(StoreError) as refused:
        Database(None, tmp_path)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_an_empty_file_is_begun_anew_and_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / FILE).write_bytes(b"")
    Database(None, tmp_path).close()
    assert "it was empty and is begun anew" in caplog.text
    assert ADVICE in caplog.text


@pytest.mark.parametrize("content", [b"", b"\0", b"\xff" * 8, b"garbage" * 10_000])
def test_whatever_happens_to_the_file_of_what_is_in_flight_the_bot_goes_on(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / IN_FLIGHT
    file.write_bytes(content)
    in_flight = InFlight(tmp_path)
    assert isinstance(in_flight.number, int)
    for harm in (lambda: file.write_bytes(b""), lambda: file.write_bytes(content), file.unlink):
        harm()
        in_flight.take(7)
        assert in_flight.number == 7
        in_flight.take(0)
        assert in_flight.number == 0
