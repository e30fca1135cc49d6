"""Fixtures that several rooms share: the stand-in for Discord, and a browser for its page."""

import os
import shutil
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from tempera.sandbox.server import Sandbox, running_sandbox
from tempera.sandbox.state.world import Timing

pytest_plugins = ["tests.fast", "tests.fixtures_models"]

CHROMIUM = "/usr/bin/chromium"
PATIENCE_MILLISECONDS = 20_000  # for what the page is to show, on a machine that has much else to do
CHROMIUM_ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the modules that hold slow tests, trainings first: quick ones fill up the cores at the end."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: (item.path not in slow, "models" not in item.path.parts))


@pytest.fixture
def timing() -> Timing:
    """Discord's own deadlines."""
    return Timing()


@pytest.fixture
async def sandbox(timing: Timing) -> AsyncIterator[Sandbox]:
    """A fresh stand-in for Discord; the test fails when the bot makes a call that it doesn't know."""
    async with running_sandbox(timing=timing) as sandbox:
        yield sandbox
        assert not sandbox.unknown_calls, f"calls unknown to the sandbox: {sandbox.unknown_calls}"


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """Debian's Chromium, started once; skipped where there is none, except in CI."""
    if shutil.which(CHROMIUM) is None and os.environ.get("CI") != "true":
        pytest.skip(f"{CHROMIUM} is not installed")
    expect.set_options(timeout=PATIENCE_MILLISECONDS)
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
        yield chromium
        await chromium.close()


@pytest.fixture
async def browser(chromium: Browser) -> AsyncIterator[Browser]:
    """The browser without a page, each of which has cookies and storage of its own."""
    yield chromium
    for context in chromium.contexts:
        await context.close()
