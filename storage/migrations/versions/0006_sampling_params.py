"""Store sampling parameters in one JSON column, so that a new one needs no migration."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

# By table: its key, and the columns that move.
MOVED = {
    "generations": (("id",), ("temperature", "top_k", "top_p", "length", "seed", "stop")),
    "presets": (("id",), ("temperature", "top_k", "top_p", "length", "seed")),
    "channel_settings": (("guild_id", "scope_id"), ("temperature", "length")),
}


def upgrade() -> None:
    """Move the columns' values; a null is left out."""
    for table, (keys, columns) in MOVED.items():
        op.add_column(table, sa.Column("params", sa.JSON, nullable=False, server_default=sa.text("'{}'")))
        move(table, keys, columns)
        for column in columns:
            op.drop_column(table, column)


def move(table: str, keys: tuple[str, ...], columns: tuple[str, ...]) -> None:
    """Fill the new column; Python's JSON preserves numbers to the last bit."""
    connection = op.get_bind()
    named = sa.table(table, *map(sa.column, (*keys, *columns, "params")))
    rows = connection.execute(sa.select(*(named.c[name] for name in (*keys, *columns)))).mappings().all()
    this_row = sa.and_(*(named.c[key] == sa.bindparam(f"old_{key}") for key in keys))
    filled = sa.update(named).where(this_row).values(params=sa.bindparam("filled"))
    if rows:
        connection.execute(filled, [{"filled": params(row, columns), **key(row, keys)} for row in rows])


def params(row: sa.RowMapping, columns: tuple[str, ...]) -> str:
    """Return a row's values as JSON."""
    return json.dumps({column: row[column] for column in columns if row[column] is not None})


def key(row: sa.RowMapping, keys: tuple[str, ...]) -> dict[str, int]:
    """Return what identifies a row."""
    return {f"old_{name}": row[name] for name in keys}
