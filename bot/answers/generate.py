"""From the options of a command to an answer: look up scopes, preset, model and language, then start."""

from dataclasses import replace

from tempera.bot.answers.start import AnswerRequest, random_seed, start
from tempera.bot.presets.lookup import chosen_preset
from tempera.bot.resources import Resources
from tempera.bot.respond import Interaction
from tempera.bot.scopes.asker import Asker
from tempera.bot.scopes.follow import followed
from tempera.bot.scopes.languages import in_language
from tempera.bot.scopes.resolve import Options, check_model, resolve
from tempera.bot.scopes.scopes import scopes_of
from tempera.storage.presets import PresetValues


async def generate_text(resources: Resources, interaction: Interaction, options: Options, *, private: bool) -> None:
    """Answer with a text by the options, their preset and this channel's settings; refusals are raised at once."""
    await start(resources, interaction, await request_for(resources, interaction, options, private=private))


async def request_for(
    resources: Resources, asker: Asker, options: Options, *, private: bool, preset: PresetValues | None = None
) -> AnswerRequest:
    """Return the request for a text; everything that refuses it is raised. Without a preset, it is looked up."""
    scopes = await scopes_of(resources, asker)
    preset = preset or await _preset(resources, asker, options)
    settings, measured = resources.settings, resources.library.default_temperature
    resolved = resolve(options, preset, scopes, settings, random_seed(), measured)
    check_model(resolved, resources.library.names())
    found = await followed(resources, resolved)
    if found.detected:  # this model has defaults and limits of its own
        named = replace(options, model=found.request.model)
        resolved = resolve(named, preset, scopes, settings, random_seed(), measured)
    card = resources.library.card(found.request.model)
    sample = in_language(resolved.request, card, found.language, str(asker.locale))
    return AnswerRequest(sample=sample, private=private, detected=found.detected)


async def _preset(resources: Resources, asker: Asker, options: Options) -> PresetValues | None:
    if options.preset is None:
        return None
    return await chosen_preset(resources, asker.user.id, asker.guild_id, options.preset)
