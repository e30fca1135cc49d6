"""Signals: SIGTERM ends the bot in time, SIGHUP reloads its settings, or ends it when its terminal was closed."""

import asyncio
import os
import pty
import signal
import sys
import time
from pathlib import Path

import pytest

from tempera.bot.config.settings import Shutdown
from tempera.bot.replies.answer import WRITING, Ending
from tempera.sandbox.rest.faults import Fault
from tempera.sandbox.rest.paths import WEBHOOK_MESSAGE
from tempera.sandbox.server import Sandbox
from tests.bot.conftest import written
from tests.bot.processes import ROOT, StartBot, online, replace_in
from tests.bot.test_process import rows

PACE = "generation:\n  pace_characters_per_second: 40\n  edit_interval_seconds: 1.0"
CONTAINER_SECONDS = 10  # after which service managers kill
WITH_TERMINAL = """
import fcntl, os, sys, termios
os.setsid()
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""


def with_the_default_deadline(config: Path) -> None:
    default = Shutdown.model_fields["deadline_seconds"].default
    replace_in(config, "deadline_seconds: 5", f"deadline_seconds: {default}")
    replace_in(config, "generation:", PACE)


async def test_a_stop_takes_less_time_than_service_managers_give(
    start_bot: StartBot, sandbox: Sandbox, config: Path
) -> None:
    with_the_default_deadline(config)
    async with start_bot() as bot:
        await online(sandbox)
        exchange = await sandbox.invoke("generate", prompt="Oh", length=4000)
        await exchange.shows(WRITING)
        # As bad as it gets: Discord takes no edit any more, neither during the deadline nor at its end.
        sandbox.inject(f"PATCH {WEBHOOK_MESSAGE}", Fault(status=429, retry_after_seconds=60.0), times=50)
        stopped_at = time.monotonic()
        bot.process.send_signal(signal.SIGTERM)
        assert await bot.ends() == 0
        assert time.monotonic() - stopped_at < CONTAINER_SECONDS
    assert [status for status, _ in rows(config)] == ["cancelled"]


async def test_a_hangup_without_a_terminal_reloads_the_settings(
    start_bot: StartBot, sandbox: Sandbox, config: Path
) -> None:
    replace_in(config, "generation:", PACE)
    async with start_bot() as bot:
        await online(sandbox)
        exchange = await sandbox.invoke("generate", prompt="Oh", length=80)
        await exchange.shows(WRITING)
        replace_in(config, "default_length: 100", "default_length: 7")
        bot.process.send_signal(signal.SIGHUP)
        await bot.says("config.yaml was reloaded: generation › default_length: 100 → 7")
        replace_in(config, "default_length: 7", "default_length: none")
        bot.process.send_signal(signal.SIGHUP)
        await bot.says("config.yaml was not reloaded")
        await exchange.shows(written)
        await (await sandbox.invoke("generate", prompt="Oh")).shows(written)
        bot.process.send_signal(signal.SIGTERM)
        assert await bot.ends() == 0
    assert [(status, len(text)) for status, text in rows(config)] == [("done", 80), ("done", 7)]
    assert "Traceback" not in bot.output()


@pytest.mark.slow
async def test_a_terminal_that_is_closed_ends_the_bot_like_a_sigterm(sandbox: Sandbox, config: Path) -> None:
    replace_in(config, "generation:", PACE)
    replace_in(config, "deadline_seconds: 5", "deadline_seconds: 0.5")
    ours, theirs = pty.openpty()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", WITH_TERMINAL, "-m", "bot", "--config", str(config)),
        env=os.environ
        | {
            "DISCORD_TOKEN": sandbox.token,
            "TEMPERA_DISCORD_API_URL": sandbox.api_url,
            "TEMPERA_DISCORD_GATEWAY_URL": sandbox.gateway_url,
            "PYTHONPATH": str(ROOT),
        },
        cwd=ROOT,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    try:
        await online(sandbox)
        exchange = await sandbox.invoke("generate", prompt="Oh", length=4000)
        await exchange.shows(WRITING)
        os.close(ours)
        await exchange.shows(Ending.CUT_SHORT)
        async with asyncio.timeout(60):
            await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert [status for status, _ in rows(config)] == ["cancelled"]
