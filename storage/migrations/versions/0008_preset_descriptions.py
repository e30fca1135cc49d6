"""Store what a preset is for, and when a server pinned one."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the columns; no earlier preset has a description or is pinned."""
    op.add_column("presets", sa.Column("description", sa.String, nullable=False, server_default=sa.text("''")))
    op.add_column("presets", sa.Column("pinned_at", sa.DateTime))
