"""Show the settings that apply where a command was used."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from tempera.bot.config.settings import Settings
from tempera.bot.exceptions import ChannelOff
from tempera.bot.origin import Origin
from tempera.bot.replies.channel import ScopeView, SettingsView, report
from tempera.bot.resources import Resources
from tempera.bot.respond import Interaction, locale_of
from tempera.bot.scopes.resolve import DefaultTemperature, Options, Scope, check_enabled, merge
from tempera.bot.scopes.scopes import scopes_of
from tempera.models.sampling_params import SPECS
from tempera.storage.servers.channel_settings import ScopeSettings


async def show_settings(resources: Resources, interaction: Interaction, line: str = "") -> None:
    """Show privately what applies here, after an optional line about what has changed."""
    scopes = await scopes_of(resources, interaction)
    library = resources.library
    view = settings_view(scopes, resources.settings, library.names(), library.default_temperature)
    message = report(view, locale_of(interaction))
    await interaction.response.send_message("\n".join(filter(None, [line, message])), ephemeral=True)


def settings_view(
    scopes: Sequence[Scope], settings: Settings, models: tuple[str, ...], default_temperature: DefaultTemperature
) -> SettingsView:
    """Return what /generate without options does in these scopes."""
    resolved = merge(Options(prompt=""), None, scopes, settings, 0, default_temperature)
    return SettingsView(
        values={"model": resolved.request.model, **asdict(resolved.request.params)},
        origins=resolved.origins,
        off=_what_turns_it_off(scopes),
        scopes=[ScopeView(scope.origin, flat(scope.settings)) for scope in scopes],
        models=models,
    )


def flat(settings: ScopeSettings) -> dict[str, Any]:
    """Return a scope's settings by name, including its sampling parameters."""
    params = {name: settings.params[name] for name in SPECS if name in settings.params}
    return {"model": settings.model, **params, "enabled": settings.enabled}


def _what_turns_it_off(scopes: Sequence[Scope]) -> Origin | None:
    try:
        check_enabled(scopes)
    except ChannelOff as off:
        return off.origin
    return None
