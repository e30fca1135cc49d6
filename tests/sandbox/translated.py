"""A puppet whose commands have names and descriptions in several languages, some of them long."""

import discord
from discord import app_commands
from discord.app_commands import Range
from playwright.async_api import Page, expect

from tests.sandbox.puppet import Puppet

TRANSLATIONS = {
    "de": {
        "say": "sagen",
        "Say something": "Sagt etwas so laut oder so leise, wie du es möchtest, und so oft, wie du es hören willst",
        "text": "wortlaut",
        "What to say": "Was gesagt werden soll",
        "volume": "lautstärke",
        "How loud": "Wie laut",
        "mood": "stimmung",
        "glad": "froh",
        "sad": "traurig",
        "word": "wort",
        "memory": "gedächtnis",
        "keep": "behalten",
        "Keep a thing": "Behält eine Sache",
        "blend": "wahrscheinlichkeitsverteilungen",
        "Blend two voices": "Mischt zwei Stimmen nach ihren Wahrscheinlichkeitsverteilungen, Buchstabe für Buchstabe",
        "ratio": "mischungsverhältnis-der-stimmen",
        "How much of each": "Wie viel von jeder Stimme: 0 ist ganz die erste, 1 ganz die zweite",
        "Quote this": "Diese Nachricht zitieren",
    },
    "ja": {
        "say": "言う",
        "Say something": "好きな大きさの声で、好きな回数だけ言います。直した骨を海へ返します。",
        "text": "文章",
        "What to say": "言いたいこと",
        "mood": "気分",
        "sad": "悲しい",
        "blend": "確率分布を文字ごとに混ぜる",
        "Blend two voices": "二つの声を混ぜます。一文字ごとに確率分布を足し合わせ、そこから選びます。",
        "ratio": "声の混ぜ具合",
        "Quote this": "このメッセージを引用する",
    },
    "es-ES": {"say": "decir", "Say something": "Dice algo", "text": "texto"},
    "en-GB": {"mood": "humour"},
    "es-419": {"text": "letra"},
}


class TranslationTable(app_commands.Translator):
    """Translates what the table has."""

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        _context: app_commands.TranslationContextTypes,
    ) -> str | None:
        return TRANSLATIONS.get(locale.value, {}).get(string.message)


@app_commands.command(description="Blend two voices")
@app_commands.describe(ratio="How much of each")
async def blend(interaction: discord.Interaction[Puppet], ratio: Range[float, 0.125, 2000.5]) -> None:
    interaction.extras["ratio"] = ratio
    interaction.client.interactions.put_nowait(interaction)


@app_commands.context_menu(name="Quote this")
async def quote(interaction: discord.Interaction[Puppet], message: discord.Message) -> None:
    interaction.extras["message"] = message
    interaction.client.interactions.put_nowait(interaction)


async def translate(puppet: Puppet) -> None:
    """Register the puppet's commands with their translations."""
    puppet.tree.add_command(blend)
    puppet.tree.add_command(quote)
    await puppet.tree.set_translator(TranslationTable())
    await puppet.tree.sync()


async def choose_language(page: Page, name: str, label: str = "Your language") -> None:
    """Choose a language in the sidebar, and wait until it is what the page shows."""
    hidden = not await page.locator("#sidebar").is_visible()
    if hidden:
        await page.locator("#menu").click()
    if not await page.get_by_label(label).is_visible():
        await page.get_by_text("Language: ").click()
    await page.get_by_label(label).focus()
    await page.get_by_label(label).select_option(name)
    if label == "Your language":
        await expect(page.get_by_text("Language: ")).to_have_text(f"Language: {name}")
    if hidden:
        await page.keyboard.press("Escape")
