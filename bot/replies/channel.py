"""Replies of /channel and /settings: what applies here, where each value is set, and the settings of each scope."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tempera.bot.origin import Origin, Source
from tempera.bot.replies.markdown import literal
from tempera.bot.replies.params import param_name, param_value
from tempera.bot.replies.translation.catalog import N_, catalog
from tempera.bot.replies.wording import listed
from tempera.models.sampling_params import CHANNEL_PARAMS, SPECS


@dataclass(frozen=True, slots=True)
class ScopeView:
    """A thread, channel, category or server, and its settings by name."""

    origin: Origin
    settings: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SettingsView:
    """What /generate without options does here: each value with its origin, and the scopes around it."""

    values: Mapping[str, Any]  # the model and all sampling parameters
    origins: Mapping[str, Origin]
    off: Origin | None  # where /generate is turned off
    scopes: Sequence[ScopeView]  # nearest first
    models: tuple[str, ...]


def report(view: SettingsView, locale: str) -> str:
    """Say what applies here and why, and list the settings of each scope."""
    t = catalog(locale).text
    lines = [_switch(view.off, locale), *_values(view, locale)]
    if view.values["model"] not in view.models:
        models = listed(view.models, t("none yet"))
        lines.append(t("This model no longer exists. Choose another one: {models}.", models=models))
    if view.scopes:
        lines += ["\n" + t("Settings by scope, nearest first:")]
        lines += [f"{_heading(scope.origin, locale)}: {_set_by(scope, locale)}" for scope in view.scopes]
    order = t("Options of /generate override a preset, a preset overrides these settings, a nearer scope a wider one.")
    return "\n".join([*lines, f"-# {order}"])


def _values(view: SettingsView, locale: str) -> Iterator[str]:
    names = ["model", *(spec.name for spec in CHANNEL_PARAMS if view.values[spec.name] != spec.off)]
    for name in names:
        yield f"**{setting(name, view.values[name], locale)}** · {origin_of(view.origins[name], locale)}"


def changed(origin: Origin, changes: Mapping[str, Any], locale: str) -> str:
    """Say what was set for a scope."""
    t = catalog(locale).text
    return t("Set for {scope}: {settings}.", scope=scope_name(origin, locale), settings=_listed(changes, locale))


def cleared(origin: Origin, locale: str) -> str:
    """Say that a scope's settings were cleared."""
    return catalog(locale).text("Cleared for {scope}.", scope=scope_name(origin, locale))


def renamed(locale: str) -> str:
    """Say what /voice is called now."""
    return catalog(locale).text("-# /voice is now /settings; the old name will go away.")


def setting(name: str, value: object, locale: str) -> str:
    """Return a setting with its value, as in `temperature 0.5`."""
    t = catalog(locale).text
    if name == "enabled":
        return t("on") if value else t("off")
    if name not in SPECS:
        return t("model {name}", name=literal(str(value)))
    spec = SPECS[name]
    shown = t("off") if value == spec.off else param_value(spec, value, locale)
    return shown if spec.unit else f"{param_name(spec, locale)} {shown}"


# Within a sentence, after "for": some languages inflect it.
SCOPES = {
    Source.THREAD: N_("this thread"),
    Source.CHANNEL: N_("this channel"),
    Source.CATEGORY: N_("the category {name}"),
    Source.SERVER: N_("this server"),
}
HEADINGS = {
    Source.THREAD: N_("This thread"),
    Source.CHANNEL: N_("This channel"),
    Source.CATEGORY: N_("The category {name}"),
    Source.SERVER: N_("This server"),
}


def scope_name(origin: Origin, locale: str) -> str:
    """Name a thread, channel, category or server after "for"."""
    return catalog(locale).text(SCOPES[origin.source], name=literal(origin.name))


def _heading(origin: Origin, locale: str) -> str:
    return catalog(locale).text(HEADINGS[origin.source], name=literal(origin.name))


def origin_of(origin: Origin, locale: str) -> str:
    """Say where a value comes from."""
    t = catalog(locale).text
    match origin.source:
        case Source.PRESET:
            return t("from the preset {name}", name=literal(origin.name))
        case Source.MODEL:
            return t("default of {name}", name=literal(origin.name))
        case Source.LIMIT:
            return t("limit of {name}", name=literal(origin.name))
        case Source.DEFAULT:
            return t("default")
    return t("set for {scope}", scope=scope_name(origin, locale))


def _switch(off: Origin | None, locale: str) -> str:
    t = catalog(locale).text
    if off is None:
        return t("Here, /generate uses:")
    return t("/generate is **off** here, turned off for {scope}. It would use:", scope=scope_name(off, locale))


def _set_by(scope: ScopeView, locale: str) -> str:
    return _listed(scope.settings, locale) or catalog(locale).text("nothing")


def _listed(settings: Mapping[str, Any], locale: str) -> str:
    return ", ".join(setting(name, value, locale) for name, value in settings.items() if value is not None)
