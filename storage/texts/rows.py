"""Writing what has changed in texts into their rows."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Update, bindparam, delete, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Session

from tempera.storage.tables import AnswerMessageRow, GenerationRow
from tempera.storage.texts.history import running

MESSAGE_ID = "message_id"
DELETED = "deleted"  # instead of a column: the row goes
KEY = "generation"
SHOWN = (
    insert(AnswerMessageRow)
    .from_select(
        ["generation_id", MESSAGE_ID],
        select(GenerationRow.id, bindparam(MESSAGE_ID)).where(GenerationRow.id == bindparam(KEY)),
    )
    .on_conflict_do_nothing()
)
GONE = delete(GenerationRow).where(GenerationRow.id == bindparam(KEY))
Changes = Mapping[str, Any]  # of one generation, by column


def store_changes(changes: Mapping[int, Changes], session: Session) -> None:
    """Write all changes; a row that has ended stays as it is or goes, and one that was deleted stays deleted."""
    connection = session.connection()
    gone = [{KEY: key} for key, changed in changes.items() if changed.get(DELETED)]
    if gone:
        connection.execute(GONE, gone)
    rows: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for key, changed in changes.items():
        columns = tuple(sorted(changed.keys() - {MESSAGE_ID, DELETED}))
        rows.setdefault(columns, []).append({KEY: key, **{name: changed[name] for name in columns}})
    for columns, values in rows.items():
        if columns:
            connection.execute(_update_of(columns), values)
    messages = [
        {KEY: key, MESSAGE_ID: changed[MESSAGE_ID]} for key, changed in changes.items() if changed.get(MESSAGE_ID)
    ]
    if messages:
        connection.execute(SHOWN, messages)


@cache
def _update_of(columns: tuple[str, ...]) -> Update:
    return running().where(GenerationRow.id == bindparam(KEY)).values({name: bindparam(name) for name in columns})
