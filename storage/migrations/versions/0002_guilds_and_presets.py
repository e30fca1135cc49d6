"""Create the servers that the bot is or was in, and presets."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create both tables; a preset's name is unique per user and per server."""
    op.create_table(
        "guilds",
        sa.Column("id", sa.BigInteger, nullable=False),
        sa.Column("removed_at", sa.DateTime),
        sa.PrimaryKeyConstraint("id", name="pk_guilds"),
    )
    op.create_index("ix_guilds_removed_at", "guilds", ["removed_at"])
    op.create_table(
        "presets",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("owner_id", sa.BigInteger, nullable=False),
        sa.Column("guild_id", sa.BigInteger),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("model", sa.String),
        sa.Column("temperature", sa.Double),
        sa.Column("top_k", sa.Integer),
        sa.Column("top_p", sa.Double),
        sa.Column("length", sa.Integer),
        sa.Column("seed", sa.Integer),
        sa.Column("opening", sa.String, nullable=False),
        sa.Column("uses", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_presets"),
        sa.ForeignKeyConstraint(["guild_id"], ["guilds.id"], name="fk_presets_guild_id", ondelete="CASCADE"),
        sqlite_autoincrement=True,
    )
    create_unique_index("ix_presets_own", "owner_id", "guild_id IS NULL")
    create_unique_index("ix_presets_shared", "guild_id", "guild_id IS NOT NULL")


def create_unique_index(name: str, holder: str, where: str) -> None:
    """Let each owner use a name once."""
    op.create_index(name, "presets", [holder, "name"], unique=True, sqlite_where=sa.text(where))
