"""Create channel settings, and the fingerprints of servers' own commands."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create both tables; each key starts with the columns by which rows are looked up."""
    op.create_table(
        "channel_settings",
        sa.Column("guild_id", sa.BigInteger, nullable=False),
        sa.Column("scope_id", sa.BigInteger, nullable=False),
        sa.Column("model", sa.String),
        sa.Column("temperature", sa.Double),
        sa.Column("length", sa.Integer),
        sa.Column("enabled", sa.Boolean),
        sa.PrimaryKeyConstraint("guild_id", "scope_id", name="pk_channel_settings"),
        sa.ForeignKeyConstraint(["guild_id"], ["guilds.id"], name="fk_channel_settings_guild_id", ondelete="CASCADE"),
    )
    op.create_table(
        "guild_command_syncs",
        sa.Column("application_id", sa.BigInteger, nullable=False),
        sa.Column("api_url", sa.String, nullable=False),
        sa.Column("guild_id", sa.BigInteger, nullable=False),
        sa.Column("fingerprint", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("application_id", "api_url", "guild_id", name="pk_guild_command_syncs"),
    )
