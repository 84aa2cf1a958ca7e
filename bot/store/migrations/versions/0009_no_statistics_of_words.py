"""Let PostgreSQL collect no statistics of what people wrote or who they are: they hold samples of rows long gone."""

from alembic import op

revision = "0009"
down_revision = "0008"

COLUMNS = {
    "text": (
        "inbox.body",
        *(f"sessions.{one}" for one in ("district", "town", "intent", "before", "last", "offered", "danger", "said")),
        *("tickets.topic", "tickets.district", "outbox.text", "outbox.buttons", "unanswered.intents"),
        *("audit.target", "audit.wording", "audit.why", "audit.numbers", "subscribers.district"),
    ),
    "varchar(500)": ("unanswered.question",),
    "bigint": ("tickets.chat", "outbox.chat", "notices.chat", "subscribers.chat"),
}
"""Columns by type; what is sought by any of them is found by a key or in a small table."""


def upgrade() -> None:
    """Apply; a change of the type, though to the same, also drops what was collected."""
    for kind, table, column in _columns():
        op.execute(f'ALTER TABLE {table} ALTER "{column}" TYPE {kind}, ALTER "{column}" SET STATISTICS 0')


def downgrade() -> None:
    """Undo."""
    for _, table, column in _columns():
        op.execute(f'ALTER TABLE {table} ALTER "{column}" SET STATISTICS -1')


def _columns() -> list[tuple[str, str, str]]:
    """Return type, table and column of each; SQLite collects nothing unless it is asked to."""
    if op.get_context().dialect.name != "postgresql":
        return []
    parted = [(kind, *name.partition(".")) for kind, names in COLUMNS.items() for name in names]
    return [(kind, table, column) for kind, table, _, column in parted]
