"""Keep in which language a text is written, and which one a preset asks for."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the columns; what is there already was written in its model's only language."""
    for table in ("generations", "presets"):
        op.add_column(table, sa.Column("language", sa.String))
