"""Autocomplete choices for options."""

from discord.app_commands import Choice

from tempera.bot.presets.lookup import usable_presets
from tempera.bot.replies.languages import language_name
from tempera.bot.replies.personal.presets import summary
from tempera.bot.resources import Resources
from tempera.bot.respond import Interaction, locale_of
from tempera.bot.scopes.languages import languages_of
from tempera.storage.presets import PresetValues, ranked_presets

MAX_CHOICES = 25  # of Discord
MAX_CHOICE_CHARACTERS = 100  # of Discord


def model_choices(resources: Resources, typed: str) -> list[Choice[str]]:
    """Offer the models by name, with their titles in config.yaml."""
    titles = {name: own.title for name, own in resources.settings.models.overrides.items() if own.title}
    names = {f"{name} · {titles[name]}" if name in titles else name: name for name in resources.library.names()}
    return [_choice(shown, names[shown]) for shown in ranked(tuple(names), typed)]


def language_choices(resources: Resources, model: str | None, typed: str) -> list[Choice[str]]:
    """Offer the languages of the given model, or of all models."""
    codes = {language_name(code): code for code in languages_of(resources.library, model)}
    return [_choice(name, codes[name]) for name in ranked(tuple(codes), typed)]


async def usable_choices(resources: Resources, interaction: Interaction, typed: str) -> list[Choice[str]]:
    """Offer the presets that can be used here."""
    usable = await usable_presets(resources, interaction.user.id, interaction.guild_id, typed)
    return _preset_choices(usable, interaction)


async def own_choices(resources: Resources, interaction: Interaction, typed: str) -> list[Choice[str]]:
    """Offer the user's own presets."""
    own = await ranked_presets(resources.database, interaction.user.id, None, typed)
    return _preset_choices([(preset.name, preset) for preset in own], interaction)


async def shared_choices(resources: Resources, interaction: Interaction, typed: str) -> list[Choice[str]]:
    """Offer the presets that the server shares."""
    shared = await ranked_presets(resources.database, None, interaction.guild_id, typed)
    return _preset_choices([(preset.name, preset) for preset in shared], interaction)


def ranked(names: tuple[str, ...], typed: str) -> list[str]:
    """Return the names that contain what was typed, those that start with it first."""
    typed = typed.strip().lower()
    found = (name for name in names if typed in name.lower())
    return sorted(found, key=lambda name: not name.lower().startswith(typed))[:MAX_CHOICES]


def _preset_choices(presets: list[tuple[str, PresetValues]], interaction: Interaction) -> list[Choice[str]]:
    locale = locale_of(interaction)
    return [_choice(f"{name} · {summary(values, locale)}", name) for name, values in presets[:MAX_CHOICES]]


def _choice(shown: str, value: str) -> Choice[str]:
    return Choice(name=shown[:MAX_CHOICE_CHARACTERS], value=value)
