"""The event loop that `python -m bot` runs on: uvloop's, or asyncio's own where there is no uvloop."""

import os
import signal
from pathlib import Path

import pytest

from tempera.sandbox.server import Sandbox
from tests.bot.conftest import written
from tests.bot.processes import ROOT, BotProcess, StartBot, online

EVENTFD = "anon_inode:[eventfd]"  # which wakes libuv's loop, but not asyncio's
FALLBACK = "Running on asyncio's event loop, without uvloop: there is no build"


def handles_of(bot: BotProcess) -> set[str]:
    """Return what its process has open."""
    return {str(path.readlink()) for path in Path(f"/proc/{bot.process.pid}/fd").iterdir()}


async def test_the_bot_runs_on_uvloop(start_bot: StartBot, sandbox: Sandbox) -> None:
    pytest.importorskip("uvloop", reason="there is no build of uvloop here")
    async with start_bot() as bot:
        await online(sandbox)
        assert EVENTFD in handles_of(bot)
        bot.process.send_signal(signal.SIGTERM)
        assert await bot.ends() == 0
        assert "event loop" not in bot.output()


def handles_of_decoder(bot: BotProcess) -> list[str]:
    """Return the numbers of what the bot's decoder has open."""
    children = Path(f"/proc/{bot.process.pid}/task/{bot.process.pid}/children").read_text(encoding="utf-8")
    return sorted(path.name for path in Path(f"/proc/{children.split()[0]}/fd").iterdir())


async def test_the_decoder_inherits_no_handles(start_bot: StartBot, sandbox: Sandbox) -> None:
    async with start_bot() as bot:
        await online(sandbox)
        assert handles_of_decoder(bot) == ["0", "1", "2", "3"]  # the last one is where its messages go


async def test_without_uvloop_it_says_so_and_does_the_same(
    start_bot: StartBot, sandbox: Sandbox, tmp_path: Path
) -> None:
    missing = tmp_path / "packages" / "uvloop.py"
    missing.parent.mkdir()
    missing.write_text('raise ImportError("there is no build")\n', encoding="utf-8")
    async with start_bot(PYTHONPATH=os.pathsep.join((str(missing.parent), str(ROOT)))) as bot:
        await online(sandbox)
        assert EVENTFD not in handles_of(bot)
        message = await (await sandbox.invoke("generate", prompt="ROMEO:", length=5)).shows(written)
        assert message.buttons
        bot.process.send_signal(signal.SIGTERM)
        assert await bot.ends() == 0
        assert FALLBACK in bot.output()
