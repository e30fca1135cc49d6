"""From the options of a command to an answer: look up scopes, preset, model and language, then start."""

from tempera.bot.answers.start import AnswerRequest, random_seed, start
from tempera.bot.presets.lookup import chosen_preset
from tempera.bot.resources import Resources
from tempera.bot.respond import Interaction, locale_of
from tempera.bot.scopes.follow import followed
from tempera.bot.scopes.languages import in_language
from tempera.bot.scopes.resolve import Options, check_model, resolve
from tempera.bot.scopes.scopes import scopes_of
from tempera.storage.presets import PresetValues


async def generate_text(resources: Resources, interaction: Interaction, options: Options, *, private: bool) -> None:
    """Answer with a text by the options, their preset and this channel's settings; refusals are raised at once."""
    scopes = await scopes_of(resources, interaction)
    preset = await _preset(resources, interaction, options)
    resolved = resolve(options, preset, scopes, resources.settings, random_seed())
    check_model(resolved, resources.library.names())
    found = await followed(resources, resolved)
    card = resources.library.card(found.request.model)
    sample = in_language(found.request, card, found.language, locale_of(interaction))
    request = AnswerRequest(sample=sample, private=private, detected=found.detected)
    await start(resources, interaction, request)


async def _preset(resources: Resources, interaction: Interaction, options: Options) -> PresetValues | None:
    if options.preset is None:
        return None
    return await chosen_preset(resources, interaction.user.id, interaction.guild_id, options.preset)
