"""Deletes what is older than the operator wants it kept, in short transactions."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from tempera.storage.database import ROWS_AT_ONCE, Database
from tempera.storage.tables import GenerationRow, UsageRow
from tempera.storage.texts.history import Status

Found = Sequence[tuple[int, datetime, str]]  # id, start and status


async def purge_old(database: Database, keep: timedelta) -> int:
    """Delete the texts that began longer ago, and the usage of those who have none since; return how many texts.

    What is being written stays.
    """
    oldest, deleted, last = datetime.now(UTC) - keep, 0, 0
    while batch := await database.read(partial(_next, last), patience_seconds=None):
        last = batch[-1][0]
        old = [key for key, began_at, status in batch if began_at < oldest and status != Status.RUNNING]
        if old:
            await database.write(partial(_delete, old), patience_seconds=None)
            deleted += len(old)
        elif all(began_at >= oldest for _, began_at, _ in batch):
            break  # ids grow with time
    while await database.write(partial(_delete_usage, oldest), patience_seconds=None):
        pass
    return deleted


def _next(after: int, session: Session) -> Found:
    columns = GenerationRow.id, GenerationRow.created_at, GenerationRow.status
    return [
        (key, began_at, status)
        for key, began_at, status in session.execute(
            select(*columns).where(GenerationRow.id > after).order_by(GenerationRow.id).limit(ROWS_AT_ONCE)
        )
    ]


def _delete(keys: Sequence[int], session: Session) -> None:
    session.execute(delete(GenerationRow).where(GenerationRow.id.in_(keys), GenerationRow.status != Status.RUNNING))


def _delete_usage(oldest: datetime, session: Session) -> int:
    """Delete some usage of users whose last text is older, and gone; return how many rows."""
    has_texts = exists().where(GenerationRow.user_id == UsageRow.user_id)
    old = select(UsageRow.user_id).where(UsageRow.last_started_at < oldest, ~has_texts).limit(ROWS_AT_ONCE)
    return len(session.scalars(delete(UsageRow).where(UsageRow.user_id.in_(old)).returning(UsageRow.user_id)).all())
