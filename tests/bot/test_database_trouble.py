"""A database that is held, damaged or gone while the bot runs: nobody is told anything untrue, and no text is lost."""

import asyncio
import logging
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from tempera.bot.client import TemperaClient
from tempera.bot.replies.answer import WRITING
from tempera.bot.upkeep.backups import keeping_backups
from tempera.bot.upkeep.daily import look_after_data
from tempera.sandbox.server import Sandbox
from tempera.storage.errors import DiskFull
from tempera.storage.file.backups import backups_of
from tempera.storage.tables import UsageRow
from tempera.storage.texts.history import Status
from tests.bot.admin_play import says
from tests.bot.conftest import Room, RunBot, ended, written
from tests.patience import until

AT_ONCE = 64


def overwrite(path: Path) -> None:
    """Overwrite everything but the first page."""
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * (size - 4096))


def admin_in(sandbox: Sandbox) -> dict[str, object]:
    return {"guild_ids": (sandbox.guild.id,), "user_ids": (sandbox.alice.id,)}


def path_of(bot: TemperaClient) -> Path:
    return bot.resources.database.path


async def test_a_database_that_another_program_holds_gets_the_text_once_it_is_free(
    run_bot: RunBot, sandbox: Sandbox
) -> None:
    async with run_bot() as bot:
        room = Room(sandbox, bot)
        with room.decoder_asleep():
            exchange = await room.play(prompt="Oh", length=50, seed=3)
            await exchange.shows(WRITING)
            other = sqlite3.connect(path_of(bot), isolation_level=None)
            other.execute("BEGIN EXCLUSIVE")
        with closing(other):
            message = await exchange.shows(written)
            await until(lambda: bot.resources.texts.failures >= 1)
            refused = await room.play(prompt="Oh", length=5)
            assert "Nothing was saved; try again" in (await refused.answered()).content
            other.execute("ROLLBACK")
        row = await room.row(1, ended)
        assert (row.status, len(row.text)) == (Status.DONE, 50)
        assert await room.last_row() == 1, "nothing was saved"
        await (await sandbox.click(message, "Continue")).shows(written)


async def test_nobody_is_turned_away_by_the_database_when_all_press_at_once(run_bot: RunBot, sandbox: Sandbox) -> None:
    async with run_bot(generation={"default_length": 1500}) as bot:
        room = Room(sandbox, bot)
        exchanges = await asyncio.gather(*(room.play(prompt="Oh", seed=seed) for seed in range(AT_ONCE)))
        for exchange in exchanges:
            await exchange.shows(written)
        rows = [await room.row(number, ended) for number in range(1, AT_ONCE + 1)]
        assert {row.status for row in rows} == {Status.DONE}


async def test_a_start_in_the_future_does_not_keep_anyone_waiting(run_bot: RunBot, sandbox: Sandbox) -> None:
    async with run_bot(fairness={"cooldown_seconds": 60.0}) as bot:
        room = Room(sandbox, bot)
        await (await room.play(prompt="Oh", length=5)).shows(written)
        future = update(UsageRow).values(last_started_at=datetime.now(UTC) + timedelta(days=400))
        await bot.resources.database.write(lambda session: session.execute(future) and None)
        await (await room.play(prompt="Oh", length=5)).shows(written)
        assert "cooldown" in (await (await room.play(prompt="Oh", length=5)).answered()).content


async def test_a_damaged_database_is_one_sentence_to_the_user_and_lines_without_traceback_in_the_log(
    run_bot: RunBot, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    async with run_bot(admin=admin_in(sandbox)) as bot:
        room = Room(sandbox, bot)
        await (await room.play(prompt="Oh", length=5)).shows(written)
        with closing(sqlite3.connect(path_of(bot))) as other:
            other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        overwrite(path_of(bot))
        for _ in range(2):
            answer = await (await room.play(prompt="Oh", length=5)).answered()
            assert answer.content.startswith("Tempera's database is damaged, so nothing was saved.")
        seen = await says(await sandbox.invoke("admin status"))
        assert "Out of order: " in seen
        assert "python -m storage restore" in seen
    said = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert sum("Nothing is written" in record.message for record in said) == 1
    assert not [record for record in said if record.exc_info]
    assert all("\n" not in record.message for record in said)


async def test_a_log_that_is_deleted_is_noticed_within_a_minute(run_bot: RunBot, sandbox: Sandbox) -> None:
    async with run_bot(admin=admin_in(sandbox)) as bot:
        room = Room(sandbox, bot)
        await (await room.play(prompt="Oh", length=5)).shows(written)
        path_of(bot).with_name(f"{path_of(bot).name}-wal").unlink()
        await until(lambda: bot.resources.database.trouble)
        refused = await (await room.play(prompt="Oh", length=5)).answered()
        assert refused.content.startswith("Tempera has lost its database, so nothing was saved.")
        assert "-wal was deleted while Tempera was using it" in (await says(await sandbox.invoke("admin status")))
        await until(lambda: list(path_of(bot).parent.glob("*.rescued-*")))


async def test_rows_of_removed_servers_wait_until_the_database_works_again(
    run_bot: RunBot, caplog: pytest.LogCaptureFixture
) -> None:
    async with run_bot() as bot:
        bot.resources.database.stop_writing(DiskFull("no space"))
        looking = asyncio.create_task(look_after_data(bot, bot.resources))
        await until(lambda: "Old data could not be looked after, in an hour again: no space" in caplog.text)
        looking.cancel()
    assert not [record for record in caplog.records if record.exc_info]


async def test_backups_are_made_while_the_bot_runs(run_bot: RunBot, sandbox: Sandbox) -> None:
    storage = {"backup_interval_hours": 1.0, "backups_kept": 1}
    async with run_bot(storage=storage) as bot:
        room, path = Room(sandbox, bot), path_of(bot)
        shutil.copy(path, path.with_name(f"{path.name}.backup-20200101-000000"))
        await (await room.play(prompt="Oh", length=5)).shows(written)
        await room.row(1, ended)
        async with keeping_backups(bot.resources, look_seconds=0.05):
            await until(lambda: "backup-20200101" not in str(backups_of(path)))
            (backup,) = backups_of(path)
            await asyncio.sleep(0.3)
            assert backups_of(path) == [backup], "it isn't due again"
    with closing(sqlite3.connect(backup)) as connection:
        assert connection.execute("SELECT status FROM generations").fetchall() == [("done",)]
