"""What is older than it is to be kept goes; what is newer, or being written, stays."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tempera.storage.database import ROWS_AT_ONCE, Database
from tempera.storage.retention import purge_old
from tempera.storage.tables import AnswerMessageRow, GenerationRow, UsageRow
from tempera.storage.texts.history import NewGeneration, Status
from tests.storage.rows import begin, change, usage_of

KEEP = timedelta(days=30)
ALICE, BOB = 21, 22


async def write(database: Database, new: NewGeneration, *, days: float, status: Status = Status.DONE) -> int:
    """Store a text that began so many days ago."""
    number = await begin(database, new)
    if status is not Status.RUNNING:
        await change(database, number, status=status, message_id=5)
    await grow_old(database, [number], new.user_id, days)
    return number


async def grow_old(database: Database, numbers: Iterable[int], user_id: int, days: float) -> None:
    began_at = datetime.now(UTC) - timedelta(days=days)
    texts = update(GenerationRow).where(GenerationRow.id.in_(numbers)).values(created_at=began_at)
    usage = update(UsageRow).where(UsageRow.user_id == user_id).values(last_started_at=began_at)
    await database.write(lambda session: [session.execute(each) for each in (texts, usage)] and None)


def texts_in_session(session: Session) -> list[int]:
    return list(session.scalars(select(GenerationRow.id)))


async def texts_in(database: Database) -> list[int]:
    return await database.read(texts_in_session)


async def test_old_texts_go_also_of_direct_messages_and_newer_and_running_ones_stay(
    database: Database, new: NewGeneration
) -> None:
    direct = replace(new, guild_id=None, channel_id=9)
    for status in (Status.DONE, Status.CANCELLED, Status.FAILED):
        await write(database, new, days=30.1, status=status)
    await write(database, direct, days=400)
    running = await write(database, new, days=31, status=Status.RUNNING)
    newer = [await write(database, each, days=29.9) for each in (new, direct)]
    assert await purge_old(database, KEEP) == 4
    assert await texts_in(database) == [running, *newer]
    messages = select(AnswerMessageRow.generation_id)
    assert await database.read(lambda session: list(session.scalars(messages))) == newer


async def test_usage_goes_with_the_last_text(database: Database, new: NewGeneration) -> None:
    await write(database, replace(new, user_id=ALICE), days=31)
    await write(database, replace(new, user_id=BOB), days=31)
    await write(database, replace(new, user_id=BOB), days=1)
    # The start of Bob's last text was undone, which leaves no time.
    never = update(UsageRow).where(UsageRow.user_id == BOB).values(last_started_at=datetime.fromtimestamp(0, UTC))
    await database.write(lambda session: session.execute(never))
    await purge_old(database, KEEP)
    assert await usage_of(database, ALICE) is None
    assert await usage_of(database, BOB)


async def test_many_texts_go_while_others_are_begun(database: Database, new: NewGeneration) -> None:
    numbers = [await begin(database, new) for _ in range(2 * ROWS_AT_ONCE + 1)]
    kept = numbers[ROWS_AT_ONCE // 2 :: ROWS_AT_ONCE]
    for number in numbers:
        await change(database, number, status=Status.DONE)
    await grow_old(database, set(numbers) - set(kept), new.user_id, days=31)
    purging = asyncio.create_task(purge_old(database, KEEP))
    left = [len(numbers)]
    while not purging.done():  # others come in between
        left.append(len(await database.write(texts_in_session)))
    assert max(before - after for before, after in pairwise(left)) <= ROWS_AT_ONCE
    assert await purging == len(numbers) - len(kept)
    assert await texts_in(database) == kept


async def test_running_texts_do_not_hide_the_old_ones_behind_them(database: Database, new: NewGeneration) -> None:
    running = [await begin(database, new) for _ in range(ROWS_AT_ONCE)]
    await grow_old(database, running, new.user_id, days=31)
    await write(database, replace(new, user_id=ALICE), days=31)
    assert await purge_old(database, KEEP) == 1
    assert await texts_in(database) == running
