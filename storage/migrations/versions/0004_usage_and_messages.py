"""Create usage, and the messages that show the texts."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create both tables, and an index for the reference."""
    op.create_table(
        "usage",
        sa.Column("user_id", sa.BigInteger, nullable=False),
        sa.Column("texts", sa.Integer, nullable=False),
        sa.Column("last_started_at", sa.DateTime, nullable=False),
        sa.Column("last_generation_id", sa.Integer),
        sa.PrimaryKeyConstraint("user_id", name="pk_usage"),
        sa.ForeignKeyConstraint(
            ["last_generation_id"], ["generations.id"], name="fk_usage_last_generation_id", ondelete="SET NULL"
        ),
    )
    op.create_index("ix_usage_last_generation_id", "usage", ["last_generation_id"])
    op.create_table(
        "answer_messages",
        sa.Column("generation_id", sa.Integer, nullable=False),
        sa.Column("message_id", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("generation_id", name="pk_answer_messages"),
        sa.ForeignKeyConstraint(
            ["generation_id"], ["generations.id"], name="fk_answer_messages_generation_id", ondelete="CASCADE"
        ),
    )
