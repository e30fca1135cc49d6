"""What /channel and /voice say: what holds here, by which rule, and what is set where."""

from collections.abc import Sequence
from dataclasses import asdict

from bot.markdown import literal
from bot.plural import counted
from bot.resolve import ChannelOff, Options, Rule, Scope, Source, check_enabled, merge
from bot.settings import Settings
from storage.channel_settings import ScopeSettings

NAMED = 12  # models in one line
SHOWN = ("model", "temperature", "length")
ORDER = "What you say in /generate wins over a preset, a preset over what is set here, the nearer over the wider."


def report(scopes: Sequence[Scope], settings: Settings, models: tuple[str, ...]) -> str:
    """Say what a /generate without options does here and why, and what every place around it sets."""
    resolved = merge(Options(prompt=""), None, scopes, settings, 0)
    values = {name: getattr(resolved.request, name) for name in SHOWN}
    lines = [_switch(scopes), *(f"**{setting(name, values[name])}** · {why(resolved.rules[name])}" for name in SHOWN)]
    if values["model"] not in models:
        lines.append(f"This model is gone. Name another: {', '.join(models[:NAMED]) or 'there is none yet'}.")
    around = [f"{place(scope.rule)}: {_set_by(scope.settings)}" for scope in scopes]
    return "\n".join([*lines, *(("\nWhat is set, the nearest first", *around) if around else ()), f"-# {ORDER}"])


def setting(name: str, value: object) -> str:
    """Return a setting with its value, as in `temperature 0.5`."""
    match name, value:
        case "enabled", _:
            return "on" if value else "off"
        case "length", int(length):
            return counted(length, "character")
        case _, float():
            return f"{name} {value:zg}"
    return f"{name} {literal(str(value))}"


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
    return ", ".join(setting(name, value) for name, value in asdict(settings).items() if value is not None) or "nothing"
