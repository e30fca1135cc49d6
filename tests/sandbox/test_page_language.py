"""The language that a visitor chooses for Discord's client."""

import aiohttp
import discord
from playwright.async_api import Page, expect

from tempera.sandbox.server import Sandbox
from tests.sandbox.puppet import Puppet


async def test_a_visitor_chooses_the_language_and_the_bot_is_told(sandbox: Sandbox, page: Page, puppet: Puppet) -> None:
    line, choice = page.get_by_text("Language: "), page.get_by_label("Your language")
    await expect(line).to_have_text("Language: English, US")
    await line.click()
    async with page.expect_response("**/sandbox/locales"):
        await choice.select_option("Français")
    await page.locator("#entry").press_sequentially("/say hello")
    await expect(page.get_by_label("text")).to_have_value("hello")
    await page.keyboard.press("Enter")
    interaction = await puppet.received()
    assert interaction.locale is discord.Locale.french
    await interaction.response.send_message("salut")
    await page.reload()
    await expect(line).to_have_text("Language: Français")
    assert sandbox.locales[sandbox.bob.id] == "en-US"


async def test_a_language_that_discord_does_not_have_is_refused(sandbox: Sandbox, http: aiohttp.ClientSession) -> None:
    body = {"user": "bob", "locale": "tlh"}
    async with http.post(f"{sandbox.url}/sandbox/locales", json=body) as response:
        assert response.status == 400
    assert sandbox.locales[sandbox.bob.id] == "en-US"
