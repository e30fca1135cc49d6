"""/dial: the odds of what comes next, at several temperatures."""

import asyncio
from dataclasses import dataclass, replace

import discord

from tempera.bot.answers.pictures.attached import picture_file
from tempera.bot.replies.composers.pictures import odds_in_words, odds_message, odds_picture
from tempera.bot.resources import Resources
from tempera.bot.respond import Interaction, locale_of
from tempera.bot.scopes.asker import answer_locale
from tempera.bot.scopes.languages import in_language
from tempera.bot.scopes.resolve import Options, check_model, resolve
from tempera.bot.scopes.scopes import scopes_of
from tempera.models.engine.request import SampleRequest

TEMPERATURES = (0.2, 0.7, 1.0, 1.5)
ROWS = 8
FIRST_RESPONSE_SECONDS = 1.5  # Discord waits for three


@dataclass(frozen=True, slots=True)
class Dial:
    """The content of an answer, and its picture."""

    content: str
    file: discord.File | None


async def show_odds(resources: Resources, interaction: Interaction, options: Options) -> None:
    """Answer with a picture and words; what refuses it is raised, and nothing stays behind."""
    sample = await _sample(resources, interaction, options)
    with resources.clicks.only_once((interaction.user.id, "dial")):
        composing = asyncio.create_task(_composed(resources, sample, answer_locale(interaction, private=False)))
        await asyncio.wait({composing}, timeout=FIRST_RESPONSE_SECONDS)
        if composing.done():
            dial = composing.result()
            files = [dial.file] if dial.file else []
            await interaction.response.send_message(dial.content, files=files)
        else:
            await interaction.response.defer(thinking=True)
            await _fill_in(interaction, composing)


async def _fill_in(interaction: Interaction, composing: asyncio.Task[Dial]) -> None:
    try:
        dial = await composing
    except Exception:
        await interaction.delete_original_response()  # the error that follows is private
        raise
    files = [dial.file] if dial.file else []
    await interaction.edit_original_response(content=dial.content, attachments=files)


async def _sample(resources: Resources, interaction: Interaction, options: Options) -> SampleRequest:
    scopes = await scopes_of(resources, interaction)
    resolved = resolve(options, None, scopes, resources.settings, 0, resources.library.default_temperature)
    check_model(resolved, resources.library.names())
    card = resources.library.card(resolved.request.model)
    fitted = resources.library.fit_prompt(resolved.request.model, resolved.request.prompt)
    return in_language(replace(resolved.request, prompt=fitted.text), card, resolved.language, locale_of(interaction))


async def _composed(resources: Resources, sample: SampleRequest, locale: str) -> Dial:
    chosen, card = sample.params.temperature, resources.library.card(sample.model)
    temperatures = columns(chosen)
    odds = await resources.engine.odds(sample, ROWS, temperatures)
    lines = odds_in_words(odds, temperatures, locale)
    picture = odds_picture(sample.prompt, odds, temperatures, chosen, locale)
    file = await picture_file(picture, "dial.png", "\n".join(lines))
    language = card.languages[odds.language] if len(card.languages) > 1 else None
    return Dial(odds_message(sample, lines, language, locale, is_drawn=file is not None), file)


def columns(chosen: float) -> list[float]:
    """Return the temperatures to show: the chosen one replaces its nearest neighbour."""
    nearest = min(TEMPERATURES, key=lambda each: abs(each - chosen))
    return sorted(chosen if each == nearest else each for each in TEMPERATURES)
