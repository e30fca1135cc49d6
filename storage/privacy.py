"""What is stored about a user: the one place that knows every table with a user's id.

tests/storage/test_privacy.py goes over all tables, and fails when one of them isn't covered here.
"""

from collections.abc import AsyncGenerator, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, func, or_, select, tuple_
from sqlalchemy.orm import Session

from tempera.storage.database import ROWS_AT_ONCE, Database
from tempera.storage.tables import IDENTIFIES, USER, Base, GenerationRow, PresetRow

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Covered:
    """A column with a user's id, or with a reference to a row that is covered itself."""

    table: str
    column: str
    kept_because: str = ""  # why a deletion leaves these rows; empty: it doesn't


TEXTS = Covered("generations", "user_id")
COVERED = (
    TEXTS,
    Covered("answer_messages", "generation_id"),
    Covered("presets", "owner_id"),  # with the copies that servers share
    Covered("usage", "user_id"),
    Covered("guild_usage", "user_id"),
    Covered("blocked_users", "user_id", kept_because="who is blocked must not lift that by a deletion"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAbout:
    """What is stored about a user."""

    rows: Mapping[str, int]  # how many, by table
    shared_presets: int
    oldest_text_at: datetime | None

    @property
    def is_nothing(self) -> bool:
        """Whether there is no row."""
        return not any(self.rows.values())

    @property
    def deletable(self) -> "StoredAbout":
        """What a deletion deletes."""
        kept = {each.table for each in COVERED if each.kept_because}
        return replace(self, rows={name: 0 if name in kept else number for name, number in self.rows.items()})


async def stored_about(database: Database, user_id: int) -> StoredAbout:
    """Count what is stored about a user."""
    counts = {table.name: select(func.count()).select_from(table).where(theirs) for table, theirs in _theirs(user_id)}
    shared = select(func.count(PresetRow.id)).where(PresetRow.owner_id == user_id, PresetRow.guild_id.is_not(None))
    first = select(GenerationRow.created_at).where(GenerationRow.user_id == user_id).order_by(GenerationRow.id).limit(1)

    def work(session: Session) -> StoredAbout:
        return StoredAbout(
            rows={name: session.scalar(count) or 0 for name, count in counts.items()},
            shared_presets=session.scalar(shared) or 0,
            oldest_text_at=session.scalar(first),
        )

    return await database.read(work)


async def export_of(
    database: Database, user_id: int, covered: Iterable[Covered] = COVERED
) -> AsyncGenerator[tuple[str, list[Row]], None]:
    """Yield everything that is stored about a user: rows as JSON knows them, some at a time, with their table's name.

    Discord's ids are text: as numbers, they are too large for many readers of JSON. Times are UTC.
    """
    for table, theirs in _theirs(user_id, covered):
        last: list[Any] = []
        while batch := await database.read(partial(_batch, table, theirs, last)):
            yield table.name, [_as_json(table, row) for row in batch]
            last = [batch[-1][column.name] for column in table.primary_key]


def _batch(table: Table, theirs: ColumnElement[bool], last: list[Any], session: Session) -> list[Row]:
    """Return the next rows after a primary key."""
    key = tuple_(*table.primary_key)
    wanted = select(table).where(theirs, *([key > tuple_(*last)] if last else [])).order_by(*table.primary_key)
    return [dict(row) for row in session.execute(wanted.limit(ROWS_AT_ONCE)).mappings()]


def _as_json(table: Table, row: Row) -> Row:
    return {name: _json_value(value, is_id=IDENTIFIES in table.c[name].info) for name, value in row.items()}


def _json_value(value: Any, *, is_id: bool) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if is_id and value is not None else value


async def delete_about(database: Database, user_id: int) -> None:
    """Delete everything that is stored about a user, except what is declared to be kept, in short transactions."""
    for table, theirs in _theirs(user_id, (each for each in COVERED if not each.kept_because)):
        while await database.write(partial(_delete_batch, table, theirs), patience_seconds=None):
            pass


def _delete_batch(table: Table, theirs: ColumnElement[bool], session: Session) -> int:
    """Delete some rows, and what refers to them; return how many there were."""
    key = tuple_(*table.primary_key)
    batch = select(*table.primary_key).where(theirs).limit(ROWS_AT_ONCE)
    return len(session.execute(delete(table).where(key.in_(batch)).returning(*table.primary_key)).all())


def _theirs(user_id: int, covered: Iterable[Covered] = COVERED) -> list[tuple[Table, ColumnElement[bool]]]:
    """Return each table with the condition that a row is about the user."""
    columns: dict[str, list[str]] = {}
    for each in covered:
        columns.setdefault(each.table, []).append(each.column)
    tables = Base.metadata.tables
    return [(tables[name], or_(*(_is_theirs(tables[name], one, user_id) for one in columns[name]))) for name in columns]


def _is_theirs(table: Table, name: str, user_id: int) -> ColumnElement[bool]:
    column = table.c[name]
    if column.info.get(IDENTIFIES) == USER:
        return column == user_id
    (reference,) = column.foreign_keys
    above = reference.column.table
    covered = (_is_theirs(above, each.column, user_id) for each in COVERED if each.table == above.name)
    return column.in_(select(reference.column).where(or_(*covered)))
