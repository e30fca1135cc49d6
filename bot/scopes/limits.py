"""The maximum values that a model can be asked for."""

from dataclasses import dataclass

from tempera.bot.config.settings import Settings


@dataclass(frozen=True, slots=True)
class Limits:
    """The maximum values, by the parameters' names."""

    temperature: float
    length: int  # characters


def limits_of(settings: Settings, model: str) -> Limits:
    """Return a model's limits according to the settings."""
    overrides = settings.models.of(model)
    return Limits(overrides.max_temperature, min(overrides.max_length, settings.generation.max_length))
