"""Keep tickets, messages on their way to other chats, votes, unanswered questions, and who waits for an answer."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "tickets",
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("chat", sa.BigInteger, nullable=False),
        sa.Column("stage", sa.String(8), nullable=False),
        sa.Column("opened_at", sa.Float(53), nullable=False),
        sa.Column("touched_at", sa.Float(53), nullable=False),
        sa.Column("said", sa.Integer, nullable=False),
        sa.Column("topic", sa.Text),
        sa.Column("district", sa.Text),
    )
    op.create_table(
        "outbox",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("chat", sa.BigInteger, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("buttons", sa.Text),
        sa.Column("at", sa.Float(53), nullable=False),
        sa.Column("urgent", sa.SmallInteger, nullable=False),
        sa.Column("ticket", sa.BigInteger),
        sa.Column("brief", sa.SmallInteger, nullable=False),
        sa.Column("held", sa.SmallInteger, nullable=False),
    )
    op.create_table(
        "votes",
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("intent", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
    )
    op.create_table(
        "unanswered",
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("question", sa.String(80), nullable=False),
        sa.Column("why", sa.String(24), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("intents", sa.Text, nullable=False),
        sa.Column("answered", sa.String(64)),
    )
    op.create_index("ix_unanswered_day", "unanswered", ["day"])
    op.create_table(
        "notices",
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("chat", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("day", sa.String(10), nullable=False),
    )


def downgrade() -> None:
    """Undo."""
    for table in ("notices", "unanswered", "votes", "outbox", "tickets"):
        op.drop_table(table)
