"""Messages about presets that can't be saved, changed or found."""

from tempera.bot.exceptions import BadPresetValue, PresetBuiltIn, PresetGone
from tempera.bot.replies.markdown import literal
from tempera.bot.replies.translation.catalog import N_, catalog
from tempera.bot.replies.translation.plural import presets
from tempera.bot.replies.wording import listed, not_valid
from tempera.storage.errors import (
    PinLimitReached,
    PresetLimitReached,
    PresetNameTaken,
    UnknownPreset,
)

FIELDS = {"language": N_("language")}


def about_presets(error: Exception, locale: str) -> str | None:
    """Return what is wrong with a preset."""
    t = catalog(locale).text
    match error:
        case PresetNameTaken() | PresetLimitReached():
            return _about_one_preset_more(error, locale)
        case PinLimitReached():
            return t(
                "This server has already pinned {number} presets, the maximum. Run /preset unpin first.",
                number=error.limit,
            )
        case PresetGone():
            return t("This preset is no longer shared here. Choose another one with /preset use.")
        case PresetBuiltIn(name):
            return t(
                "The preset {name} is built in. Use it as it is, or /preset save your own under another name.",
                name=literal(name),
            )
        case UnknownPreset():
            return _about_unknown_preset(error, locale)
        case BadPresetValue("name", typed):
            return not_valid(t("name"), literal(typed), t("letters, digits or symbols that can be seen"), locale)
        case BadPresetValue(field, typed, allowed):
            return not_valid(t(FIELDS[field]), literal(typed), ", ".join(allowed), locale)
    return None


def _about_one_preset_more(error: PresetNameTaken | PresetLimitReached, locale: str) -> str:
    t = catalog(locale).text
    if isinstance(error, PresetNameTaken):
        if error.shared:
            line = t("This server already shares a preset called {name}.", name=literal(error.name))
            return t("{line} Run /preset unshare first.", line=line)
        line = t("You already have a preset called {name}.", name=literal(error.name))
        return t("{line} Change it with /preset edit, or choose another name.", line=line)
    count = presets(error.limit, locale)
    if error.shared:
        return t("This server already shares {presets}, the maximum. Run /preset unshare first.", presets=count)
    return t("You already have {presets}, the maximum. Run /preset delete first.", presets=count)


def _about_unknown_preset(error: UnknownPreset, locale: str) -> str:
    t = catalog(locale).text
    name = literal(error.name)
    if error.name in error.known:
        return t("Your preset {name} has changed since you opened it. Run /preset edit again.", name=name)
    if error.known:
        known = listed(error.known, "")
        return t("There is no preset called {name} here. Available presets: {known}.", name=name, known=known)
    return t("There is no preset called {name} here. Create one with /preset save.", name=name)
