"""Fixtures for the sandbox's own tests: a scripted discord.py bot, a plain HTTP client, and the web page."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import aiohttp
import discord
import pytest
import yarl
from playwright.async_api import Browser, Page, expect

from tempera.sandbox.client.exchange import TIMEOUT_SECONDS
from tempera.sandbox.server import Sandbox
from tempera.sandbox.state.json_object import Json
from tempera.sandbox.state.world import Timing
from tests.sandbox.puppet import Connect, Puppet
from tests.sandbox.schemas import openapi_document


@pytest.fixture
def timing() -> Timing:
    """Allow more than three seconds: the test itself responds, and a busy browser can delay it."""
    return Timing(acknowledge_seconds=TIMEOUT_SECONDS)


@pytest.fixture(scope="session")
def discord_schemas() -> Json:
    return openapi_document()


@pytest.fixture
def connect(monkeypatch: pytest.MonkeyPatch) -> Connect:
    """Connect a puppet to a sandbox; discord.py supports only one API address per process."""

    @asynccontextmanager
    async def connected(
        sandbox: Sandbox,
        intents: discord.Intents | None = None,
        allowed_mentions: discord.AllowedMentions | None = None,
    ) -> AsyncIterator[Puppet]:
        monkeypatch.setattr(discord.http.Route, "BASE", sandbox.api_url)
        monkeypatch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(sandbox.gateway_url))
        async with Puppet(intents or discord.Intents(guilds=True), allowed_mentions) as puppet:
            running = asyncio.create_task(puppet.start(sandbox.token))
            await sandbox.wait_for_command("say")
            await sandbox.wait_for_bot()
            yield puppet
            await puppet.close()
            with suppress(asyncio.CancelledError):
                await running

    return connected


@pytest.fixture
async def puppet(sandbox: Sandbox, connect: Connect) -> AsyncIterator[Puppet]:
    async with connect(sandbox) as puppet:
        yield puppet


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    """An HTTP client for requests that discord.py never makes."""
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def page(sandbox: Sandbox, browser: Browser, puppet: Puppet) -> AsyncIterator[Page]:
    """The web page; the test fails if the page logs an error."""
    page = await browser.new_page(viewport={"width": 1280, "height": 800})
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    assert "say" in sandbox.commands, puppet
    await page.goto(sandbox.url)
    await expect(page.locator("#channels a")).to_have_count(3)
    await expect(page.locator("#entry")).to_be_focused()
    await expect(page.locator("#composer")).to_have_attribute("aria-busy", "false")  # the commands have loaded
    yield page
    assert errors == []
