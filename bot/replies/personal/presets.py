"""Replies about presets: one in a line, all of them, or one with everything it sets."""

from collections.abc import Iterable, Mapping

from tempera.bot.replies.commands import BUILT_IN_DESCRIPTIONS
from tempera.bot.replies.languages import language_name
from tempera.bot.replies.markdown import bold, literal
from tempera.bot.replies.params import param_name, set_params, value_set
from tempera.bot.replies.reply import fitting
from tempera.bot.replies.translation.catalog import catalog
from tempera.models.sampling_params import OPTIONS
from tempera.storage.presets import Preset, PresetValues

OPENING_CHARACTERS = 30  # of an opening text in one line
SHOWN_CHARACTERS = 600  # of an opening text shown separately; escapes may double them
BULLET = "- "


def summary(values: PresetValues, locale: str) -> str:
    """Return what a preset sets, in one line of plain text."""
    t = catalog(locale).text
    parts = [_description(values, locale)] if values.description else []
    parts += [values.model] if values.model else []
    parts += [language_name(values.language)] if values.language else []
    parts += set_params(values.params, locale)
    opening = _shortened(" ".join(values.opening.split()), OPENING_CHARACTERS)
    parts += [t("starts with “{opening}”", opening=opening)] if values.opening else []
    return " · ".join(parts) or t("empty")


def saved(name: str, values: PresetValues, locale: str) -> str:
    """Say that a preset was saved."""
    t = catalog(locale).text
    line = t("Saved: {preset}", preset=_line(name, values, locale))
    use = t("Use it with /preset use, or with the preset option of /generate.")
    return f"{line}\n-# {use}"


def deleted(name: str, locale: str) -> str:
    """Say that a preset was deleted."""
    return catalog(locale).text("Deleted: {name}", name=bold(name))


def shared(name: str, locale: str) -> str:
    """Say that a server now shares a preset."""
    return catalog(locale).text("Shared: everyone in this server can now use {name}.", name=bold(name))


def pinned(name: str, locale: str) -> str:
    """Say that a preset is now a button under every answer."""
    return catalog(locale).text("Pinned: {name} is now a button under every answer in this server.", name=bold(name))


def unpinned(name: str, locale: str) -> str:
    """Say that a preset is no longer a button."""
    return catalog(locale).text("Unpinned: {name}", name=bold(name))


def unshared(name: str, locale: str) -> str:
    """Say that a server no longer shares a preset."""
    return catalog(locale).text("No longer shared: {name}", name=bold(name))


def listing(
    own: list[Preset], shared: list[Preset], built_in: Mapping[str, PresetValues], limit: int, locale: str
) -> str:
    """List the presets that a user can use, as many as fit."""
    t = catalog(locale).text
    yours = t("Yours ({number} of {limit})", number=len(own), limit=limit)
    parts = [
        f"**{yours}**" if own else t("You have no presets yet. Create one with /preset save."),
        *(_item(preset.name, preset, locale) for preset in own),
        *([bold(t("Shared by this server"))] if shared else []),
        *(_item(preset.name, preset, locale) for preset in shared),
        bold(t("Built in")),
        *(_item(name, values, locale) for name, values in built_in.items()),
    ]
    return fitting(parts, lambda left: _more(left, locale))


def _more(left: list[str], locale: str) -> str:
    number = sum(line.startswith(BULLET) for line in left)
    return catalog(locale).text("… and {number} more. Type part of a name where you use it.", number=number)


def page(name: str, values: PresetValues, models: Iterable[str], locale: str) -> str:
    """Show everything that one preset sets, and its owner."""
    t = catalog(locale).text
    rows: dict[str, object] = {
        t("Description"): literal(_description(values, locale)) or t("none"),
        t("Model"): values.model and _model(values.model, models, locale),
        t("Language"): values.language and language_name(values.language),
        **{param_name(spec, locale).capitalize(): value_set(spec, values.params, locale) for spec in OPTIONS},
        t("Opening text"): literal(_shortened(values.opening, SHOWN_CHARACTERS)) or t("none"),
    }
    not_set = t("not set")
    lines = (f"{key}: {not_set if value is None else value}" for key, value in rows.items())
    return "\n".join((f"{bold(name)} · {_owner(values, locale)}", *lines))


def _model(name: str, models: Iterable[str], locale: str) -> str:
    if name in models:
        return literal(name)
    return catalog(locale).text("{name} (no longer exists; choose another with /preset edit)", name=literal(name))


def _description(values: PresetValues, locale: str) -> str:
    is_built_in = values.description in BUILT_IN_DESCRIPTIONS.values()
    return catalog(locale).text(values.description) if is_built_in else values.description


def _owner(values: PresetValues, locale: str) -> str:
    t = catalog(locale).text
    if not isinstance(values, Preset):
        return t("built in")
    used = catalog(locale).count(values.uses, "used {number} time", "used {number} times")
    owner = t("yours") if values.guild_id is None else t("shared by {user}", user=f"<@{values.owner_id}>")
    return f"{owner} · {used}"


def _item(name: str, values: PresetValues, locale: str) -> str:
    return f"{BULLET}{_line(name, values, locale)}"


def _line(name: str, values: PresetValues, locale: str) -> str:
    return f"{bold(name)} · {literal(summary(values, locale))}"


def _shortened(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
