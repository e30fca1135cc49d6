"""Store which texts were requested together, to be compared."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the column; no earlier text was compared."""
    op.add_column("generations", sa.Column("comparison_id", sa.Integer))
    op.create_index("ix_generations_comparison_id", "generations", ["comparison_id"])
