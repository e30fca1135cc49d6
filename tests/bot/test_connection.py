"""What Discord's gateway and its registration of commands may do to the bot: refuse, delay, close, or send nonsense."""

import logging
import time
from pathlib import Path

import pytest

from tempera.bot.config.settings import Settings
from tempera.bot.replies.answer import WRITING, Ending
from tempera.sandbox.gateway.session import CloseCode
from tempera.sandbox.rest.faults import Fault
from tempera.sandbox.rest.paths import COMMANDS, ME
from tempera.sandbox.server import Sandbox
from tempera.storage.texts.history import Status
from tests.bot.conftest import Room, RunBot, bot_in, ended, written
from tests.bot.processes import START_SECONDS, StartBot, online, replace_in
from tests.bot.test_process import rows
from tests.patience import until

SLOW = {"pace_characters_per_second": 50, "edit_interval_seconds": 1.0, "whole_answer_seconds": 0.2}
PACE = "generation:\n  pace_characters_per_second: 50\n  edit_interval_seconds: 1.0"
SEND = f"PUT {COMMANDS}"
REMEDIES = {
    CloseCode.AUTHENTICATION_FAILED: ("Discord rejected the token.", "set DISCORD_TOKEN to it."),
    CloseCode.SHARDING_REQUIRED: ("too many servers for one connection (4011)", "Remove it from some"),
    CloseCode.DISALLOWED_INTENTS: ("refuses the bot's intents (4014)", "discord.com/developers"),
}


def last_lines(output: str) -> tuple[str, str]:
    reason, remedy = output.splitlines()[-2:]
    return reason, remedy


@pytest.mark.parametrize("code", REMEDIES)
async def test_a_gateway_that_refuses_the_bot_says_why_and_what_to_do(
    start_bot: StartBot, sandbox: Sandbox, code: CloseCode
) -> None:
    sandbox.gateway.refusal = code
    async with start_bot() as bot:
        assert await bot.ends() == 2
    reason, remedy = last_lines(bot.output())
    words, advice = REMEDIES[code]
    assert words in reason
    assert advice in remedy
    assert "Traceback" not in bot.output()


@pytest.mark.parametrize("code", REMEDIES)
async def test_a_connection_closed_for_good_ends_texts_in_their_messages(
    start_bot: StartBot, sandbox: Sandbox, config: Path, code: CloseCode
) -> None:
    replace_in(config, "generation:", PACE)
    replace_in(config, "deadline_seconds: 5", "deadline_seconds: 1.5")
    async with start_bot() as bot:
        await online(sandbox)
        long = await sandbox.invoke("generate", prompt="Oh", length=4000)
        await long.shows(lambda message: WRITING in message.content and len(message.content) > 60)
        short = await sandbox.invoke("generate", prompt="Oh", length=60)
        await short.shows(WRITING)
        await sandbox.gateway.close(code)
        message = await long.shows(Ending.CUT_SHORT)
        await short.shows(written)
        assert await bot.ends() == 2
    assert "Stop" not in [button.label for button in message.buttons]
    assert [status for status, _ in rows(config)] == ["cancelled", "done"]
    assert REMEDIES[code][0] in last_lines(bot.output())[0]
    assert "Traceback" not in bot.output()


async def test_a_connection_closed_for_good_keeps_an_idle_bot_waiting_for_nothing(
    start_bot: StartBot, sandbox: Sandbox, config: Path
) -> None:
    replace_in(config, "deadline_seconds: 5", "deadline_seconds: 600")
    async with start_bot() as bot:
        await online(sandbox)
        await sandbox.gateway.close(CloseCode.AUTHENTICATION_FAILED)
        assert await bot.ends() == 2
    assert "Stopping" not in bot.output()


async def test_an_event_that_the_library_cannot_read_is_dropped(
    run_bot: RunBot, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    async with run_bot(generation=SLOW) as bot:
        exchange = await sandbox.invoke("generate", prompt="Oh", length=80)
        await exchange.shows(WRITING)
        voice = {"id": "77", "guild_id": str(sandbox.guild.id), "type": 2, "name": "talk", "position": 1}
        sandbox.gateway.send_guild_event("CHANNEL_CREATE", voice | {"permission_overwrites": []})
        await until(lambda: "Dropped a CHANNEL_CREATE" in caplog.text)
        await exchange.shows(written)
        row = await Room(sandbox, bot).row(1, ended)
        assert (row.status, len(row.text)) == (Status.DONE, 80)
        assert sandbox.gateway.identified == 1
    assert not [record for record in caplog.records if record.exc_info]


@pytest.mark.parametrize("frame", ["no JSON", "[1, 2]", '{"op": 0, "t": "READY", "s": 1, "d": {}}'])
async def test_a_frame_that_the_library_cannot_read_makes_it_connect_again(
    run_bot: RunBot, sandbox: Sandbox, caplog: pytest.LogCaptureFixture, frame: str
) -> None:
    async with run_bot(generation=SLOW):
        exchange = await sandbox.invoke("generate", prompt="Oh", length=80)
        await exchange.shows(WRITING)
        await sandbox.gateway.send_garbage(frame)
        await until(lambda: sandbox.gateway.identified + sandbox.gateway.resumed >= 2)
        await exchange.shows(written)
        await (await sandbox.invoke("generate", prompt="Oh", length=5)).shows(written)
    of_the_bot = [record for record in caplog.records if record.name.startswith(("tempera.bot", "discord"))]
    (warning,) = [record for record in of_the_bot if record.levelno >= logging.WARNING]
    assert "Connecting again" in warning.getMessage()
    assert not warning.exc_info


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault(status=400, code=30034, message="Max number of daily application command creates"), "code 30034"),
        (Fault(status=403, code=50001), "status 403, code 50001"),
        (Fault(status=429, html="<html>blocked</html>"), "status 429, code 0"),
    ],
    ids=["quota", "access", "blocked"],
)
async def test_commands_that_discord_refuses_are_sent_later_and_those_it_has_are_answered(
    run_bot: RunBot, sandbox: Sandbox, caplog: pytest.LogCaptureFixture, fault: Fault, words: str
) -> None:
    async with run_bot():
        await sandbox.wait_for_command("generate")
    caplog.set_level(logging.INFO)
    sandbox.inject(SEND, fault, times=3)
    async with run_bot(generation={"max_length": 1000}) as bot:
        await until(lambda: "go on working" in caplog.text)
        await (await sandbox.invoke("generate", prompt="Oh", length=5)).shows(written)
        assert words in caplog.text
        assert "sent again in 60 seconds" in caplog.text
        assert "<html>" not in caplog.text
        sandbox.clear_faults()
        await bot._sync.renew()  # what a reload, a new server, or the end of the pause does
        command = await sandbox.wait_for_command("generate")
        assert next(option for option in command["options"] if option["name"] == "length")["max_value"] == 1000


async def test_commands_that_discord_delays_keep_nobody_from_those_it_has(run_bot: RunBot, sandbox: Sandbox) -> None:
    async with run_bot():
        await sandbox.wait_for_command("generate")
    sandbox.inject(SEND, Fault(status=429, retry_after_seconds=300.0))
    started_at = time.monotonic()
    async with run_bot(generation={"max_length": 1000}):
        await (await sandbox.invoke("generate", prompt="Oh", length=5)).shows(written)
    assert time.monotonic() - started_at < START_SECONDS


async def test_a_page_instead_of_an_answer_is_never_in_the_log(start_bot: StartBot, sandbox: Sandbox) -> None:
    page = "<html>\n" + "<p>Access denied</p>\n" * 120
    sandbox.inject(f"GET {ME}", Fault(status=429, html=page), times=5)
    async with start_bot() as bot:
        assert await bot.ends() == 2
    reason, remedy = last_lines(bot.output())
    assert "blocked this address" in reason
    assert remedy.startswith("Wait an hour")
    assert "<" not in bot.output()
    assert len(bot.output().splitlines()) < 10


@pytest.mark.slow
async def test_two_bots_with_one_token_answer_once_and_one_of_them_says_so(
    sandbox: Sandbox, settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with (
        bot_in(sandbox, settings) as first,
        bot_in(sandbox, settings.with_database(tmp_path / "other")) as second,
    ):
        for _ in range(5):
            exchange = await sandbox.invoke("generate", prompt="Oh", length=50)
            message = await exchange.shows(written)
            await until(lambda: not (first.resources.tasks._answers or second.resources.tasks._answers))
            assert not message.deleted
            assert len(message.history) == 1
            assert exchange.followups == []
        kept = [await Room(sandbox, bot).last_row() for bot in (first, second)]
        assert sum(kept) >= 5, "whoever lost takes its row back"
    assert caplog.text.count("another bot runs with the same token") == 5
    assert not [record for record in caplog.records if record.exc_info]
