"""Fixtures that several rooms share: the stand-in for Discord, and a browser for its page."""

import os
import shutil
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, async_playwright

from sandbox.server import Sandbox, running_sandbox

pytest_plugins = ["tests.fixtures_models"]

CHROMIUM = "/usr/bin/chromium"
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


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """A fresh stand-in for Discord; the test fails when the bot makes a call that it doesn't know."""
    async with running_sandbox() as sandbox:
        yield sandbox
        assert not sandbox.unknown_calls, f"calls unknown to the sandbox: {sandbox.unknown_calls}"


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Debian's Chromium; skipped where there is none, except in CI."""
    if shutil.which(CHROMIUM) is None and os.environ.get("CI") != "true":
        pytest.skip(f"{CHROMIUM} is not installed")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
        yield browser
        await browser.close()
