"""A server's rows go once it has removed the bot for longer than the grace time, and not before."""

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import JSON, Column, delete, insert, select, update
from sqlalchemy.orm import Session

from tempera.storage.database import Database
from tempera.storage.servers.presence import note_all_present, note_present, note_removed, purge
from tempera.storage.tables import Base, GuildRow, UtcDateTime
from tempera.storage.texts.history import NewGeneration, find_generation
from tests.storage.rows import begin, change, start_generation, usage_of

GRACE = timedelta(days=30)
HOME, OTHER, FOREIGN = 2**62, 11, 12


async def removed(database: Database) -> set[int]:
    gone = select(GuildRow.id).where(GuildRow.removed_at.is_not(None))
    return set(await database.read(lambda session: session.scalars(gone).all()))


async def let_time_pass(database: Database, passed: timedelta) -> None:
    """Move every removal back to that long ago."""
    gone = update(GuildRow).where(GuildRow.removed_at.is_not(None)).values(removed_at=datetime.now(UTC) - passed)
    await database.write(lambda session: session.execute(gone))


async def tables_with_rows_of(database: Database, guild_id: int) -> set[str]:
    def work(session: Session) -> set[str]:
        return {
            table.name
            for table in Base.metadata.sorted_tables
            if "guild_id" in table.c and session.execute(select(table).where(table.c.guild_id == guild_id)).all()
        }

    return await database.read(work)


async def fill_every_table(database: Database, new: NewGeneration, guild_ids: Collection[int]) -> None:
    """Give each server a row in every table that names a server."""
    for guild_id in guild_ids:
        await begin(database, replace(new, guild_id=guild_id))
        await database.write(partial(fill_tables, guild_id))


def value_of(column: Column[Any], guild_id: int) -> Any:
    if isinstance(column.type, JSON):
        return {}
    if isinstance(column.type, UtcDateTime):
        return datetime.now(UTC)
    kind = column.type.python_type
    return datetime.now(UTC).date() if kind is date else kind(guild_id if "id" in column.name else "1")


def fill_tables(guild_id: int, session: Session) -> None:
    for table in Base.metadata.sorted_tables:
        if "guild_id" in table.c and table.name != "generations":
            filled = [each for each in table.c if each.name != "params" and (not each.nullable or "id" in each.name)]
            typed = {each.name: value_of(each, guild_id) for each in filled}
            session.execute(insert(table).values({k: v for k, v in typed.items() if k != "id"}))


async def test_what_is_set_for_a_server_refers_to_it(database: Database, new: NewGeneration) -> None:
    await note_present(database, {HOME})
    await fill_every_table(database, new, (HOME,))
    await database.write(lambda session: session.execute(delete(GuildRow)))
    assert not {"presets", "channel_settings"} & await tables_with_rows_of(database, HOME)


async def test_a_server_that_removed_the_bot_loses_its_rows_after_the_grace_time(
    database: Database, new: NewGeneration
) -> None:
    await note_all_present(database, {HOME, OTHER})
    await fill_every_table(database, new, (HOME, OTHER))
    await begin(database, replace(new, guild_id=FOREIGN))
    everything = await tables_with_rows_of(database, HOME)
    assert {"generations", "presets", "channel_settings"} <= everything
    await note_removed(database, HOME)
    await let_time_pass(database, GRACE - timedelta(minutes=1))
    assert await purge(database, GRACE) == ()
    assert await tables_with_rows_of(database, HOME) == everything
    await let_time_pass(database, GRACE + timedelta(minutes=1))
    assert await purge(database, GRACE) == (HOME,)
    assert not await tables_with_rows_of(database, HOME)
    assert await tables_with_rows_of(database, OTHER) == everything
    assert await tables_with_rows_of(database, FOREIGN) == {"generations"}  # the bot never was there
    assert await purge(database, GRACE) == ()


async def test_a_server_that_takes_the_bot_back_keeps_its_rows(database: Database, new: NewGeneration) -> None:
    await note_present(database, {HOME})
    generation_id = await begin(database, replace(new, guild_id=HOME))
    await note_removed(database, HOME)
    await let_time_pass(database, 2 * GRACE)
    await note_present(database, {HOME})
    assert await purge(database, GRACE) == ()
    assert await find_generation(database, generation_id)


async def test_a_removal_while_the_bot_was_away_is_found(database: Database) -> None:
    await note_all_present(database, {HOME, OTHER})
    assert await removed(database) == set()
    await note_all_present(database, {OTHER})
    assert await removed(database) == {HOME}
    await let_time_pass(database, 2 * GRACE)
    await note_all_present(database, {OTHER})  # the next start: the time of removal stays
    await note_removed(database, HOME)  # nor does it begin anew when it is said twice
    assert await purge(database, GRACE) == (HOME,)
    await note_all_present(database, set())
    assert await removed(database) == {OTHER}


async def test_a_server_that_comes_back_while_the_bot_was_away_is_found(database: Database) -> None:
    await note_all_present(database, {HOME})
    await note_all_present(database, set())
    await note_all_present(database, {HOME})
    assert await removed(database) == set()


async def test_what_refers_to_a_purged_text_is_let_go(database: Database, new: NewGeneration) -> None:
    await note_present(database, {HOME})
    parent = await start_generation(database, replace(new, guild_id=HOME), 0)
    await change(database, parent, message_id=5)
    elsewhere = await begin(database, replace(new, user_id=7, guild_id=None, parent_id=parent))
    await note_removed(database, HOME)
    await let_time_pass(database, 2 * GRACE)
    await purge(database, GRACE)
    child, usage = await find_generation(database, elsewhere), await usage_of(database, new.user_id)
    assert child is not None
    assert child.parent_id is None
    assert usage is not None
    assert usage.last_generation_id is None
