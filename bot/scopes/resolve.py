"""Merge a user's options and all settings into one request, with the origin of each value; pure functions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from tempera.bot.config.settings import Settings
from tempera.bot.exceptions import ChannelOff, ModelGone, OverLimit
from tempera.bot.origin import Origin, Source
from tempera.bot.scopes.limits import limits_of
from tempera.models.engine.request import SampleRequest
from tempera.models.sampling_params import SPECS, PartialParams, SamplingParams, partial_params, valid_params
from tempera.storage.presets import PresetValues
from tempera.storage.servers.channel_settings import ScopeSettings


@dataclass(frozen=True, slots=True)
class Scope:
    """A thread, channel, category or server around a command, with its settings."""

    origin: Origin
    settings: ScopeSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The options of one /generate; None and missing parameters were left out."""

    prompt: str
    model: str | None = None
    preset: str | None = None
    language: str | None = None
    params: PartialParams = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Resolved:
    """A request with the prompt as typed, the origin of each of its values, and the requested language, if any."""

    request: SampleRequest
    origins: Mapping[str, Origin]
    language: str | None


Layer = tuple[Origin, PartialParams]  # parameters and the model, by name
DefaultTemperature = Callable[[str], float | None]  # of a model, in its card


def resolve(
    options: Options,
    preset: PresetValues | None,
    scopes: Sequence[Scope],
    settings: Settings,
    drawn_seed: int,
    default_temperature: DefaultTemperature,
) -> Resolved:
    """Return the request for these scopes; raises ChannelOff, OverLimit."""
    check_enabled(scopes)
    return merge(options, preset, scopes, settings, drawn_seed, default_temperature)


def merge(
    options: Options,
    preset: PresetValues | None,
    scopes: Sequence[Scope],
    settings: Settings,
    drawn_seed: int,
    default_temperature: DefaultTemperature,
) -> Resolved:
    """Merge option > preset > thread > channel > category > server > model > default; raises OverLimit.

    What config.yaml sets for a model comes before what it sets for all, and that before the model's card.
    """
    layers: list[Layer] = [
        (Origin(Source.OPTION), {"model": options.model, **options.params}),
        (Origin(Source.PRESET, options.preset or ""), _of_preset(preset) if preset else {}),
        *((scope.origin, _of_scope(scope.settings)) for scope in scopes),
    ]
    for_all, built_in = Origin(Source.DEFAULT), {name: spec.default for name, spec in SPECS.items()}
    model, model_origin = _first([*layers, (for_all, {"model": settings.models.default})], "model")
    layers += [
        (Origin(Source.MODEL, model), settings.models.of(model).model_dump()),
        (for_all, _configured(settings)),
        (Origin(Source.MODEL, model), {"temperature": default_temperature(model)}),
        (for_all, built_in | {"seed": drawn_seed}),
    ]
    limits = asdict(limits_of(settings, model))
    won = {name: _limited(model, name, *_first(layers, name), limits.get(name)) for name in SPECS}
    params = SamplingParams(**{name: value for name, (value, _) in won.items()})
    prompt = (preset.opening if preset else "") + options.prompt
    language = options.language or (preset.language if preset else None)
    origins = {"model": model_origin} | {name: origin for name, (_, origin) in won.items()}
    return Resolved(SampleRequest(model=model, prompt=prompt, params=params), origins, language)


def _of_preset(preset: PresetValues) -> PartialParams:
    """Return what a preset sets; raises InvalidSamplingParam, since a text must not differ from it unseen."""
    return {"model": preset.model, **partial_params(preset.params)}


def _of_scope(settings: ScopeSettings) -> PartialParams:
    """Return what a scope sets; a stored value that can't be used must not turn /generate off."""
    return {"model": settings.model, **valid_params(settings.params)}


def check_enabled(scopes: Sequence[Scope]) -> None:
    """Raise ChannelOff if /generate is off in the nearest scope that turns it on or off."""
    said = next((scope for scope in scopes if scope.settings.enabled is not None), None)
    if said and not said.settings.enabled:
        raise ChannelOff(said.origin)


def check_model(resolved: Resolved, known: tuple[str, ...]) -> None:
    """Raise ModelGone if the model doesn't exist and wasn't chosen by the user."""
    model, origin = resolved.request.model, resolved.origins["model"]
    if model not in known and origin.source is not Source.OPTION:
        raise ModelGone(model, origin, known)


def _configured(settings: Settings) -> PartialParams:
    """Return the defaults that config.yaml sets for all models."""
    return {name: getattr(settings.generation, f"default_{name}", None) for name in SPECS}


def _first(layers: Sequence[Layer], name: str) -> tuple[Any, Origin]:
    return next((values[name], origin) for origin, values in layers if values.get(name) is not None)


def _limited(model: str, name: str, value: Any, origin: Origin, limit: float | None) -> tuple[Any, Origin]:
    """Reduce a default to the model's limit, but refuse what the user chose, so that nothing changes silently."""
    if limit is None or value <= limit:
        return value, origin
    if origin.source in (Source.OPTION, Source.PRESET):
        raise OverLimit(model, name, limit)
    return limit, Origin(Source.LIMIT, model)
