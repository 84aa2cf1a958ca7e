"""Remember whether a resident told of the danger of others."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Apply."""
    op.add_column("sessions", sa.Column("witness", sa.SmallInteger))


def downgrade() -> None:
    """Undo."""
    op.drop_column("sessions", "witness")
