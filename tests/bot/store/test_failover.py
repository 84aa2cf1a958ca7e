"""Two PostgreSQL servers: when the one goes and the other takes over, the store goes on there with all it had."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from bot.store.database import Database
from bot.store.errors import StoreError
from bot.store.inbox import Inbox
from bot.store.records import Entry
from tests import postgres

pytestmark = pytest.mark.slow


def test_the_store_goes_over_to_the_server_that_has_taken_over(tmp_path: Path) -> None:
    if reason := postgres.obstacle():
        pytest.skip(reason)
    with postgres.server() as first, postgres.standby(first) as second:
        both = f"{first}&host={second.partition('host=')[2]}&target_session_attrs=read-write"
        with closing(Database(both, tmp_path)) as database:
            inbox = Inbox(database)
            inbox.write([Entry(1, "a", "{}")], 1.0)
            postgres.stop(first)
            with pytest.raises(StoreError):
                inbox.write([Entry(2, "a", "{}")], 1.0)
            postgres.promote(second)
            assert inbox.write([Entry(2, "a", "{}")], 1.0) == {2}
            assert [entry.update_id for entry in inbox.open()] == [1, 2], "what the first had is there too"
        postgres.start(first)  # so that it can be stopped as every test's is


def test_no_more_connections_than_are_set(tmp_path: Path, postgresql: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.store.engine._POOL_WAIT", 0.1)
    with (
        closing(Database(postgresql, tmp_path, 2)) as database,
        database.reading(),
        database.reading(),
        pytest.raises(StoreError, match="limit"),
        database.reading(),
    ):
        pass
