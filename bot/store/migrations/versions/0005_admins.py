"""Keep what admins do, what is never to be shown again, and what is to become of unanswered questions."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Apply."""
    op.add_column("unanswered", sa.Column("note", sa.String(10)))
    op.create_table(
        "audit",
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("at", sa.Float(53), nullable=False),
        sa.Column("role", sa.String(8), nullable=False),
        sa.Column("who", sa.String(32), nullable=False),
        sa.Column("deed", sa.String(16), nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("wording", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("version", sa.String(16)),
        sa.Column("numbers", sa.Text, nullable=False),
    )
    op.create_index("ix_audit_at", "audit", ["at"])
    op.create_table(
        "ignored",
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("features", sa.Text, nullable=False),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_table("ignored")
    op.drop_table("audit")
    op.drop_column("unanswered", "note")
