"""A stage for one picture: a fresh sandbox with the real bot in it, and a browser that looks at it."""

import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from playwright.async_api import Browser, Page
from pydantic import SecretStr

from tempera.bot.app import running_bot
from tempera.bot.client import TemperaClient
from tempera.bot.config.environment import DiscordServer
from tempera.bot.config.loader import load_settings
from tempera.bot.config.settings import Settings
from tempera.sandbox.client.exchange import Exchange
from tempera.sandbox.lab.lab import Lab
from tempera.sandbox.server import Sandbox, running_sandbox
from tempera.sandbox.state.interactions import StoredMessage
from tests.patience import until

CONFIG = Path(__file__).parents[2] / "config.yaml"
PATIENCE_SECONDS = 90.0


@dataclass
class Stage:
    """What a scene plays with."""

    sandbox: Sandbox
    page: Page
    config: Path
    bot: TemperaClient | None  # None: the scene starts one itself

    def configure(self, line: str, other: str) -> None:
        """Put another line in the place of one in the settings file."""
        text = self.config.read_text(encoding="utf-8")
        assert line in text, line
        self.config.write_text(text.replace(line, other, 1), encoding="utf-8")

    async def look_as(self, name: str, channel: str = "general") -> None:
        """Open the page as this person."""
        await self.page.goto(f"{self.sandbox.url}?as={name}#{channel}")
        await self.page.locator("#channels a").first.wait_for(state="attached")

    async def played(self, command: str, /, **options: Any) -> Exchange:
        """Run a command and wait until its answer shows something."""
        run = await self.sandbox.invoke(command, **options)
        await run.answered(PATIENCE_SECONDS)
        return run

    async def written(self, **options: Any) -> StoredMessage:
        """Run /generate and wait for the buttons under the whole text."""
        given: dict[str, Any] = {"prompt": "ROMEO:", "temperature": 0.8, "seed": 7} | options
        run = await self.sandbox.invoke("generate", **given)
        return await run.shows(has_button("Delete"), PATIENCE_SECONDS)

    async def writing(self, **options: Any) -> StoredMessage:
        """Run /generate and wait until some text is there and more is to come."""
        given: dict[str, Any] = {"prompt": "ROMEO:", "temperature": 0.8, "seed": 7, "length": 1500} | options
        run = await self.sandbox.invoke("generate", **given)
        return await run.shows(
            lambda message: len(message.content) > 120 and has_button("Stop")(message), PATIENCE_SECONDS
        )

    async def all_written(self) -> None:
        """Wait until no text is on its way any more."""
        assert self.bot
        stops = self.bot.resources.stops._stops
        await until(lambda: not stops)


def has_button(label: str) -> Callable[[StoredMessage], bool]:
    """Return the condition that a message shows this button."""
    return lambda message: any(button.label == label for button in message.buttons)


@asynccontextmanager
async def open_stage(
    browser: Browser, changes: dict[str, dict[str, Any]] | None, colours: Literal["dark", "light"]
) -> AsyncIterator[Stage]:
    """Start everything afresh; `changes` are of the settings, section by section, None = start no bot."""
    with tempfile.TemporaryDirectory() as folder:
        async with AsyncExitStack() as stack:
            sandbox = await stack.enter_async_context(running_sandbox(beside=(lab := Lab()).routes()))
            config, bot = _config_in(Path(folder)), None
            if changes is not None:
                server = DiscordServer(sandbox.api_url, sandbox.gateway_url)
                running = running_bot(_settings(config, sandbox, changes), SecretStr(sandbox.token), server)
                bot = await stack.enter_async_context(running)
                await sandbox.wait_for_command("generate")
                lab.open(bot.resources.engine, bot.resources.library)
            page = await browser.new_page(color_scheme=colours)
            stage = Stage(sandbox, page, config, bot)
            await stage.look_as("alice")
            yield stage
            await page.close()


def _settings(config: Path, sandbox: Sandbox, changes: dict[str, dict[str, Any]]) -> Settings:
    sections: dict[str, dict[str, Any]] = {
        "fairness": {"cooldown_seconds": 0.0},
        "admin": {"guild_ids": (sandbox.guild.id,), "user_ids": (sandbox.alice.id,)},
        "shutdown": {"deadline_seconds": 0.0},
    }
    merged = {name: {**sections.get(name, {}), **changes.get(name, {})} for name in {**sections, **changes}}
    return load_settings(config).replacing(**merged)


def _config_in(folder: Path) -> Path:
    """Copy config.yaml there, for scenes that change it; its models stay where they are."""
    models = CONFIG.parent / "models" / "checkpoints"
    text = CONFIG.read_text(encoding="utf-8").replace("folder: models/checkpoints", f"folder: {models}", 1)
    (folder / CONFIG.name).write_text(text, encoding="utf-8")
    return folder / CONFIG.name
