"""Keep what residents have to say of the bot beside the questions that it did not answer: up to 500 characters."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("unanswered") as table:
        table.alter_column("question", existing_type=sa.String(80), type_=sa.String(500), existing_nullable=False)


def downgrade() -> None:
    """Undo."""
    op.execute("UPDATE unanswered SET question = substr(question, 1, 80)")
    with op.batch_alter_table("unanswered") as table:
        table.alter_column("question", existing_type=sa.String(500), type_=sa.String(80), existing_nullable=False)
