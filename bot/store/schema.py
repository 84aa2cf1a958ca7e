"""The tables. A change here needs a migration in migrations/versions and the new `REVISION`."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, Index, Integer, MetaData, SmallInteger, String, Table, Text

REVISION = "0010"
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
    Column("witness", SmallInteger, doc="1: others are in it, of whom the resident told"),
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

tickets = Table(
    "tickets",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False, doc="number of the update that opened it"),
    Column("chat", BigInteger, nullable=False, doc="Telegram's number of the resident's chat"),
    Column("stage", String(8), nullable=False, doc="asked, open, taken or alert"),
    Column("opened_at", Float(53), nullable=False, doc="seconds since 1970"),
    Column("touched_at", Float(53), nullable=False, doc="seconds since 1970"),
    Column("said", Integer, nullable=False, doc="messages of the resident passed on"),
    Column("topic", Text, doc="intent asked about before"),
    Column("district", Text),
)

outbox = Table(
    "outbox",
    metadata,
    Column("key", String(64), primary_key=True, doc="update that brought it about, and its place there"),
    Column("chat", BigInteger, nullable=False, doc="Telegram's number of the chat"),
    Column("text", Text, nullable=False, doc="Telegram's HTML"),
    Column("buttons", Text, doc="keyboard as JSON"),
    Column("at", Float(53), nullable=False, doc="since when it waits, seconds since 1970"),
    Column("urgent", SmallInteger, nullable=False, doc="1: it tells of danger"),
    Column("ticket", BigInteger, doc="ticket that it belongs to"),
    Column("brief", SmallInteger, nullable=False, doc="1: dropped where the chat has blocked the bot"),
    Column("held", SmallInteger, nullable=False, doc="1: not taken, and who waits for that was told"),
)

votes = Table(
    "votes",
    metadata,
    Column("day", String(10), primary_key=True, doc="day of the answers, 2026-11-30"),
    Column("intent", String(64), primary_key=True),
    Column("kind", String(16), primary_key=True, doc="up, down, or why: other, unclear, wrong, missing"),
    Column("count", Integer, nullable=False),
)

counts = Table(
    "counts",
    metadata,
    Column("day", String(10), primary_key=True, doc="2026-11-30"),
    Column("kind", String(16), primary_key=True, doc="answer, clarify, fallback or emergency; intent: answers of it"),
    Column("intent", String(64), primary_key=True, doc="empty but for that kind"),
    Column("count", Integer, nullable=False),
)

unanswered = Table(
    "unanswered",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False, doc="number of the update that brought it"),
    Column("question", String(500), nullable=False, doc="the asking clause, or what is said by /feedback, redacted"),
    Column("why", String(24), nullable=False, doc="value of a Why: fallback, downvote, feedback …"),
    Column("day", String(10), nullable=False, index=True, doc="2026-11-30"),
    Column("intents", Text, nullable=False, doc="likeliest intents, parted by spaces"),
    Column("answered", String(64), doc="intent that answers it since an admin has said so"),
    Column("note", String(10), doc="new: it needs an answer of its own; a day: not shown before it"),
)

notices = Table(
    "notices",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False, doc="number of the unanswered question"),
    Column("chat", BigInteger, primary_key=True, autoincrement=False, doc="Telegram's number of the chat to be told"),
    Column("day", String(10), nullable=False, doc="2026-11-30"),
)

audit = Table(
    "audit",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False, doc="number of the update that brought it"),
    Column("at", Float(53), nullable=False, index=True, doc="seconds since 1970"),
    Column("role", String(8), nullable=False, doc="owner or editor"),
    Column("who", String(32), nullable=False, doc="pseudonym of the admin"),
    Column("deed", String(16), nullable=False, doc="value of a Deed"),
    Column("target", Text, nullable=False, doc="intent, kind to decline, act or version"),
    Column("wording", Text, nullable=False, doc="question that is learned, as it stands in the YAML"),
    Column("why", Text, nullable=False),
    Column("version", String(16), doc="published in it; null: under way"),
    Column("numbers", Text, nullable=False, doc="unanswered questions that it settles, parted by spaces"),
)

ignored = Table(
    "ignored",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False, doc="number of the question, which is gone"),
    Column("day", String(10), nullable=False, doc="2026-11-30"),
    Column("features", Text, nullable=False, doc="keyed digests of its features with their weights"),
)

subscribers = Table(
    "subscribers",
    metadata,
    Column("chat", BigInteger, primary_key=True, autoincrement=False, doc="Telegram's number of a private chat"),
    Column("district", Text, doc="of the resident, as far as it was told"),
    Column("day", String(10), nullable=False, index=True, doc="2026-11-30; written anew once a month"),
)

broadcasts = Table(
    "broadcasts",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False, doc="number of the update that brought it"),
    Column("at", Float(53), nullable=False, doc="seconds since 1970"),
    Column("text", Text, nullable=False),
    Column("district", Text, doc="null: for everybody"),
    Column("total", Integer, nullable=False, doc="chats that were to get it when it was confirmed"),
    Column("chat", BigInteger, nullable=False, doc="Telegram's number of the chat that is shown its progress"),
    Column("message", BigInteger, nullable=False, doc="number of the message that shows it"),
    Column("course", String(8), nullable=False, doc="running, paused, stopped or done"),
    Column("position", BigInteger, nullable=False, doc="number of the last chat that is done with; they rise"),
    Column("sent", Integer, nullable=False),
    Column("blocked", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
)

pauses = Table(
    "pauses",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False, doc="number of the update that brought it"),
    Column("at", Float(53), nullable=False, doc="seconds since 1970"),
    Column("text", Text, nullable=False, doc="what residents read; empty: the usual sentence"),
)
