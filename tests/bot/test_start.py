"""What a start does with rows that the last run left, and with the commands that Discord knows."""

import re
import sqlite3
import time
from contextlib import closing

from tempera.bot.config.settings import Settings
from tempera.sandbox.server import Sandbox, running_sandbox
from tempera.storage.texts.history import Status
from tests.bot.conftest import Room, RunBot, bot_in, written

SENT = "PUT /applications/{application_id}/commands"


async def test_commands_are_sent_when_their_set_or_the_application_is_another(
    sandbox: Sandbox, run_bot: RunBot, settings: Settings
) -> None:
    for _ in range(2):
        async with run_bot():
            await sandbox.wait_for_command("generate")
    assert sandbox.calls.count(SENT) == 1
    async with run_bot(generation={"max_length": 1000}):
        command = await sandbox.wait_for_command("generate")
    assert sandbox.calls.count(SENT) == 2
    assert next(option for option in command["options"] if option["name"] == "length")["max_value"] == 1000
    async with running_sandbox() as other, bot_in(other, settings):
        await other.wait_for_command("generate")


async def test_rows_that_a_crash_left_running_are_closed_and_their_cooldown_holds(
    sandbox: Sandbox, run_bot: RunBot, settings: Settings
) -> None:
    async with run_bot():
        await sandbox.gateway.close(4000)  # a dropped connection; the bot reconnects
        await sandbox.wait_for_bot()
        await (await sandbox.invoke("generate", prompt="Oh")).shows(written)
    with closing(sqlite3.connect(settings.storage.url.removeprefix("sqlite:///"))) as connection:
        connection.execute("UPDATE generations SET status = 'running', finished_at = NULL")
        connection.commit()
    async with run_bot(fairness={"cooldown_seconds": 600.0}) as bot:
        row = await Room(sandbox, bot).row(1)
        assert row.status is Status.FAILED
        assert len(row.text) == 100
        refused = await (await sandbox.invoke("generate", prompt="Oh", length=5)).answered()
        (unix_seconds,) = re.findall(r"Try again <t:(\d+):R>\.", refused.content)
        assert 500 < int(unix_seconds) - time.time() < 602
