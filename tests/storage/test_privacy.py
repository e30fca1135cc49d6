"""Every table with a user's id is exported and deleted, and nothing of what was deleted stays in a file."""

import asyncio
import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import BigInteger, Column, ForeignKey, Integer, MetaData, Table, func, insert, select, text, update
from sqlalchemy.orm import Session

from tempera.storage.database import ROWS_AT_ONCE, Database
from tempera.storage.erasure import erase_traces, merge_words
from tempera.storage.file.word_index import INDEX as WORDS
from tempera.storage.pins import pin_preset
from tempera.storage.presets import PresetValues, save_preset, share_preset
from tempera.storage.privacy import COVERED, Covered, delete_about, export_of, stored_about
from tempera.storage.tables import IDENTIFIES, USER, Base, GenerationRow, UtcDateTime
from tempera.storage.texts.history import NewGeneration, Status, find_generation
from tests.storage.rows import begin, change, usage_of

PAGE = Path(__file__).parents[2] / "docs" / "privacy.md"
ALICE, BOB = 2**62, 11
NAMES_A_USER = re.compile("user|owner|author|member|person")
SPECIAL = {"generations.status": "done"}  # what a rule of its table demands
ADDED: dict[str, Callable[[], Column[Any]]] = {
    "a user's id": lambda: Column("who", BigInteger, info={IDENTIFIES: USER}),
    "an id that doesn't say what it identifies": lambda: Column("number", BigInteger),
    "a name that tells it": lambda: Column("owner", Integer),
    "a reference to what is covered": lambda: Column("generation_id", ForeignKey("generations.id")),
}


def gaps(metadata: MetaData, covered: tuple[Covered, ...]) -> list[str]:
    """Return the columns that identify a user, or may, or belong to what does, and aren't covered."""
    columns, tables = {(each.table, each.column) for each in covered}, {each.table for each in covered}
    found = []
    for table in metadata.sorted_tables:
        for column in table.c:
            meaning = column.info.get(IDENTIFIES)
            is_unclear = isinstance(column.type, BigInteger) and not meaning
            is_user = meaning == USER or (not meaning and NAMES_A_USER.search(column.name))
            is_part = any(each.column.table.name in tables for each in column.foreign_keys) and table.name not in tables
            if is_unclear or is_part or (is_user and (table.name, column.name) not in columns):
                found.append(f"{table.name}.{column.name}")
    return found


def test_every_table_with_a_users_id_is_covered() -> None:
    assert gaps(Base.metadata, COVERED) == []


@pytest.mark.parametrize("added", ADDED.values(), ids=list(ADDED))
def test_a_table_that_is_not_covered_is_found(added: Callable[[], Column[Any]]) -> None:
    more, column = MetaData(), added()
    for table in Base.metadata.tables.values():
        table.to_metadata(more)
    Table("added", more, Column("id", Integer, primary_key=True), column)
    assert gaps(more, COVERED) == [f"added.{column.name}"]


@pytest.mark.parametrize("missing", COVERED, ids=lambda each: each.table)
def test_a_cover_that_is_missing_is_found(missing: Covered) -> None:
    assert f"{missing.table}.{missing.column}" in gaps(
        Base.metadata, tuple(each for each in COVERED if each != missing)
    )


def test_the_privacy_page_names_every_table() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert [each.table for each in COVERED if f"`{each.table}`" not in page] == []


def test_what_a_deletion_leaves_says_why() -> None:
    kept = {each.table: each.kept_because for each in COVERED if each.kept_because}
    assert kept.keys() <= {"blocked_users"}
    assert all(len(reason.split()) > 3 for reason in kept.values())


Keys = dict[str, tuple[Any, ...]]


def fill(user_id: int, session: Session) -> Keys:
    """Give a user a row in every table; return the rows' primary keys by table."""
    keys: Keys = {}
    for table in Base.metadata.sorted_tables:
        values = {column.name: value for column in table.c if (value := value_of(column, user_id, keys)) is not None}
        row = session.execute(insert(table).values(values).returning(*table.primary_key)).one()
        keys[table.name] = tuple(row)
    return keys


def value_of(column: Column[Any], user_id: int, keys: Keys) -> Any:
    for reference in column.foreign_keys:
        above = reference.column.table.name
        return keys[above][0] if above in keys else None
    if column.info.get(IDENTIFIES):
        return user_id
    if column.primary_key and column.type.python_type is int:
        return None
    if isinstance(column.type, UtcDateTime):
        return datetime.now(UTC)
    if column.type.python_type is date:
        return datetime.now(UTC).date()
    made: dict[type, Any] = {str: f"{column.name} of {user_id}", dict: {"of": user_id}}
    return SPECIAL.get(str(column), made.get(column.type.python_type, 1))


def stored_keys(session: Session) -> dict[str, set[tuple[Any, ...]]]:
    return {
        table.name: {tuple(row) for row in session.execute(select(*table.primary_key))}
        for table in Base.metadata.sorted_tables
    }


async def exported(database: Database, user_id: int) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    async for table, rows in export_of(database, user_id):
        found.setdefault(table, []).extend(rows)
    return found


async def test_all_rows_of_a_user_are_exported_and_deleted_and_nobody_elses(database: Database) -> None:
    alices = await database.write(lambda session: fill(ALICE, session))
    bobs = await database.write(lambda session: fill(BOB, session))
    covered, kept = {each.table for each in COVERED}, {each.table for each in COVERED if each.kept_because}
    found = await exported(database, ALICE)
    assert found.keys() == covered
    for name, rows in found.items():
        keys = [column.name for column in Base.metadata.tables[name].primary_key]
        assert [[str(row[key]) for key in keys] for row in rows] == [[str(key) for key in alices[name]]]
        assert rows[0].keys() == set(Base.metadata.tables[name].c.keys())
    assert str(BOB) not in {str(value) for rows in found.values() for row in rows for value in row.values()}
    assert (await stored_about(database, ALICE)).rows == dict.fromkeys(covered, 1)

    await delete_about(database, ALICE)
    left = await database.read(stored_keys)
    assert {name for name in covered if alices[name] in left[name]} == kept
    assert all(bobs[name] in left[name] for name in left)
    assert all(alices[name] in left[name] for name in left.keys() - covered)
    assert (await exported(database, ALICE)).keys() == kept
    assert (await exported(database, BOB)).keys() == covered


async def test_an_export_is_json_with_ids_as_text_and_times_in_utc(database: Database, new: NewGeneration) -> None:
    number = await begin(database, replace(new, user_id=ALICE, prompt="é 日本"))
    await change(database, number, text="It is the east", status=Status.DONE, message_id=2**60)
    found = json.loads(json.dumps(await exported(database, ALICE)))
    (row,) = found["generations"]
    assert (row["user_id"], row["guild_id"], row["id"]) == (str(ALICE), str(new.guild_id), number)
    assert (row["prompt"], row["text"], row["params"]) == ("é 日本", "It is the east", new.params)
    assert datetime.fromisoformat(row["created_at"]).utcoffset() == timedelta(0)
    assert found["answer_messages"] == [{"generation_id": number, "message_id": str(2**60)}]


async def test_many_rows_are_all_exported_and_deleted_while_others_go_on(
    database: Database, new: NewGeneration
) -> None:
    number = 2 * ROWS_AT_ONCE + 1
    mine, others = (replace(new, user_id=user_id) for user_id in (ALICE, BOB))
    for _ in range(number):
        await begin(database, mine)
    first = await begin(database, replace(others, parent_id=1))
    assert len((await exported(database, ALICE))["generations"]) == number
    deleting = asyncio.create_task(delete_about(database, ALICE))
    await asyncio.sleep(0)
    second, left = await asyncio.gather(begin(database, others), database.write(texts_of_alice))
    assert left >= number - ROWS_AT_ONCE, "nobody waits for more than one transaction of it"
    await deleting
    assert (await stored_about(database, ALICE)).is_nothing
    for left in (first, second):
        row = await find_generation(database, left)
        assert row is not None
        assert row.parent_id is None
    assert await usage_of(database, BOB)


def texts_of_alice(session: Session) -> int:
    return session.scalar(select(func.count()).where(GenerationRow.user_id == ALICE)) or 0


async def test_what_is_stored_is_counted(database: Database, new: NewGeneration) -> None:
    assert (await stored_about(database, ALICE)).is_nothing
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    number = await begin(database, replace(new, user_id=ALICE))
    await begin(database, replace(new, user_id=ALICE))
    earlier = update(GenerationRow).where(GenerationRow.id == number).values(created_at=long_ago)
    await database.write(lambda session: session.execute(earlier))
    await save_preset(database, ALICE, "calm", PresetValues(model="x"), limit=9)
    await share_preset(database, ALICE, 5, "calm", limit=9)
    stored = await stored_about(database, ALICE)
    rows = {"generations": 2, "answer_messages": 0, "presets": 2, "usage": 1}
    assert stored.rows == rows | {"guild_usage": 0, "blocked_users": 0}
    assert (stored.shared_presets, stored.oldest_text_at) == (1, long_ago)


async def test_a_copy_that_a_server_shares_goes_too(database: Database) -> None:
    await save_preset(database, ALICE, "calm", PresetValues(model="x"), limit=9)
    await share_preset(database, ALICE, 5, "calm", limit=9)
    await pin_preset(database, 5, "calm", limit=3)
    await delete_about(database, ALICE)
    assert (await exported(database, ALICE)) == {}


def files_with(path: Path, marker: bytes) -> list[str]:
    """Return the files of the database that hold some bytes."""
    return [file.name for file in path.parent.glob(f"{path.name}*") if marker in file.read_bytes()]


async def write_texts(database: Database, new: NewGeneration, marker: str) -> None:
    """Store texts of two users, growing as real ones do; the marker is in one's only."""
    for number in range(300):
        user_id, word = (ALICE, marker) if number % 3 == 0 else (BOB, "rose")
        key = await begin(database, replace(new, user_id=user_id, prompt=f"{word} {number}"))
        for length in (100, 900, 4000):
            await change(database, key, text=f"{word} " * (length // (len(word) + 1)))
        await change(database, key, status=Status.DONE)


async def test_no_byte_of_what_was_deleted_stays_in_a_file(database: Database, path: Path, new: NewGeneration) -> None:
    await write_texts(database, new, "zyxwvut")
    assert files_with(path, b"zyxwvut")
    await delete_about(database, ALICE)
    assert await erase_traces(database)
    assert files_with(path, b"zyxwvut") == []
    assert files_with(path, b"rose")


async def test_no_word_of_what_was_deleted_stays_in_the_index(
    database: Database, path: Path, new: NewGeneration
) -> None:
    await write_texts(database, new, "zyxwvut")
    await delete_about(database, ALICE)
    await database.truncate_log()
    assert files_with(path, b"zyxwvut"), "the index keeps the words of deleted rows"
    assert await erase_traces(database)
    assert files_with(path, b"zyxwvut") == []
    found = text(f"SELECT count(*) FROM {WORDS} WHERE {WORDS} MATCH 'rose'")
    assert await database.read(lambda session: session.scalar(found)) == 200


async def test_the_index_of_words_is_merged_in_short_transactions(database: Database, new: NewGeneration) -> None:
    await merge_words(database)
    words = " ".join(f"w{number}" for number in range(300))
    for number in range(60):
        await change(database, await begin(database, new), text=words.replace("w", f"w{number}x"), status=Status.DONE)
    await merge_words(database)
    calls = database.calls
    await merge_words(database)
    assert database.calls == calls + 2, "there is nothing left to merge"


@pytest.fixture
def other_reader(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        yield other


async def test_a_log_that_others_read_is_emptied_once_they_are_done(
    database: Database, path: Path, new: NewGeneration, other_reader: sqlite3.Connection
) -> None:
    await begin(database, new)
    other_reader.execute("BEGIN")
    other_reader.execute("SELECT count(*) FROM generations").fetchone()
    await begin(database, new)
    assert not await database.truncate_log()
    erasing = asyncio.create_task(erase_traces(database))
    await asyncio.sleep(0.3)
    other_reader.execute("COMMIT")
    assert await erasing
    assert path.with_name(f"{path.name}-wal").stat().st_size == 0
