"""What is said about presets: each in one line, all of them, or one with everything it sets."""

from collections.abc import Iterable, Mapping

from bot.presets.built_in import BUILT_IN
from bot.replies.languages import language_name
from bot.replies.markdown import bold, literal
from bot.replies.params import param_name, param_set, set_params
from models.sampling_params import OPTIONS
from storage.presets import Preset, PresetValues

CONTENT_LIMIT = 2000  # of Discord, in UTF-16 units
OPENING_CHARACTERS = 30  # of an opening text in one line
SHOWN_CHARACTERS = 600  # of an opening text shown by itself; each may take an escape
UNSET = "not set"
BULLET = "- "


def summary(values: PresetValues) -> str:
    """Return what a preset sets, in one line of plain text."""
    parts = [values.model] if values.model else []
    parts += [language_name(values.language)] if values.language else []
    parts += set_params(values.params)
    parts += [f"begins “{_shortened(' '.join(values.opening.split()), OPENING_CHARACTERS)}”"] if values.opening else []
    return " · ".join(parts) or "nothing set yet"


def saved(name: str, values: PresetValues) -> str:
    """Say that a preset is kept."""
    return f"Saved: {_line(name, values)}\n-# Write with it: /preset use, or preset: in /generate."


def listing(own: list[Preset], shared: list[Preset], limit: int) -> str:
    """List the presets that a person may use, as many as fit."""
    parts = [
        f"**Yours** ({len(own)} of {limit})" if own else "You have no presets yet: /preset save makes one.",
        *(_item(preset.name, preset) for preset in own),
        *(["**Shared by this server**"] if shared else []),
        *(_item(preset.name, preset) for preset in shared),
        "**Built in**",
        *(_item(name, values) for name, values in BUILT_IN.items()),
    ]
    return _fitting(parts)


def page(name: str, values: PresetValues, models: Iterable[str]) -> str:
    """Show everything that one preset sets, and whose it is."""
    gone = " (gone: choose another with /preset edit)" if values.model and values.model not in models else ""
    rows: Mapping[str, object] = {
        "Model": values.model and f"{literal(values.model)}{gone}",
        "Language": values.language and language_name(values.language),
        **{param_name(spec).capitalize(): param_set(spec, values.params) for spec in OPTIONS},
        "Opening text": literal(_shortened(values.opening, SHOWN_CHARACTERS)) or "none",
    }
    lines = (f"{key}: {UNSET if value is None else value}" for key, value in rows.items())
    return "\n".join((f"{bold(name)} · {_origin(values)}", *lines))


def _origin(values: PresetValues) -> str:
    if not isinstance(values, Preset):
        return "built in"
    times = "once" if values.uses == 1 else f"{values.uses} times"
    return f"{'yours' if values.guild_id is None else f'shared by <@{values.owner_id}>'} · used {times}"


def _item(name: str, values: PresetValues) -> str:
    return f"{BULLET}{_line(name, values)}"


def _line(name: str, values: PresetValues) -> str:
    return f"{bold(name)} · {literal(summary(values))}"


def _fitting(lines: list[str]) -> str:
    """Join the lines, or as many as one message holds and the number of presets in the others."""
    shown = "\n".join(lines)
    for kept in range(len(lines) - 1, 0, -1):
        if len(shown.encode("utf-16-le")) // 2 <= CONTENT_LIMIT:
            break
        more = sum(line.startswith(BULLET) for line in lines[kept:])
        shown = "\n".join((*lines[:kept], f"… and {more} more: type a part of the name where you use it"))
    return shown


def _shortened(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
