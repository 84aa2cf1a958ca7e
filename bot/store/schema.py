"""The tables. A change here needs a migration in migrations/versions and the new `REVISION`."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, Index, Integer, MetaData, SmallInteger, String, Table, Text

REVISION = "0003s"
"""Newest migration; a test compares it with the folder, so that a start need not import Alembic."""

metadata = MetaData()

# "lane" was the word for a chat's pseudonym when the tables were made; it stays, for the sake of databases and backups.
inbox = Table(
    "inbox",
    metadata,
    Column("update_id", BigInteger, primary_key=True, autoincrement=False, doc="Telegram's number of the update"),
    Column("state", String(8), nullable=False, doc="open, done, dead or skipped"),
    Column("lane", String(32), doc="pseudonym of the chat; null when done"),
    Column("body", Text, doc="the update as JSON; null when done"),
    Column("tries", SmallInteger, nullable=False, doc="how often serving it failed"),
    Column("error", String(64), doc="kind of the last failure"),
    Column("received_at", BigInteger, nullable=False, doc="seconds since 1970"),
    Column("settled_at", BigInteger, doc="seconds since 1970; null while open"),
    Index("inbox_state", "state", "received_at"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("resident", String(32), primary_key=True, doc="pseudonym of chat and user"),
    Column("district", Text),
    Column("town", Text),
    Column("intent", Text),
    Column("heard_at", Float(53), nullable=False, index=True, doc="seconds since 1970"),
    Column("before", Text, doc="intent asked about before that one"),
    Column("last", Text, doc="intents answered last, parted by spaces"),
    Column("offered", Text, doc="buttons below the last reply, as callback data, a line each"),
    Column("asked_back", SmallInteger, doc="1: it asked which of them was meant"),
    Column("danger", Text, doc="kind of the danger told of last"),
    Column("strange", SmallInteger, doc="1: the last question was out of scope"),
    Column("said", Text, doc="digest of the last reply"),
    Column("turns", Integer, doc="messages and presses so far"),
    Column("traditional", SmallInteger, doc="1: writes in traditional characters, 0: simplified; null: not known"),
)

settings = Table(
    "settings",
    metadata,
    Column("resident", String(32), primary_key=True, doc="pseudonym of chat and user who has set something"),
    Column("spacious", SmallInteger, nullable=False, doc="1: short lines with space between"),
    Column("script", String(1), nullable=False, doc="t or s; empty: as the resident writes"),
    Column("notices", SmallInteger, nullable=False, doc="0: the bot may not write first"),
    Column("keys", SmallInteger, nullable=False, doc="0: the keys were taken away"),
    Column("set_at", BigInteger, nullable=False, index=True, doc="seconds since 1970"),
)

blocked = Table(
    "blocked",
    metadata,
    Column("lane", String(32), primary_key=True, doc="pseudonym of a chat that wants no messages"),
    Column("since", BigInteger, nullable=False, doc="seconds since 1970"),
)
