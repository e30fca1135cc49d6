"""A person's texts are counted, and a text that comes too soon is neither counted nor stored."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select, update

from tempera.storage.database import Database
from tempera.storage.errors import CoolingDown
from tempera.storage.tables import GenerationRow, UsageRow
from tempera.storage.texts.history import NewGeneration, Status, find_generation
from tests.storage.rows import start_generation, usage_of


async def stored_texts(database: Database) -> int:
    return len(await database.read(lambda session: session.scalars(select(GenerationRow.id)).all()))


async def test_each_text_is_counted_for_its_user(database: Database, new: NewGeneration) -> None:
    assert await usage_of(database, new.user_id) is None
    await start_generation(database, new, 0)
    last = await start_generation(database, new, 0)
    await start_generation(database, replace(new, user_id=7), 0)
    usage = await usage_of(database, new.user_id)
    assert usage is not None
    assert (usage.texts, usage.last_generation_id) == (2, last)
    assert abs(datetime.now(UTC) - usage.last_started_at) < timedelta(minutes=1)
    generation = await find_generation(database, last)
    assert generation is not None
    assert (generation.status, generation.prompt) == (Status.RUNNING, new.prompt)


async def test_a_text_too_soon_is_refused_until_the_cooldown_is_over(database: Database, new: NewGeneration) -> None:
    await start_generation(database, new, 60)
    with pytest.raises(CoolingDown) as refused:
        await start_generation(database, new, 60)
    assert 59 < refused.value.wait_seconds <= 60
    assert await stored_texts(database) == 1
    await start_generation(database, replace(new, user_id=7), 60)
    await database.write(
        lambda session: session.execute(
            update(UsageRow).values(last_started_at=datetime.now(UTC) - timedelta(seconds=61))
        )
    )
    await start_generation(database, new, 60)
    assert await stored_texts(database) == 3


async def test_a_refusal_does_not_prolong_the_cooldown(database: Database, new: NewGeneration) -> None:
    await start_generation(database, new, 60)
    refusals = []
    for _ in range(2):
        with pytest.raises(CoolingDown) as refused:
            await start_generation(database, new, 60)
        refusals.append(refused.value.wait_seconds)
    assert refusals[0] > refusals[1]
    usage = await usage_of(database, new.user_id)
    assert usage is not None
    assert usage.texts == 1


async def test_of_many_at_once_only_one_is_in_time(database: Database, new: NewGeneration) -> None:
    attempts = (start_generation(database, new, 60) for _ in range(10))
    results = await asyncio.gather(*attempts, return_exceptions=True)
    assert len([result for result in results if isinstance(result, int)]) == 1
    assert len([result for result in results if isinstance(result, CoolingDown)]) == 9


async def test_usage_outlives_its_last_text(database: Database, new: NewGeneration) -> None:
    await start_generation(database, new, 0)
    await database.write(lambda session: session.execute(delete(GenerationRow)))
    usage = await usage_of(database, new.user_id)
    assert usage is not None
    assert (usage.texts, usage.last_generation_id) == (1, None)


async def test_without_a_cooldown_many_begin_at_once(database: Database, new: NewGeneration) -> None:
    ids = await asyncio.gather(*(start_generation(database, new, 0) for _ in range(20)))
    assert len(set(ids)) == 20
    usage = await usage_of(database, new.user_id)
    assert usage is not None
    assert usage.texts == 20
