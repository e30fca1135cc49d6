"""The ordinary bot on small models, with the sandbox as its Discord."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from pydantic import SecretStr
from sqlalchemy import func, select

from tempera.bot.app import running_bot
from tempera.bot.client import TemperaClient
from tempera.bot.config.environment import DiscordServer
from tempera.bot.config.loader import load_settings
from tempera.bot.config.settings import Settings
from tempera.sandbox.client.exchange import TIMEOUT_SECONDS, Exchange
from tempera.sandbox.server import Sandbox, running_sandbox
from tempera.sandbox.state.components import Button
from tempera.sandbox.state.interactions import StoredMessage
from tempera.sandbox.state.world import Timing
from tempera.storage.tables import GenerationRow
from tempera.storage.texts import history
from tempera.storage.texts.history import Generation, Status
from tests.bot.processes import StartBot, bot_process

CONFIG = """
models:
  folder: {checkpoints}
  default: tiny
generation:
  default_length: 100
  default_finish: exact
fairness:
  cooldown_seconds: 0
  max_running_per_user: 1000
  max_waiting_per_guild: 10000
shutdown:
  deadline_seconds: 5
"""

FINAL = ["Again", "Hotter", "Cooler", "Continue", "Edit", "Show surprise", "Delete"]


def write_config(folder: Path, checkpoints: Path) -> Path:
    path = folder / "config.yaml"
    path.write_text(CONFIG.format(checkpoints=checkpoints), encoding="utf-8")
    return path


def changed(settings: Settings, **sections: Mapping[str, object]) -> Settings:
    """Return settings with other values in some sections, as in generation={...}."""
    parts = {name: getattr(settings, name).model_copy(update=values) for name, values in sections.items()}
    return settings.model_copy(update=parts)


def bot_in(sandbox: Sandbox, settings: Settings) -> AbstractAsyncContextManager[TemperaClient]:
    server = DiscordServer(sandbox.api_url, sandbox.gateway_url)
    return running_bot(settings, SecretStr(sandbox.token), server)


@dataclass(frozen=True)
class Room:
    """A running bot and the Discord it is in."""

    sandbox: Sandbox
    bot: TemperaClient

    async def play(self, **options: Any) -> Exchange:
        return await self.sandbox.invoke("generate", **options)

    async def row(self, number: int, wanted: Callable[[Generation], object] = bool) -> Generation:
        """Return the row of this number, once `wanted` holds for it."""
        async with asyncio.timeout(TIMEOUT_SECONDS):
            while True:
                row = await history.find_generation(self.bot.resources.database, number)
                if row and wanted(row):
                    return row
                await asyncio.sleep(0.02)

    async def last_row_with_text(self) -> Generation:
        """Return the newest row once some of its text is stored."""
        return await self.row(await self.last_row(), lambda row: row.text)

    @contextmanager
    def changed(self, **sections: Mapping[str, object]) -> Iterator[None]:
        """Apply other settings to what begins in the block."""
        before = self.bot.resources.settings
        self.bot.resources.settings = changed(before, **sections)
        try:
            yield
        finally:
            self.bot.resources.settings = before

    @contextmanager
    def decoder_asleep(self) -> Iterator[None]:
        """Suspend the decoder until the block ends."""
        pid = self.bot.resources.engine.decoder_pid
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            with suppress(ProcessLookupError):  # it has been replaced
                os.kill(pid, signal.SIGCONT)

    async def last_row(self) -> int:
        """Return the number of the newest row, 0 without one."""
        newest = select(func.max(GenerationRow.id))
        return await self.bot.resources.database.read(lambda session: session.scalar(newest)) or 0


def ended(row: Generation) -> bool:
    return row.status is not Status.RUNNING


def labels(message: StoredMessage) -> list[str]:
    """Return the buttons' labels, without the temperatures to which they lead."""
    return [button.label.partition(" →")[0] for button in message.buttons]


def written(message: StoredMessage) -> bool:
    """The answer is in its last state."""
    return FINAL[-1] in labels(message)


def custom_id_of(button: Button) -> str:
    """Return the custom_id of a button that the bot acts on."""
    assert button.custom_id
    return button.custom_id


async def row_of(room: Room, message: StoredMessage) -> Generation:
    """Return the row that a finished message's buttons name, once it is stored whole."""
    number = int(custom_id_of(message.buttons[-1]).split(":")[-1])
    return await room.row(number, lambda row: ended(row) and row.message_id)


@pytest.fixture
def config(tmp_path: Path, checkpoints: Path) -> Path:
    """A settings file that names the small models, in a folder of its own."""
    return write_config(tmp_path, checkpoints)


@pytest.fixture
def settings(config: Path) -> Settings:
    return load_settings(config)


RunBot = Callable[..., AbstractAsyncContextManager[TemperaClient]]


@pytest.fixture
def run_bot(sandbox: Sandbox, settings: Settings) -> RunBot:
    """Start a bot of its own in a sandbox of its own; keywords change sections of the settings."""
    return lambda **sections: bot_in(sandbox, changed(settings, **sections))


@pytest.fixture
def start_bot(sandbox: Sandbox, config: Path) -> StartBot:
    """Start `python -m bot` in the sandbox; keywords change its environment, None removes a variable."""
    return partial(bot_process, sandbox, config)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def room(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, checkpoints: Path
) -> AsyncIterator[Room]:
    """One bot for all tests of a module, which may give other settings in SECTIONS and other delays in TIMING."""
    settings = load_settings(write_config(tmp_path_factory.mktemp("room"), checkpoints))
    sections, timing = getattr(request.module, "SECTIONS", {}), getattr(request.module, "TIMING", Timing())
    async with running_sandbox(timing=timing) as sandbox, bot_in(sandbox, changed(settings, **sections)) as bot:
        yield Room(sandbox, bot)
        assert not sandbox.unknown_calls
