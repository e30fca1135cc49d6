"""The presets that a person can name: their own, those the server shares, and Tempera's own."""

from discord.app_commands import Choice

from bot.presets.built_in import BUILT_IN
from bot.replies.languages import language_code, language_names, languages_of
from bot.replies.presets import summary
from bot.resources import Resources
from models.library import Library
from storage.errors import UnknownPreset
from storage.presets import Preset, PresetValues, count_use, find_preset, preset_name, ranked_presets

MAX_CHOICES = 25  # of Discord
MAX_CHOICE_CHARACTERS = 100  # of Discord
JOINERS = {0x200C: None, 0x200D: None}  # unseen by themselves, but parts of emoji and of Indic and Persian words


class BadPresetValue(Exception):
    """A preset's name or setting can't be used; `allowed` is what could."""

    def __init__(self, field: str, typed: str, allowed: str) -> None:
        super().__init__(f"{field}: {typed}")
        self.field = field
        self.typed = typed
        self.allowed = allowed


async def chosen_preset(resources: Resources, user_id: int, guild_id: int | None, name: str) -> PresetValues:
    """Return the preset of this name and count its use; raises UnknownPreset."""
    preset = await named_preset(resources, user_id, guild_id, name)
    if isinstance(preset, Preset):
        await count_use(resources.database, preset.id)
    return preset


async def named_preset(resources: Resources, user_id: int, guild_id: int | None, name: str) -> PresetValues:
    """Return the preset of this name; raises UnknownPreset."""
    if built_in := BUILT_IN.get(preset_name(name)):
        return built_in
    found = await find_preset(resources.database, user_id, guild_id, name)
    if found is None:
        known = await complete_preset(resources, user_id, guild_id, "")
        raise UnknownPreset(name, tuple(choice.value for choice in known))
    return found


async def complete_preset(
    resources: Resources, user_id: int | None, guild_id: int | None, typed: str
) -> list[Choice[str]]:
    """Offer what a person may use, the most used first and Tempera's own last."""
    found = await ranked_presets(resources.database, user_id, guild_id, typed, MAX_CHOICES)
    built_in = [_choice(name, values) for name, values in BUILT_IN.items() if preset_name(typed) in name]
    return [*choices(found), *built_in][:MAX_CHOICES]


def choices(presets: list[Preset]) -> list[Choice[str]]:
    """Return completions for kept presets."""
    return [_choice(preset.name, preset) for preset in presets]


def _choice(name: str, values: PresetValues) -> Choice[str]:
    return Choice(name=f"{name} · {summary(values)}"[:MAX_CHOICE_CHARACTERS], value=name)


def spoken_language(library: Library, model: str | None, typed: str) -> str:
    """Return the code of a language that the model, or any if that is not there, speaks; raises BadPresetValue."""
    code, spoken = language_code(typed), languages_of(library, model)
    if code not in spoken:
        raise BadPresetValue("language", typed, language_names(spoken))
    return code


def new_name(typed: str) -> str:
    """Return the name as it is kept; raises BadPresetValue if nobody could read or reach it."""
    name = preset_name(typed)
    if name in BUILT_IN:
        raise BadPresetValue("name", name, "another name, this one is built in")
    visible = name.translate(JOINERS)
    if not visible or not visible.isprintable():
        raise BadPresetValue("name", typed, "letters, digits or signs that can be seen")
    return name
