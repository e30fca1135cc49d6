"""Commands in the visitor's language: how they are shown, found and sent."""

import re

import discord
import pytest
from playwright.async_api import Browser, Page, expect

from tempera.sandbox.server import Sandbox
from tests.sandbox.puppet import Puppet
from tests.sandbox.translated import TRANSLATIONS, choose_language, translate

GERMAN = TRANSLATIONS["de"]


@pytest.fixture
async def german(page: Page, puppet: Puppet) -> Page:
    """The page of a visitor who uses Discord in German."""
    await translate(puppet)
    await choose_language(page, "Deutsch")
    return page


async def test_commands_options_and_choices_are_shown_in_the_visitors_language_and_sent_by_their_plain_names(
    german: Page, puppet: Puppet
) -> None:
    keys = german.keyboard
    await german.locator("#entry").focus()
    await keys.type("/")
    row = german.locator("#suggestions .row").filter(has_text="/sagen")
    await expect(row).to_contain_text(GERMAN["Say something"])
    await expect(row.locator("b")).to_have_attribute("lang", "de")
    await expect(row.locator("span")).to_have_attribute("lang", "de")
    await row.click()
    await expect(german.get_by_role("group", name="Command sagen")).to_be_visible()
    await expect(german.locator("label[for=option-text]")).to_have_attribute("lang", "de")
    await expect(german.locator("#hint")).to_contain_text("wortlaut Was gesagt werden soll1 to 50 characters")
    await expect(german.locator("#hint span")).to_have_attribute("lang", "de")
    await german.get_by_label("wortlaut").fill("hallo")
    await german.get_by_role("button", name="optional").or_(german.get_by_role("button", name="more")).focus()
    await expect(german.locator("#suggestions .row")).to_have_text(
        ["lautstärkeWie laut", "timesHow often", "stimmungHow it feels", "loud…", "whom…", "where…", "wortA word"]
    )
    await german.locator("#suggestions .row").filter(has_text="stimmung").click()
    await expect(german.locator("#suggestions .row b")).to_have_text(["froh", "traurig"])
    await keys.type("TRAU")
    await keys.press("Enter")
    await expect(german.get_by_label("stimmung", exact=True)).to_have_value("traurig")
    await keys.press("Enter")
    interaction = await puppet.received()
    assert interaction.command is not None
    assert (interaction.command.name, interaction.extras["text"], interaction.extras["mood"]) == ("say", "hallo", "sad")
    await interaction.response.send_message("gehört")
    used = german.locator(".used .slash")
    await expect(used).to_have_text("/sagen")
    await expect(used).to_have_attribute("lang", "de")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("/sag", ["/sagen"]),
        ("/say", ["/sagen"]),
        ("/gedächtnis b", ["/gedächtnis behalten"]),
        ("/memory k", ["/gedächtnis behalten"]),
        ("/GEDÄCHTNIS F", ["/gedächtnis forget"]),
    ],
)
async def test_a_command_is_found_by_either_name(german: Page, typed: str, found: list[str]) -> None:
    await german.locator("#entry").fill(typed)
    await expect(german.locator("#suggestions .row b")).to_have_text(found)


@pytest.mark.parametrize(
    "line",
    [
        "/sagen wortlaut:hallo stimmung:traurig wort:Anna",
        "/say text:hallo mood:sad word:Anna",
        "/sagen text:hallo stimmung:SAD wort:Anna",
    ],
)
async def test_a_pasted_line_may_have_either_names(german: Page, puppet: Puppet, line: str) -> None:
    await german.locator("#entry").fill(line)
    await german.keyboard.press("Enter")
    extras = (await puppet.received()).extras
    assert [extras[name] for name in ("text", "mood", "word")] == ["hallo", "sad", "Anna"]


async def test_a_subcommand_and_a_messages_menu_are_translated(german: Page, puppet: Puppet) -> None:
    await german.locator("#entry").fill("/gedächtnis behalten Rose")
    await german.keyboard.press("Enter")
    interaction = await puppet.received()
    assert interaction.extras["name"] == "Rose"
    await interaction.response.send_message("behalten")
    await expect(german.locator(".used .slash")).to_have_text("/gedächtnis behalten")
    choice = german.get_by_role("button", name=re.compile("^Diese Nachricht zitieren"))
    await expect(choice).to_have_attribute("lang", "de")
    await choice.focus()
    await german.keyboard.press("Enter")
    quoting = await puppet.received()
    assert quoting.command is not None
    assert (quoting.command.name, quoting.extras["message"].content) == ("Quote this", "behalten")
    await quoting.response.send_message("zitiert")
    await expect(german.locator(".used .slash").last).to_have_text("Diese Nachricht zitieren")


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("Español", ["/decir", "texto", "mood"]),
        ("Español, LATAM", ["/decir", "letra", "mood"]),  # its own word, or else Spain's
        ("English, UK", ["/say", "text", "humour"]),
        ("English, US", ["/say", "text", "humour"]),  # British before plain, as in Discord
        ("Português do Brasil", ["/say", "text", "mood"]),
    ],
)
async def test_what_is_not_translated_falls_back_as_in_discord(
    page: Page, puppet: Puppet, language: str, names: list[str]
) -> None:
    await translate(puppet)
    await choose_language(page, language)
    await page.locator("#entry").fill("/say hello mood:sad")
    await expect(page.locator("#command .slash, #command label")).to_have_text(names)


async def test_a_choice_of_language_renames_everything_at_once_and_keeps_what_was_entered(
    page: Page, puppet: Puppet
) -> None:
    await translate(puppet)
    await page.locator("#entry").fill("/say hello")
    await page.keyboard.press("Enter")
    await (await puppet.received()).response.send_message("heard")
    await page.locator("#entry").fill("/say text:one mood:sad volume:1.5")
    used, names, values = page.locator(".used .slash"), page.locator("#command .slash, #command label"), ("one", "1.5")
    mood = page.locator("#option-mood")
    for language, shown, called, feeling in (
        ("日本語", "/言う", ["/言う", "文章", "気分", "volume"], "悲しい"),
        ("Deutsch", "/sagen", ["/sagen", "wortlaut", "stimmung", "lautstärke"], "traurig"),
        ("Português do Brasil", "/say", ["/say", "text", "mood", "volume"], "sad"),
    ):
        await choose_language(page, language)
        await expect(used).to_have_text(shown)
        await expect(names).to_have_text(called)
        await expect(mood).to_have_value(feeling)
        for option, value in zip(("text", "volume"), values, strict=True):
            await expect(page.locator(f"#option-{option}")).to_have_value(value)
    await page.locator("#option-text").focus()
    await page.keyboard.press("Enter")
    assert (await puppet.received()).extras["mood"] == "sad"


async def test_the_welcome_names_commands_in_the_visitors_language(page: Page, puppet: Puppet) -> None:
    @discord.app_commands.command(name="generate", description="Write")
    async def write(interaction: discord.Interaction[Puppet], prompt: str, temperature: float) -> None:
        interaction.extras["given"] = (prompt, temperature)
        interaction.client.interactions.put_nowait(interaction)

    class Spanish(discord.app_commands.Translator):
        async def translate(
            self, string: discord.app_commands.locale_str, locale: discord.Locale, _: object
        ) -> str | None:
            words = {"generate": "escribir", "prompt": "inicio", "temperature": "temperatura"}
            return words.get(string.message) if locale is discord.Locale.spain_spanish else None

    puppet.tree.add_command(write)
    await puppet.tree.set_translator(Spanish())
    await puppet.tree.sync()
    await choose_language(page, "Español")
    await expect(page.locator(".welcome kbd").first).to_have_text("/escribir")
    await expect(page.locator(".example")).to_have_text("/escribir inicioROMEO: temperatura0.8")
    await page.locator(".example").click()
    await expect(page.get_by_label("temperatura", exact=True)).to_have_value("0.8")
    await page.keyboard.press("Enter")
    assert (await puppet.received()).extras["given"] == ("ROMEO:", 0.8)


async def test_autocompletion_gets_and_sends_plain_names(german: Page, puppet: Puppet) -> None:
    await german.locator("#entry").fill("/sagen wortlaut:hallo wort:An")
    await german.get_by_label("wort", exact=True).focus()
    await german.keyboard.press("End")
    await german.keyboard.type("n")
    await expect(german.locator("#suggestions .title")).to_have_text("wort")
    await expect(german.locator("#suggestions .row b")).to_have_text("Anna")
    assert puppet.interactions.empty()


async def test_bounds_are_written_as_the_visitors_language_writes_numbers(german: Page) -> None:
    await german.locator("#entry").fill("/blend 0,5")
    await expect(german.locator("#hint small")).to_have_text("0,125 to 2.000,5")
    await choose_language(german, "English, US")
    await german.locator("#option-ratio").focus()
    await expect(german.locator("#hint small")).to_have_text("0.125 to 2,000.5")


@pytest.mark.parametrize("language", ["Deutsch", "日本語"])
async def test_long_names_wrap_on_a_phone(sandbox: Sandbox, browser: Browser, puppet: Puppet, language: str) -> None:
    await translate(puppet)
    await sandbox.invoke("blend", ratio=1)
    await (await puppet.received()).response.send_message("blended")
    page = await browser.new_page(viewport={"width": 390, "height": 844})
    await page.goto(sandbox.url)
    await choose_language(page, language)
    await page.locator("#entry").fill("/blend 0.5")
    await expect(page.locator("#option-ratio")).to_have_value("0.5")
    assert await sticking_out(page) == []
    await page.locator("#option-ratio").press("Escape")
    await page.locator("#entry").fill("/")
    await expect(page.locator("#suggestions .row").first).to_be_visible()
    assert await sticking_out(page) == []
    await page.close()


STICKING_OUT = """() => [...document.querySelectorAll("#messages, .used, #composer, #composer :not(textarea)")]
    .filter((node) => node.checkVisibility() && getComputedStyle(node).display !== "inline")
    .filter((node) => node.scrollWidth > node.clientWidth + 1 || node.getBoundingClientRect().right > innerWidth)
    .map((node) => `${node.tagName}#${node.id}.${node.className}`)"""


async def sticking_out(page: Page) -> list[str]:
    """Return the elements of the page that are cut off, or wider than their room."""
    found: list[str] = await page.evaluate(STICKING_OUT)
    return found
