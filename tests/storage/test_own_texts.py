"""A user's own texts: page by page, and by the words in them."""

import logging
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, update

from tempera.storage.database import Database, open_database
from tempera.storage.file import word_index
from tempera.storage.file.word_index import INDEX, TRIGGERS, prepare_word_index
from tempera.storage.tables import GenerationRow
from tempera.storage.texts.history import NewGeneration, Status, close_interrupted, new_values
from tempera.storage.texts.own_texts import match_expression, own_texts

ALICE, BOB = 1, 2


async def add(database: Database, new: NewGeneration, text: str, **values: Any) -> int:
    """Store a text of Alice's that has ended."""
    ended = new_values(replace(new, user_id=ALICE)) | {"status": Status.DONE, "text": text}
    ended |= {"finished_at": ended["created_at"]} | values
    return await database.write(
        lambda session: session.scalars(insert(GenerationRow).returning(GenerationRow.id), [ended]).one()
    )


async def found(database: Database, words: str, user_id: int = ALICE) -> list[int]:
    return [each.id for each in (await own_texts(database, user_id, words, size=50)).texts]


async def test_pages_go_from_the_newest_text_to_the_oldest_and_back(database: Database, new: NewGeneration) -> None:
    ids = [await add(database, new, f"text {number}") for number in range(7)]
    await add(database, new, "another's", user_id=BOB)
    first = await own_texts(database, ALICE, size=3)
    assert [each.id for each in first.texts] == ids[:3:-1]
    assert (first.has_newer, first.has_older) == (False, True)
    second = await own_texts(database, ALICE, size=3, older_than=ids[4])
    assert [each.id for each in second.texts] == ids[3:0:-1]
    assert (second.has_newer, second.has_older) == (True, True)
    last = await own_texts(database, ALICE, size=3, older_than=ids[1])
    assert [each.id for each in last.texts] == [ids[0]]
    assert (last.has_newer, last.has_older) == (True, False)
    back = await own_texts(database, ALICE, size=3, newer_than=ids[0])
    assert back == second


@pytest.mark.parametrize(
    ("words", "is_found"),
    [
        ("thou art", True),
        ("THOU", True),
        ("art thou", True),
        ("thou nobody", False),
        ("tho", True),  # the last word may be only begun
        ("tho art", False),  # the others may not
        ("ou", False),
        ("nevoa", True),
        ("névoa", True),
        ("romeo", True),  # in the prompt
        ("don't", True),
        ("a", False),
        ('"', False),
        ("* NEAR( OR", False),
        ("prompt:romeo", True),  # one after the other, as in "prompt: Romeo"
        ("吾輩", True),
        ("輩は", True),
        ("輩が", False),
        ("猫 thou", True),
        ("🎭", False),
        ("thou " * 12, True),
    ],
)
async def test_texts_are_found_by_their_words(
    database: Database, new: NewGeneration, words: str, *, is_found: bool
) -> None:
    key = await add(
        database, replace(new, prompt="prompt: ROMEO"), " But thou art névoa, don't. 吾輩は猫である。 thou2 🎭x"
    )
    await add(database, replace(new, prompt="-"), "nothing of it", user_id=BOB)
    assert await found(database, words) == ([key] if is_found else [])
    assert await found(database, words, BOB) == []


async def test_the_words_follow_what_is_changed_and_deleted(database: Database, new: NewGeneration) -> None:
    key = await add(database, new, "rose")
    assert await found(database, "rose") == [key]
    changed = update(GenerationRow).where(GenerationRow.id == key)
    await database.write(lambda session: session.execute(changed.values(text="lily")))
    assert (await found(database, "rose"), await found(database, "lily")) == ([], [key])
    await database.write(lambda session: session.execute(delete(GenerationRow).where(GenerationRow.id == key)))
    assert await found(database, "lily") == []


async def test_a_text_is_found_once_it_has_ended(database: Database, new: NewGeneration) -> None:
    key = await add(database, new, "rose", status=Status.RUNNING, finished_at=None)
    assert await found(database, "rose") == []
    await close_interrupted(database)
    assert await found(database, "rose") == [key]


def triggers(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        return {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'")}


async def test_the_index_is_made_of_the_texts_that_are_there(path: Path, new: NewGeneration) -> None:
    async with open_database(f"sqlite:///{path}") as database:
        key = await add(database, new, "rose")
        await add(database, new, "rose", status=Status.RUNNING, finished_at=None)
    with closing(sqlite3.connect(path)) as connection:
        for name in TRIGGERS:
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(f"DROP TABLE {INDEX}")
        connection.commit()
    async with open_database(f"sqlite:///{path}") as database:
        assert await found(database, "rose") == [key]
        assert await close_interrupted(database) == 1
        assert len(await found(database, "rose")) == 2


async def test_without_fts5_texts_are_read_through(
    path: Path, new: NewGeneration, caplog: pytest.LogCaptureFixture
) -> None:
    """As on a system whose SQLite has none: the triggers of a file from elsewhere go, or no text could be stored."""
    async with open_database(f"sqlite:///{path}") as database:
        await add(database, new, "rose")
    with caplog.at_level(logging.WARNING):
        prepare_word_index(path, is_available=False)
    assert "no FTS5" in caplog.text
    assert not triggers(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE generations SET text = 'ROSE garden'")
        connection.commit()
    async with open_database(f"sqlite:///{path}", has_fts5=False) as database:
        assert len(await found(database, "rose garden")) == 1
        assert await found(database, "gar den nothing") == []
    async with open_database(f"sqlite:///{path}") as database:
        assert word_index.TRIGGERS.keys() <= triggers(path)
        assert len(await found(database, "rose garden")) == 1


def test_nothing_typed_has_a_meaning_in_the_search() -> None:
    assert match_expression(7, 'a"b OR') == 'user_id : "7" AND {prompt text} : ("a""b" AND "OR")'
    assert match_expression(7, "rose gar") == 'user_id : "7" AND {prompt text} : ("rose" AND "gar" *)'
