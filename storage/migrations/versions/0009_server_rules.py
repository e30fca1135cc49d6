"""Store what servers allow, how much their members have used, and whom the operator has blocked."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "guild_rules",
        sa.Column("guild_id", sa.BigInteger, nullable=False),
        sa.Column("cooldown_seconds", sa.Double, nullable=False),
        sa.Column("words", sa.JSON, nullable=False),
        sa.Column("quotas", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("guild_id", name="pk_guild_rules"),
        sa.ForeignKeyConstraint(["guild_id"], ["guilds.id"], name="fk_guild_rules_guild_id", ondelete="CASCADE"),
    )
    op.create_table(
        "guild_usage",
        sa.Column("guild_id", sa.BigInteger, nullable=False),
        sa.Column("user_id", sa.BigInteger, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("texts", sa.Integer, nullable=False),
        sa.Column("last_started_at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "user_id", name="pk_guild_usage"),
    )
    op.create_table(
        "blocked_users",
        sa.Column("user_id", sa.BigInteger, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("user_id", name="pk_blocked_users"),
    )
    op.create_table(
        "blocked_guilds",
        sa.Column("id", sa.BigInteger, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_blocked_guilds"),
    )
