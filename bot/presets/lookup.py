"""The presets that a user can use: their own, the server's, and the built-in ones."""

from tempera.bot.exceptions import BadPresetValue, PresetBuiltIn
from tempera.bot.presets.built_in import BUILT_IN
from tempera.bot.replies.languages import language_code, language_name
from tempera.bot.resources import Resources
from tempera.bot.scopes.languages import languages_of
from tempera.models.library import Library
from tempera.storage.errors import UnknownPreset
from tempera.storage.presets import Preset, PresetValues, count_use, find_preset, preset_name, ranked_presets

JOINERS = {0x200C: None, 0x200D: None}  # invisible alone, but part of emoji and of Indic and Persian words


async def chosen_preset(resources: Resources, user_id: int, guild_id: int | None, name: str) -> PresetValues:
    """Return the preset with this name and count its use; raises UnknownPreset."""
    preset = await named_preset(resources, user_id, guild_id, name)
    if isinstance(preset, Preset):
        await count_use(resources.database, preset.id)
    return preset


async def named_preset(resources: Resources, user_id: int, guild_id: int | None, name: str) -> PresetValues:
    """Return the preset with this name; raises UnknownPreset."""
    if built_in := BUILT_IN.get(preset_name(name)):
        return built_in
    found = await find_preset(resources.database, user_id, guild_id, name)
    if found is None:
        known = await usable_presets(resources, user_id, guild_id)
        raise UnknownPreset(name, tuple(known_name for known_name, _ in known))
    return found


async def usable_presets(
    resources: Resources, user_id: int | None, guild_id: int | None, typed: str = ""
) -> list[tuple[str, PresetValues]]:
    """Return the usable presets whose name contains what was typed: most used first, built-in ones last."""
    found = await ranked_presets(resources.database, user_id, guild_id, typed)
    built_in = [(name, values) for name, values in BUILT_IN.items() if preset_name(typed) in name]
    return [*((preset.name, preset) for preset in found), *built_in]


def spoken_language(library: Library, model: str | None, typed: str) -> str:
    """Return the code of a language of the model, or of any model if it doesn't exist; raises BadPresetValue."""
    code, spoken = language_code(typed), languages_of(library, model)
    if code not in spoken:
        raise BadPresetValue("language", typed, tuple(map(language_name, spoken)))
    return code


def own_name(typed: str) -> str:
    """Return the normalized name of a user's own preset; raises PresetBuiltIn."""
    name = preset_name(typed)
    if name in BUILT_IN:
        raise PresetBuiltIn(name)
    return name


def new_name(typed: str) -> str:
    """Return the normalized name of a new preset; raises PresetBuiltIn, or BadPresetValue if it isn't visible."""
    name = own_name(typed)
    visible = name.translate(JOINERS)
    if not visible or not visible.isprintable():
        raise BadPresetValue("name", typed)
    return name
