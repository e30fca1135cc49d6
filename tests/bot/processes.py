"""`python -m bot` as a process of its own, in an empty folder."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tempera.sandbox.server import Sandbox
from tests.patience import Watch, until

ROOT = Path(__file__).parents[2]
START_SECONDS = 120.0  # for two processes, one with torch, on a busy machine


@dataclass(frozen=True)
class BotProcess:
    """A bot in a process of its own, and what it has printed so far."""

    process: asyncio.subprocess.Process
    log: Path
    watch: Watch

    def output(self) -> str:
        return self.log.read_text(encoding="utf-8")

    async def says(self, words: str) -> None:
        """Wait until the log holds these words."""
        await until(lambda: words in self.output())

    async def ends(self, timeout_seconds: float = 60) -> int:
        """Return the exit code; a bot that ends without this call fails its test."""
        self.watch.expect_the_end()
        async with asyncio.timeout(timeout_seconds):
            return await self.process.wait()


StartBot = Callable[..., AbstractAsyncContextManager[BotProcess]]


@asynccontextmanager
async def bot_process(
    sandbox: Sandbox, config: Path, *arguments: str, **changes: str | None
) -> AsyncIterator[BotProcess]:
    """Run a bot, killed at the end of the block; it must leave nothing in the folder it was started in."""
    environment = os.environ | {
        "DISCORD_TOKEN": sandbox.token,
        "TEMPERA_DISCORD_API_URL": sandbox.api_url,
        "TEMPERA_DISCORD_GATEWAY_URL": sandbox.gateway_url,
        "PYTHONPATH": str(ROOT),
    }
    log, folder = config.parent / f"log-{len(list(config.parent.glob('log-*')))}", config.parent / "empty"
    folder.mkdir(exist_ok=True)
    with log.open("w") as file:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "--config", str(config), *arguments),
            env={name: value for name, value in (environment | changes).items() if value is not None},
            cwd=folder,
            stdout=file,
            stderr=file,
        )
    bot = BotProcess(process, log, Watch(process))
    try:
        async with bot.watch.block(bot.output):
            yield bot
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        assert not list(folder.iterdir())


async def online(sandbox: Sandbox) -> None:
    """Wait until the bot can be used."""
    await sandbox.wait_for_command("generate", START_SECONDS)
    await sandbox.wait_for_bot(START_SECONDS)


def replace_in(config: Path, old: str, new: str) -> None:
    config.write_text(config.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
