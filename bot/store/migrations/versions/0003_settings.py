"""Keep what residents set, and in which script they write."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Apply."""
    op.add_column("sessions", sa.Column("traditional", sa.SmallInteger))
    op.create_table(
        "settings",
        sa.Column("resident", sa.String(32), primary_key=True),
        sa.Column("spacious", sa.SmallInteger, nullable=False),
        sa.Column("script", sa.String(1), nullable=False),
        sa.Column("notices", sa.SmallInteger, nullable=False),
        sa.Column("keys", sa.SmallInteger, nullable=False),
        sa.Column("set_at", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_settings_set_at", "settings", ["set_at"])


def downgrade() -> None:
    """Undo."""
    op.drop_table("settings")
    op.drop_column("sessions", "traditional")
