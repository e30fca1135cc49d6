"""Store the language of texts and presets."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the columns; existing texts were written in their model's only language."""
    for table in ("generations", "presets"):
        op.add_column(table, sa.Column("language", sa.String))
