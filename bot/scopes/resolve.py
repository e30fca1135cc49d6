"""From what a user said and what admins set to one request, and to the rule behind each value; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bot.config.settings import Settings, Voice
from models.engine.request import SampleRequest
from models.sampling_params import SPECS, PartialParams, SamplingParams
from storage.channel_settings import ScopeSettings
from storage.presets import PresetValues


class Source(StrEnum):
    """Say where a value can come from, the strongest first; LIMIT is a default that a model's limit cut."""

    OPTION = "option"
    PRESET = "preset"
    THREAD = "thread"
    CHANNEL = "channel"
    CATEGORY = "category"
    SERVER = "server"
    MODEL = "model"
    DEFAULT = "default"
    LIMIT = "limit"


@dataclass(frozen=True, slots=True)
class Rule:
    """What decided a value: a source, and the name of that preset, channel or model."""

    source: Source
    name: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """A thread, channel, category or server around a command, and what an admin set for it."""

    rule: Rule
    settings: ScopeSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The options of one /generate; None, or a parameter that is missing, is what the user left out."""

    prompt: str
    model: str | None = None
    preset: str | None = None
    language: str | None = None
    params: PartialParams = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Resolved:
    """A request, its prompt as typed, the rule that gave each of its values, and the language if anyone named one."""

    request: SampleRequest
    rules: Mapping[str, Rule]
    language: str | None


@dataclass
class ChannelOff(Exception):
    """Texts are switched off here, by this rule."""

    rule: Rule


@dataclass
class ModelGone(Exception):
    """A preset, an admin's setting or the default names a model that is not there any longer."""

    model: str
    rule: Rule
    known: tuple[str, ...]


@dataclass
class OverLimit(Exception):
    """A user asked for more than the model's limit."""

    model: str
    setting: str
    limit: float


@dataclass
class NoSuchPlace(Exception):
    """There is no thread or category around the command."""

    source: Source


Layer = tuple[Rule, PartialParams]  # and the model beside the parameters


def resolve(
    options: Options, preset: PresetValues | None, scopes: Sequence[Scope], settings: Settings, drawn_seed: int
) -> Resolved:
    """Return the request for here; raises ChannelOff, OverLimit."""
    check_enabled(scopes)
    return merge(options, preset, scopes, settings, drawn_seed)


def merge(
    options: Options, preset: PresetValues | None, scopes: Sequence[Scope], settings: Settings, drawn_seed: int
) -> Resolved:
    """Merge option > preset > thread > channel > category > server > default; raises OverLimit."""
    layers: list[Layer] = [
        (Rule(Source.OPTION), _layer(options)),
        (Rule(Source.PRESET, options.preset or ""), _layer(preset) if preset else {}),
        *((scope.rule, _layer(scope.settings)) for scope in scopes),
        (Rule(Source.DEFAULT), _defaults(settings, drawn_seed)),
    ]
    model, model_rule = _first(layers, "model")
    voice = settings.models.voices.get(model, Voice())
    layers.insert(-1, (Rule(Source.MODEL, model), voice.model_dump()))
    limits = {"temperature": voice.max_temperature, "length": min(voice.max_length, settings.generation.max_length)}
    won = {name: _limited(model, name, *_first(layers, name), limits.get(name)) for name in SPECS}
    params = SamplingParams(**{name: value for name, (value, _) in won.items()})
    prompt = (preset.opening if preset else "") + options.prompt
    language = options.language or (preset.language if preset else None)
    rules = {"model": model_rule} | {name: rule for name, (_, rule) in won.items()}
    return Resolved(SampleRequest(model=model, prompt=prompt, params=params), rules, language)


def _layer(held: Options | PresetValues | ScopeSettings) -> PartialParams:
    return {"model": held.model, **held.params}


def check_enabled(scopes: Sequence[Scope]) -> None:
    """Raise ChannelOff if the nearest scope that says anything says off."""
    said = next((scope for scope in scopes if scope.settings.enabled is not None), None)
    if said and not said.settings.enabled:
        raise ChannelOff(said.rule)


def check_model(resolved: Resolved, known: tuple[str, ...]) -> None:
    """Raise ModelGone if someone else than the user named a model that is not there."""
    model, rule = resolved.request.model, resolved.rules["model"]
    if model not in known and rule.source is not Source.OPTION:
        raise ModelGone(model, rule, known)


def _defaults(settings: Settings, drawn_seed: int) -> PartialParams:
    generation = settings.generation
    return {name: spec.default for name, spec in SPECS.items()} | {
        "model": settings.models.default,
        "temperature": generation.default_temperature,
        "length": generation.default_length,
        "seed": drawn_seed,
    }


def _first(layers: Sequence[Layer], name: str) -> tuple[Any, Rule]:
    return next((values[name], rule) for rule, values in layers if values.get(name) is not None)


def _limited(model: str, name: str, value: Any, rule: Rule, limit: float | None) -> tuple[Any, Rule]:
    """Cut a default to the model's limit; what the user chose is refused instead, so that nothing changes unseen."""
    if limit is None or value <= limit:
        return value, rule
    if rule.source in (Source.OPTION, Source.PRESET):
        raise OverLimit(model, name, limit)
    return limit, Rule(Source.LIMIT, model)
