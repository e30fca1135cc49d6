"""Texts reach their rows however long the database refuses them, and a stop doesn't lose them."""

import asyncio
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tempera.storage.database import Database, open_database
from tempera.storage.errors import DatabaseUnusable, StorageBusy
from tempera.storage.texts.history import Generation, NewGeneration, Status, close_interrupted, find_generation
from tempera.storage.texts.leftovers import leftovers_path
from tempera.storage.texts.storing import storing_texts
from tempera.storage.texts.unsaved import UnsavedTexts
from tests.patience import until
from tests.storage.rows import begin


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the database as another program does."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")


async def found(texts: UnsavedTexts, number: int) -> Generation:
    generation = await texts.find(number)
    assert generation is not None
    return generation


async def test_what_is_not_stored_yet_is_found_already(database: Database, new: NewGeneration) -> None:
    texts, number = UnsavedTexts(database), await begin(database, new)
    texts.put(number, text="It is")
    texts.put(number, text="It is the east", message_id=5)
    shown = await found(texts, number)
    assert (shown.text, shown.message_id, shown.status) == ("It is the east", 5, Status.RUNNING)
    stored = await find_generation(database, number)
    assert stored is not None
    assert stored.text == ""
    await texts.store()
    assert await find_generation(database, number) == shown


async def test_what_has_ended_changes_no_more_before_it_is_stored(database: Database, new: NewGeneration) -> None:
    texts, number = UnsavedTexts(database), await begin(database, new)
    texts.put(number, status=Status.CANCELLED, text="It is")
    texts.put(number, status=Status.DONE, text="other", message_id=5)
    await texts.store()
    stored = await found(texts, number)
    assert (stored.status, stored.text, stored.message_id) == (Status.CANCELLED, "It is", 5)


async def test_a_locked_database_is_waited_for_with_two_lines_in_the_log(
    database: Database, path: Path, new: NewGeneration, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    number = await begin(database, new)
    async with storing_texts(database, leftovers_path(path)) as texts:
        with locked(path):
            texts.put(number, text="It is the east", status=Status.DONE)
            await until(lambda: texts.failures >= 2)
            assert texts.trouble
            assert (await found(texts, number)).text == "It is the east"
        await until(lambda: not texts)
        stored = await find_generation(database, number)
        assert stored is not None
        assert (stored.text, stored.status) == ("It is the east", Status.DONE)
        await until(lambda: texts.trouble is None)
    said = [record.message for record in caplog.records if "texts.unsaved" in record.name]
    assert said == [
        "Not stored yet, and kept in memory: 1 text (database is locked)",
        "The database takes texts again; none is missing",
    ]


async def test_a_row_that_is_refused_does_not_keep_the_others_from_theirs(
    database: Database, path: Path, new: NewGeneration, caplog: pytest.LogCaptureFixture
) -> None:
    numbers = [await begin(database, new) for _ in range(3)]
    async with storing_texts(database, leftovers_path(path)) as texts:
        texts.put(numbers[0], text="half a \udfff pair", status=Status.DONE)
        texts.put(numbers[1], text="It is", status=Status.DONE)
        await until(lambda: not texts)
        texts.put(numbers[2], text="the east", status=Status.DONE)
        await until(lambda: not texts)
        assert [(await found(texts, number)).text for number in numbers] == ["", "It is", "the east"]
    assert f"Text {numbers[0]} is lost: its row is refused (UnicodeEncodeError)" in caplog.messages
    assert "half a" not in caplog.text


async def test_what_a_stop_could_not_store_the_next_start_stores(path: Path, new: NewGeneration) -> None:
    leftovers = leftovers_path(path)
    async with open_database(f"sqlite:///{path}") as database:
        number = await begin(database, new)
        with locked(path):
            async with storing_texts(database, leftovers) as texts:
                texts.put(number, text="\x00 é 日本 \n", status=Status.DONE, message_id=5, seconds=1.5)
                ended_at = (await found(texts, number)).finished_at
    assert leftovers.stat().st_mode & 0o777 == 0o600
    await asyncio.sleep(0.01)
    async with open_database(f"sqlite:///{path}") as database, storing_texts(database, leftovers) as texts:
        assert await close_interrupted(database) == 0
        stored = await found(texts, number)
    assert (stored.text, stored.status, stored.message_id, stored.seconds) == ("\x00 é 日本 \n", Status.DONE, 5, 1.5)
    assert ended_at is not None
    assert stored.finished_at == ended_at < datetime.now(UTC)
    assert not leftovers.exists()


async def test_a_stop_goes_on_when_not_even_a_file_can_be_written(
    path: Path, new: NewGeneration, caplog: pytest.LogCaptureFixture
) -> None:
    leftovers_path(path).mkdir()
    async with open_database(f"sqlite:///{path}") as database:
        number = await begin(database, new)
        with locked(path):
            with pytest.raises(DatabaseUnusable, match="Is a directory"):
                async with storing_texts(database, leftovers_path(path)):
                    pass
            leftovers_path(path).rmdir()
            async with storing_texts(database, leftovers_path(path)) as texts:
                leftovers_path(path).mkdir()
                texts.put(number, text="It is")
    assert any(message.startswith("Lost: the end of 1 text") for message in caplog.messages)


async def test_a_damaged_line_is_left_out(
    path: Path, database: Database, new: NewGeneration, caplog: pytest.LogCaptureFixture
) -> None:
    number = await begin(database, new)
    leftovers_path(path).write_text(f'{{"id": {number}, "text": "It is"}}\n{{"id": {number}, "te\n[]\n')
    async with storing_texts(database, leftovers_path(path)) as texts:
        assert (await found(texts, number)).text == "It is"
    assert sum("A damaged line" in message for message in caplog.messages) == 2


async def test_what_is_deleted_is_gone_at_once_and_stays_gone(database: Database, new: NewGeneration) -> None:
    texts, numbers = UnsavedTexts(database), [await begin(database, new) for _ in range(2)]
    texts.put(numbers[0], text="It is the east", status=Status.DONE)
    texts.delete(numbers[:1])
    texts.put(numbers[0], text="It is", message_id=5)
    assert await texts.find(numbers[0]) is None
    await texts.store()
    assert await find_generation(database, numbers[0]) is None
    assert await find_generation(database, numbers[1])
    assert not texts


async def test_a_text_that_is_deleted_while_the_database_takes_nothing_is_in_no_file(
    path: Path, new: NewGeneration
) -> None:
    async with open_database(f"sqlite:///{path}") as database:
        number = await begin(database, new)
        with locked(path):
            async with storing_texts(database, leftovers_path(path)) as texts:
                texts.put(number, text="It is the east", status=Status.DONE)
                await until(lambda: texts._storing)  # on its way, in vain
                texts.delete([number])
                await until(lambda: texts.failures)
                texts.put(number, text="It is the east", message_id=5)
                assert await texts.find(number) is None
    assert "east" not in leftovers_path(path).read_text(encoding="utf-8")
    async with open_database(f"sqlite:///{path}") as database, storing_texts(database, leftovers_path(path)) as texts:
        assert await find_generation(database, number) is None
    assert not leftovers_path(path).exists()


async def test_the_file_goes_as_soon_as_all_of_it_is_stored(path: Path, new: NewGeneration) -> None:
    leftovers = leftovers_path(path)
    async with open_database(f"sqlite:///{path}") as database:
        number = await begin(database, new)
        leftovers.write_text(f'{{"id": {number}, "text": "It is the east", "status": "done"}}\n')
        with locked(path):
            storing = storing_texts(database, leftovers)
            texts = await storing.__aenter__()
            assert leftovers.exists()
        await until(lambda: not leftovers.exists())
        assert (await found(texts, number)).text == "It is the east"
        await storing.__aexit__(None, None, None)


async def test_a_file_of_leftovers_holds_nothing_of_an_earlier_one(path: Path, new: NewGeneration) -> None:
    leftovers = leftovers_path(path)
    async with open_database(f"sqlite:///{path}") as database:
        number = await begin(database, new)
        leftovers.write_text(f'{{"id": {number}, "text": "It is the east", "status": "done"}}\n')
        with locked(path):
            async with storing_texts(database, leftovers) as texts:
                texts.delete([number])
        assert leftovers.read_text(encoding="utf-8") == f'{{"id": {number}, "deleted": true}}\n'


async def test_who_needs_all_stored_waits_for_it_or_hears_why_not(
    database: Database, path: Path, new: NewGeneration
) -> None:
    number = await begin(database, new)
    async with storing_texts(database, leftovers_path(path)) as texts:
        texts.put(number, text="It is the east")
        await texts.all_stored()
        stored = await find_generation(database, number)
        assert stored is not None
        assert stored.text == "It is the east"
        with locked(path):
            texts.put(number, text="It is the west")
            with pytest.raises(StorageBusy):
                await texts.all_stored()
