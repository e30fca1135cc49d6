"""The language that a visitor chooses: what the bot is told, and how times and numbers are written."""

import io
import re

import aiohttp
import discord
import pytest
from playwright.async_api import Page, expect

from tempera.sandbox.server import Sandbox
from tests.sandbox.puppet import Puppet
from tests.sandbox.translated import choose_language

SIZE = 1536  # bytes


async def say(page: Page, puppet: Puppet) -> discord.Interaction:
    await page.locator("#entry").fill("/say hello")
    await page.keyboard.press("Enter")
    return await puppet.received()


async def test_a_visitor_chooses_the_language_and_the_bot_is_told(sandbox: Sandbox, page: Page, puppet: Puppet) -> None:
    line = page.get_by_text("Language: ")
    await expect(line).to_have_text("Language: English, US")
    await choose_language(page, "Français")
    interaction = await say(page, puppet)
    assert interaction.locale is discord.Locale.french
    await interaction.response.send_message("salut")
    await page.reload()
    await expect(line).to_have_text("Language: Français")
    await expect(line.locator("b")).to_have_attribute("lang", "fr")
    assert sandbox.locales[sandbox.bob.id] == "en-US"


@pytest.mark.parametrize("path", ["locales", "guild-locales"])
async def test_a_language_that_discord_does_not_have_is_refused(
    sandbox: Sandbox, http: aiohttp.ClientSession, path: str
) -> None:
    body = {"user": "bob", "locale": "tlh", "guild": str(sandbox.guild.id)}
    async with http.post(f"{sandbox.url}/sandbox/{path}", json=body) as response:
        assert response.status == 400
    assert sandbox.locales[sandbox.bob.id] == sandbox.guild.preferred_locale == "en-US"


async def test_a_visitor_chooses_the_language_of_the_open_server(sandbox: Sandbox, page: Page, puppet: Puppet) -> None:
    await choose_language(page, "日本語", "Server language")
    await expect(page.get_by_label("Server language")).to_have_attribute("lang", "ja")  # the sidebar was rendered again
    await expect(page.get_by_label("Server language")).to_have_value("ja")
    await expect(page.get_by_label("Server language")).to_be_focused()
    interaction = await say(page, puppet)
    assert (interaction.locale, interaction.guild_locale) == (discord.Locale.american_english, discord.Locale.japanese)
    await interaction.response.send_message("heard")
    await page.get_by_role("link", name="Atelier").click()
    await expect(page.get_by_label("Server language")).to_have_value("en-US")
    await page.get_by_role("button", name="Direct messages").click()
    await expect(page.get_by_label("Your language")).to_be_visible()
    await expect(page.get_by_label("Server language")).to_have_count(0)
    assert sandbox.second_guild.preferred_locale == "en-US"


async def test_a_server_may_have_a_language_that_the_page_does_not_offer(sandbox: Sandbox, page: Page) -> None:
    sandbox.set_guild_locale(sandbox.guild, "fi")
    await page.get_by_text("Language: ").click()
    await expect(page.get_by_label("Server language")).to_have_value("fi")


async def test_times_and_numbers_follow_the_visitors_language_at_once(
    sandbox: Sandbox, page: Page, puppet: Puppet
) -> None:
    await sandbox.post("<t:0:D>", user=sandbox.bob)
    file = discord.File(io.BytesIO(b"-" * SIZE), "dashes.bin")
    await (await say(page, puppet)).response.send_message("a file", file=file)
    stamp, size, sent = page.locator(".stamp"), page.locator(".chip small"), page.locator(".author time").first
    await expect(size).to_have_text("1.5 KB")
    for name, code, day, written in (
        ("Deutsch", "de", "1. Januar 1970", "1,5 KB"),
        ("日本語", "ja", "1970年1月1日", "1.5 KB"),
        ("English, UK", "en-GB", "1 January 1970", "1.5 KB"),
    ):
        await choose_language(page, name)
        await expect(stamp).to_have_text(day)
        await expect(size).to_have_text(written)
        for time in (stamp, sent):
            await expect(time).to_have_attribute("lang", code)
    assert await page.locator("html").get_attribute("lang") == "en"


async def test_relative_times_are_in_the_visitors_language(sandbox: Sandbox, page: Page) -> None:
    await choose_language(page, "Français")
    await sandbox.post("<t:0:R>", user=sandbox.bob)
    await expect(page.locator(".stamp")).to_have_text(re.compile(r"^il y a \d+ ans$"))


async def test_a_choice_of_language_keeps_the_readers_place_and_what_was_dismissed(
    sandbox: Sandbox, page: Page, puppet: Puppet
) -> None:
    await (await say(page, puppet)).response.send_message("private", ephemeral=True)
    await page.get_by_role("button", name="Dismiss message").click()
    for number in range(40):
        await sandbox.post(f"line {number}", user=sandbox.bob)
    await expect(page.locator("article.message")).to_have_count(40)
    await page.locator("#messages").evaluate("(log) => log.scrollTop = 300")
    await expect(page.locator("#newest")).to_be_hidden()
    await choose_language(page, "Deutsch")
    await expect(page.locator(".author time").first).to_have_attribute("lang", "de")
    assert await page.locator("#messages").evaluate("(log) => log.scrollTop") == pytest.approx(300, abs=30)
    await expect(page.locator("article.message")).to_have_count(40)
    await expect(page.locator("#newest")).to_be_hidden()
