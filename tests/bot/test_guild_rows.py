"""What stays stored of a server that removed the bot."""

import asyncio
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update

from tempera.sandbox.client.exchange import TIMEOUT_SECONDS
from tempera.sandbox.server import Sandbox
from tempera.storage.database import Database
from tempera.storage.tables import GuildRow
from tempera.storage.texts.history import find_generation
from tests.bot.conftest import Room, RunBot, ended, written

LONG_GONE = 17
GRACE = {"removed_guild_grace_days": 30}


async def guilds(database: Database, *, removed: bool) -> set[int]:
    wanted = select(GuildRow.id).where(GuildRow.removed_at.is_not(None) == removed)
    return set(await database.read(lambda session: session.scalars(wanted).all()))


async def becomes(database: Database, *, present: set[int], removed: set[int]) -> None:
    async with asyncio.timeout(TIMEOUT_SECONDS):
        while True:
            if (await guilds(database, removed=False), await guilds(database, removed=True)) == (present, removed):
                return
            await asyncio.sleep(0.02)


async def let_days_pass(database: Database, days: float) -> None:
    gone = update(GuildRow).where(GuildRow.removed_at.is_not(None))
    earlier = gone.values(removed_at=datetime.now(UTC) - timedelta(days=days))
    await database.write(lambda session: session.execute(earlier))


async def leave_long_ago(database: Database) -> None:
    """Add a server that the next purge deletes."""
    row = GuildRow(id=LONG_GONE, removed_at=datetime(2000, 1, 1, tzinfo=UTC))
    await database.write(lambda session: session.add(row))


async def purged(database: Database) -> None:
    """Wait until that purge is over."""
    async with asyncio.timeout(TIMEOUT_SECONDS):
        while True:
            if LONG_GONE not in await guilds(database, removed=True):
                return
            await asyncio.sleep(0.02)


async def test_rows_go_after_the_grace_time_also_if_the_bot_was_offline(sandbox: Sandbox, run_bot: RunBot) -> None:
    first, second = sandbox.guild.id, sandbox.second_guild.id
    async with run_bot(storage=GRACE) as bot:
        for channel in (sandbox.general, sandbox.lobby):
            await (await sandbox.invoke("generate", prompt="Oh", length=5, channel=channel)).shows(written)
        await Room(sandbox, bot).row(2, ended)
        await becomes(bot.resources.database, present={first, second}, removed=set())
        sandbox.remove_bot(sandbox.second_guild)
        await becomes(bot.resources.database, present={first}, removed={second})
        sandbox.add_bot(sandbox.second_guild)  # which ends the grace time
        await becomes(bot.resources.database, present={first, second}, removed=set())
    sandbox.remove_bot(sandbox.second_guild)
    async with run_bot(storage=GRACE) as bot:
        database = bot.resources.database
        await becomes(database, present={first}, removed={second})
        await let_days_pass(database, 29.9)
        await leave_long_ago(database)
    async with run_bot(storage=GRACE) as bot:
        database = bot.resources.database
        await purged(database)
        assert await find_generation(database, 2)
        await let_days_pass(database, 30.1)
    async with run_bot(storage=GRACE) as bot:
        database = bot.resources.database
        await becomes(database, present={first}, removed=set())
        assert await find_generation(database, 2) is None
        assert await find_generation(database, 1)


async def test_a_server_that_is_unavailable_is_never_purged(sandbox: Sandbox, run_bot: RunBot) -> None:
    none = {"removed_guild_grace_days": 0}
    async with run_bot(storage=none) as bot:
        await (await sandbox.invoke("generate", prompt="Oh", length=5, channel=sandbox.lobby)).shows(written)
        sandbox.begin_outage(sandbox.second_guild)
        await (await sandbox.invoke("generate", prompt="Oh", length=5)).shows(written)  # which comes after the outage
        assert await guilds(bot.resources.database, removed=True) == set()
        await leave_long_ago(bot.resources.database)
    async with run_bot(storage=none) as bot:  # found unavailable at the start
        await purged(bot.resources.database)
        assert await guilds(bot.resources.database, removed=True) == set()
        assert await find_generation(bot.resources.database, 1)
