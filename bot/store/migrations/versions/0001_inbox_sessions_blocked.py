"""Keep the inbox, sessions and blocked chats."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "inbox",
        sa.Column("update_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("lane", sa.String(32)),
        sa.Column("body", sa.Text),
        sa.Column("tries", sa.SmallInteger, nullable=False),
        sa.Column("error", sa.String(64)),
        sa.Column("received_at", sa.BigInteger, nullable=False),
        sa.Column("settled_at", sa.BigInteger),
    )
    op.create_index("inbox_state", "inbox", ["state", "received_at"])
    op.create_table(
        "sessions",
        sa.Column("resident", sa.String(32), primary_key=True),
        sa.Column("district", sa.Text),
        sa.Column("town", sa.Text),
        sa.Column("intent", sa.Text),
        sa.Column("heard_at", sa.Float(53), nullable=False),
    )
    op.create_index("ix_sessions_heard_at", "sessions", ["heard_at"])
    op.create_table(
        "blocked",
        sa.Column("lane", sa.String(32), primary_key=True),
        sa.Column("since", sa.BigInteger, nullable=False),
    )


def downgrade() -> None:
    """Undo."""
    for table in ("blocked", "sessions", "inbox"):
        op.drop_table(table)
