"""A generation is a row from its start, and only a running one changes."""

import asyncio
import signal
import subprocess
import sys
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete

from tempera import storage
from tempera.storage.database import Database, open_database
from tempera.storage.errors import StorageUnavailable
from tempera.storage.tables import GenerationRow
from tempera.storage.texts.history import (
    Generation,
    NewGeneration,
    Status,
    close_interrupted,
    find_generation,
)
from tempera.storage.texts.unsaved import UnsavedTexts
from tests.storage.rows import begin, change

BEGIN_AND_HANG = """
import asyncio, sys
from tempera.storage.database import open_database
from tempera.storage.texts.history import NewGeneration
from tests.storage.rows import begin, change

async def main():
    async with open_database(sys.argv[1]) as database:
        generation_id = await begin(database, eval(sys.argv[2]))
        await change(database, generation_id, text="But soft", arithmetic="int8")
        print(generation_id, flush=True)
        await asyncio.sleep(60)

asyncio.run(main())
"""


async def found(database: Database, generation_id: int) -> Generation:
    generation = await find_generation(database, generation_id)
    assert generation is not None
    return generation


async def test_a_generation_runs_from_its_start(database: Database, new: NewGeneration) -> None:
    stored = await found(database, await begin(database, new))
    assert {name: getattr(stored, name) for name in asdict(new)} == asdict(new)
    assert (stored.status, stored.text, stored.finished_at, stored.seconds) == (Status.RUNNING, "", None, None)
    assert stored.created_at.tzinfo is UTC
    assert abs(datetime.now(UTC) - stored.created_at) < timedelta(minutes=1)


@pytest.mark.parametrize("arithmetic", ["int8", "bf16", "fp32", ""])
async def test_rows_of_earlier_versions_and_of_texts_that_have_not_begun_are_read(
    database: Database, new: NewGeneration, arithmetic: str
) -> None:
    stored = await found(database, await begin(database, replace(new, arithmetic=arithmetic)))
    assert stored.arithmetic == arithmetic


async def test_an_unknown_id_finds_nothing(database: Database) -> None:
    assert await find_generation(database, 1) is None


async def test_text_so_far_is_stored_while_it_runs(database: Database, new: NewGeneration) -> None:
    first, second = await begin(database, new), await begin(database, new)
    await change(database, first, text="But soft,\n\u200b what light\0 é 日本", language="ja", arithmetic="bf16")
    stored = await found(database, first)
    assert (stored.text, stored.language, stored.arithmetic) == ("But soft,\n\u200b what light\0 é 日本", "ja", "bf16")
    assert (await found(database, second)).text == ""


@pytest.mark.parametrize("status", [Status.DONE, Status.CANCELLED, Status.FAILED])
async def test_settling_closes_one_running_row(database: Database, new: NewGeneration, status: Status) -> None:
    first, second = await begin(database, new), await begin(database, new)
    await change(
        database,
        first,
        status=status,
        text="It is the east",
        language="en",
        arithmetic="bf16",
        first_piece_seconds=0.25,
        seconds=1.5,
    )
    closed = await found(database, first)
    assert closed.arithmetic == "bf16"
    assert (closed.status, closed.text, closed.language) == (status, "It is the east", "en")
    assert (closed.first_piece_seconds, closed.seconds) == (0.25, 1.5)
    assert closed.finished_at is not None
    assert closed.finished_at >= closed.created_at
    assert (await found(database, second)).status is Status.RUNNING


async def test_a_settled_row_never_changes_again(database: Database, new: NewGeneration) -> None:
    generation_id = await begin(database, new)
    await change(database, generation_id, status=Status.CANCELLED, text="It is", seconds=1)
    closed = await found(database, generation_id)
    await change(database, generation_id, status=Status.DONE, text="other", seconds=2)
    assert await found(database, generation_id) == closed
    await change(database, generation_id, text="other", arithmetic="int8")
    assert await found(database, generation_id) == closed
    assert await close_interrupted(database) == 0
    assert await found(database, generation_id) == closed


@pytest.mark.slow
async def test_rows_left_by_a_killed_process_are_closed(path: Path, new: NewGeneration) -> None:
    url, root = f"sqlite:///{path}", Path(storage.__file__).parents[1]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", BEGIN_AND_HANG, url, repr(new), cwd=root, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    generation_id = int(await process.stdout.readline())
    process.kill()
    assert await process.wait() == -signal.SIGKILL
    async with open_database(url) as database:
        assert (await found(database, generation_id)).status is Status.RUNNING
        assert await close_interrupted(database) == 1
        closed = await found(database, generation_id)
        assert (closed.status, closed.text, closed.seconds) == (Status.FAILED, "But soft", None)
        assert closed.finished_at is not None
        assert await close_interrupted(database) == 0


async def test_many_generations_begin_and_settle_at_once(database: Database, new: NewGeneration) -> None:
    wanted = [replace(new, params={"seed": seed}) for seed in range(64)]
    ids = await asyncio.gather(*(begin(database, each) for each in wanted))
    assert len(set(ids)) == 64
    texts = UnsavedTexts(database)
    for seed, generation_id in enumerate(ids):
        texts.put(generation_id, status=Status.DONE, text=f"text {seed}", seconds=1)
    await texts.store()
    stored = [await found(database, generation_id) for generation_id in ids]
    assert [(each.params["seed"], each.text) for each in stored] == [(seed, f"text {seed}") for seed in range(64)]


async def test_a_cancelled_call_leaves_the_database_usable(database: Database, new: NewGeneration) -> None:
    tasks = [asyncio.create_task(begin(database, new)) for _ in range(20)]
    await asyncio.sleep(0.005)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    generation_id = await begin(database, new)
    assert (await found(database, generation_id)).status is Status.RUNNING


async def test_a_parent_must_exist_and_may_be_deleted(database: Database, new: NewGeneration) -> None:
    parent = await begin(database, new)
    child = await begin(database, replace(new, parent_id=parent))
    assert (await found(database, child)).parent_id == parent
    with pytest.raises(StorageUnavailable, match="FOREIGN KEY"):
        await begin(database, replace(new, parent_id=child + 100))
    await database.write(lambda session: session.execute(delete(GenerationRow).where(GenerationRow.id == parent)))
    assert (await found(database, child)).parent_id is None


async def test_the_id_of_a_deleted_generation_is_never_given_again(database: Database, new: NewGeneration) -> None:
    deleted = await begin(database, new)
    await database.write(lambda session: session.execute(delete(GenerationRow)))
    assert await begin(database, new) > deleted
