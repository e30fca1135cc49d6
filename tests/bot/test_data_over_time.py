"""What becomes of data from one start of the bot to the next: kept, purged, or deleted by an old button."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from tempera.bot.history.pages import SIZE
from tempera.bot.upkeep.old_texts import purge_old_texts
from tempera.sandbox.client.exchange import TIMEOUT_SECONDS
from tempera.sandbox.server import Sandbox
from tempera.storage.database import Database
from tempera.storage.privacy import stored_about
from tempera.storage.tables import GenerationRow, UsageRow
from tempera.storage.texts.history import find_generation
from tests.bot.conftest import Room, RunBot, ended, labels, written


async def grow_old(database: Database, number: int, days: float) -> None:
    """Move the start of a text back, and that of its user's last one."""
    began_at = datetime.now(UTC) - timedelta(days=days)
    text = update(GenerationRow).where(GenerationRow.id == number).values(created_at=began_at)
    usage = update(UsageRow).values(last_started_at=began_at)
    await database.write(lambda session: [session.execute(each) for each in (text, usage)] and None)


async def gone(database: Database, number: int) -> None:
    async with asyncio.timeout(TIMEOUT_SECONDS):
        while True:
            if await find_generation(database, number) is None:
                return
            await asyncio.sleep(0.02)


async def test_old_texts_go_at_the_start_if_the_settings_say_so(
    sandbox: Sandbox, run_bot: RunBot, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    direct = sandbox.dm_channel(sandbox.alice)
    async with run_bot() as bot:
        for channel in (sandbox.general, direct):
            await (await sandbox.invoke("generate", prompt="Oh", length=5, channel=channel)).shows(written)
        await (await sandbox.invoke("generate", prompt="Oh", length=5, user=sandbox.bob)).shows(written)
        for number in (1, 2, 3):
            await Room(sandbox, bot).row(number, ended)
        for number in (1, 2):
            await grow_old(bot.resources.database, number, days=31)
    async with run_bot(storage={"keep_days": 0}) as bot:
        await purge_old_texts(bot.resources)
        assert await find_generation(bot.resources.database, 1)
    async with run_bot(storage={"keep_days": 30}) as bot:
        database = bot.resources.database
        await gone(database, 1)
        await gone(database, 2)
        assert await find_generation(database, 3)
        async with asyncio.timeout(TIMEOUT_SECONDS):
            while not (await stored_about(database, sandbox.alice.id)).is_nothing:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        assert (await stored_about(database, sandbox.bob.id)).rows["usage"] == 1
    assert "Deleted texts older than 30 days: 2" in caplog.text
    assert "looked after" not in caplog.text


async def test_a_confirmation_from_before_a_restart_still_deletes(sandbox: Sandbox, run_bot: RunBot) -> None:
    async with run_bot():
        await (await sandbox.invoke("generate", prompt="Oh", length=5)).shows(written)
        question = await (await sandbox.invoke("privacy delete")).answered()
    async with run_bot() as bot:
        await (await sandbox.click(question, "Delete everything")).shows("is deleted")
        assert (await stored_about(bot.resources.database, sandbox.alice.id)).is_nothing


async def test_a_page_of_texts_from_before_a_restart_is_still_turned(sandbox: Sandbox, run_bot: RunBot) -> None:
    async with run_bot():
        for _ in range(SIZE + 1):
            await (await sandbox.invoke("generate", prompt="Oh", length=5)).shows(written)
        page = await (await sandbox.invoke("history list")).answered()
    async with run_bot():
        older = await (await sandbox.click(page, "Older")).shows(lambda each: labels(each) == ["Newer"])
        assert older.content.count("`#") == 1
