"""Keep what a session needs to go on after a restart: what was offered, said and asked about before."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_ADDED = {
    "before": sa.Text,
    "last": sa.Text,
    "offered": sa.Text,
    "asked_back": sa.SmallInteger,
    "danger": sa.Text,
    "strange": sa.SmallInteger,
    "said": sa.Text,
    "turns": sa.Integer,
}


def upgrade() -> None:
    """Apply."""
    for name, kind in _ADDED.items():
        op.add_column("sessions", sa.Column(name, kind))


def downgrade() -> None:
    """Undo."""
    for name in reversed(_ADDED):
        op.drop_column("sessions", name)
