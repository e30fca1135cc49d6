"""`python -m bot` while it runs: how it stops, and what its process has loaded."""

import asyncio
import signal
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from tempera.bot.replies.answer import WRITING, Ending
from tempera.sandbox.server import Sandbox
from tests.bot.conftest import written
from tests.bot.processes import StartBot, online, replace_in


def memory_of(process: asyncio.subprocess.Process) -> tuple[str, int]:
    """Return the files that a process has mapped, and its resident size in KiB."""
    proc = Path(f"/proc/{process.pid}")
    resident = proc.joinpath("status").read_text(encoding="utf-8").split("VmRSS:")[1].split()[0]
    return proc.joinpath("maps").read_text(encoding="utf-8"), int(resident)


def rows(config: Path) -> list[tuple[str, str]]:
    """Return status and text of every row, read as another process would."""
    with closing(sqlite3.connect(config.parent / "data" / "tempera.sqlite3")) as connection:
        return connection.execute("SELECT status, text FROM generations").fetchall()


def slow_down(config: Path, deadline_seconds: float = 5) -> None:
    """Pace texts at 50 characters a second, and let a stop wait only this long for them."""
    pace = "generation:\n  pace_characters_per_second: 50\n  edit_interval_seconds: 0.2"
    replace_in(config, "generation:", pace)
    replace_in(config, "deadline_seconds: 5", f"deadline_seconds: {deadline_seconds}")


async def test_the_bot_holds_no_torch_while_text_streams_which_a_sigterm_lets_finish_before_it_ends(
    start_bot: StartBot, sandbox: Sandbox, config: Path
) -> None:
    slow_down(config)
    async with start_bot() as bot:
        await online(sandbox)
        exchange = await sandbox.invoke("generate", prompt="ROMEO:")
        await exchange.shows(WRITING)
        maps, resident_kib = memory_of(bot.process)
        bot.process.send_signal(signal.SIGTERM)
        await bot.says("Stopping")
        late = await sandbox.invoke("generate", prompt="ROMEO:")
        assert (await late.acknowledged()).ephemeral
        assert "restarting" in (await late.answered()).content
        message = await exchange.shows(written)
        assert Ending.CUT_SHORT not in message.content
        assert await bot.ends() == 0
    assert [(status, len(text)) for status, text in rows(config)] == [("done", 100)]
    assert "libtorch" not in maps
    assert "numpy" not in maps
    assert "matplotlib" not in maps
    assert resident_kib < 130 * 1024


async def test_while_it_stops_the_bot_takes_no_form_and_no_click_but_stop(
    start_bot: StartBot, sandbox: Sandbox, config: Path
) -> None:
    slow_down(config, deadline_seconds=20)
    async with start_bot() as bot:
        await online(sandbox)
        whole = await (await sandbox.invoke("generate", prompt="ROMEO:", length=5)).shows(written)
        modal = await (await sandbox.invoke("preset save", name="noir")).modal_opened()
        message = await (await sandbox.invoke("generate", prompt="ROMEO:", length=4000)).shows(WRITING)
        bot.process.send_signal(signal.SIGTERM)
        await bot.says("Stopping")
        form = await (await sandbox.submit_modal(modal, {"seed": "1"})).answered()
        assert form.ephemeral
        assert "restarting" in form.content
        late = await sandbox.click(whole, "Again")
        assert (await late.acknowledged()).ephemeral
        assert "restarting" in (await late.answered()).content
        await (await sandbox.click(message, "Stop")).shows(Ending.STOPPED)
        assert await bot.ends() == 0
    assert [status for status, _ in rows(config)] == ["done", "cancelled"]
    with closing(sqlite3.connect(config.parent / "data" / "tempera.sqlite3")) as connection:
        assert connection.execute("SELECT count(*) FROM presets").fetchone() == (0,)


async def test_a_text_that_cannot_finish_in_time_is_marked(start_bot: StartBot, sandbox: Sandbox, config: Path) -> None:
    slow_down(config, deadline_seconds=0.3)
    async with start_bot() as bot:
        await online(sandbox)
        exchange = await sandbox.invoke("generate", prompt="ROMEO:", length=4000)
        await exchange.shows(lambda message: WRITING in message.content and len(message.content) > 100)
        stopped_at = time.monotonic()
        bot.process.send_signal(signal.SIGINT)
        message = await exchange.shows(Ending.CUT_SHORT)
        assert await bot.ends() == 0
        assert time.monotonic() - stopped_at < 30  # the whole text would take 80
    ((status, text),) = rows(config)
    assert status == "cancelled"
    assert 20 < len(text) < 4000
    assert message.content.startswith("**ROMEO:**")
    assert WRITING not in message.content


async def test_a_second_signal_does_not_wait(start_bot: StartBot, sandbox: Sandbox, config: Path) -> None:
    slow_down(config, deadline_seconds=60)
    async with start_bot() as bot:
        await online(sandbox)
        exchange = await sandbox.invoke("generate", prompt="ROMEO:", length=4000)
        await exchange.shows(WRITING)
        bot.process.send_signal(signal.SIGTERM)
        await bot.says("Stopping")
        bot.process.send_signal(signal.SIGTERM)
        await exchange.shows(Ending.CUT_SHORT)
        assert await bot.ends(timeout_seconds=30) == 0
    assert [status for status, _ in rows(config)] == ["cancelled"]
