"""Create generations and command syncs: the first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create both tables."""
    create_generations()
    for column in ("user_id", "guild_id", "parent_id", "status"):
        op.create_index(f"ix_generations_{column}", "generations", [column])
    op.create_table(
        "command_syncs",
        sa.Column("application_id", sa.BigInteger, nullable=False),
        sa.Column("api_url", sa.String, nullable=False),
        sa.Column("fingerprint", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("application_id", "api_url", name="pk_command_syncs"),
    )


def create_generations() -> None:
    """Create the table of texts."""
    op.create_table(
        "generations",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("user_id", sa.BigInteger, nullable=False),
        sa.Column("guild_id", sa.BigInteger),
        sa.Column("channel_id", sa.BigInteger),
        sa.Column("model", sa.String, nullable=False),
        sa.Column("model_sha256", sa.String, nullable=False),
        sa.Column("arithmetic", sa.String, nullable=False),
        sa.Column("prompt", sa.String, nullable=False),
        sa.Column("temperature", sa.Double, nullable=False),
        sa.Column("top_k", sa.Integer, nullable=False),
        sa.Column("top_p", sa.Double, nullable=False),
        sa.Column("length", sa.Integer, nullable=False),
        sa.Column("seed", sa.Integer, nullable=False),
        sa.Column("stop", sa.String, nullable=False),
        sa.Column("first_draw", sa.Integer, nullable=False),
        sa.Column("private", sa.Boolean, nullable=False),
        sa.Column("parent_id", sa.Integer),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("text", sa.String, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("finished_at", sa.DateTime),
        sa.Column("first_piece_seconds", sa.Double),
        sa.Column("seconds", sa.Double),
        sa.PrimaryKeyConstraint("id", name="pk_generations"),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["generations.id"], name="fk_generations_parent_id", ondelete="SET NULL"
        ),
        sa.CheckConstraint("status IN ('running', 'done', 'cancelled', 'failed')", name="ck_generations_status"),
        sa.CheckConstraint("(status = 'running') = (finished_at IS NULL)", name="ck_generations_finished"),
        sqlite_autoincrement=True,
    )
