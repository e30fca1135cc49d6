"""What /channel and /voice say: what holds here, by which rule, and what is set where."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from bot.config.settings import Settings
from bot.replies.markdown import literal
from bot.replies.params import param_name, shown_value
from bot.scopes.resolve import ChannelOff, Options, Rule, Scope, Source, check_enabled, merge
from models.sampling_params import CHANNEL_PARAMS, SPECS
from storage.channel_settings import ScopeSettings

NAMED = 12  # models in one line
ORDER = "What you say in /generate wins over a preset, a preset over what is set here, the nearer over the wider."


def report(scopes: Sequence[Scope], settings: Settings, models: tuple[str, ...]) -> str:
    """Say what a /generate without options does here and why, and what every place around it sets."""
    resolved = merge(Options(prompt=""), None, scopes, settings, 0)
    values = {"model": resolved.request.model, **asdict(resolved.request.params)}
    shown = ["model", *(spec.name for spec in CHANNEL_PARAMS if values[spec.name] != spec.off)]
    lines = [_switch(scopes), *(f"**{setting(name, values[name])}** · {why(resolved.rules[name])}" for name in shown)]
    if values["model"] not in models:
        lines.append(f"This model is gone. Name another: {', '.join(models[:NAMED]) or 'there is none yet'}.")
    around = [f"{place(scope.rule)}: {_set_by(scope.settings)}" for scope in scopes]
    return "\n".join([*lines, *(("\nWhat is set, the nearest first", *around) if around else ()), f"-# {ORDER}"])


def settings_shown(settings: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a scope sets, each with its value."""
    held = {name: value for name, value in settings.items() if name != "params"} | settings.get("params", {})
    yield from (setting(name, value) for name, value in held.items() if value is not None)


def setting(name: str, value: object) -> str:
    """Return a setting with its value, as in `temperature 0.5`."""
    if name == "enabled":
        return "on" if value else "off"
    if name not in SPECS:
        return f"{name} {literal(str(value))}"
    spec = SPECS[name]
    return shown_value(spec, value) if spec.unit else f"{param_name(spec)} {shown_value(spec, value)}"


def place(rule: Rule) -> str:
    """Name a thread, channel, category or server."""
    return f"the category {literal(rule.name)}" if rule.source is Source.CATEGORY else f"this {rule.source}"


def why(rule: Rule) -> str:
    """Say which rule decided a value."""
    match rule.source:
        case Source.PRESET:
            return f"chosen by the preset {literal(rule.name)}"
        case Source.MODEL:
            return f"default of {literal(rule.name)}"
        case Source.LIMIT:
            return f"the most that {literal(rule.name)} may"
        case Source.DEFAULT:
            return "the default"
    return f"set for {place(rule)}"


def _switch(scopes: Sequence[Scope]) -> str:
    try:
        check_enabled(scopes)
    except ChannelOff as off:
        return f"/generate is **off** here, switched off for {place(off.rule)}. It would write with"
    return "Here /generate writes with"


def _set_by(settings: ScopeSettings) -> str:
    return ", ".join(settings_shown(asdict(settings))) or "nothing"
