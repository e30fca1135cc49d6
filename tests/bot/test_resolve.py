"""Which of the option, the preset, the surrounding scopes and the defaults gives a value."""

from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest

from tempera.bot.config.settings import ModelOverrides, Settings
from tempera.bot.exceptions import ChannelOff, ModelGone, OverLimit
from tempera.bot.origin import Origin, Source
from tempera.bot.scopes.resolve import Options, Resolved, Scope, check_model, resolve
from tempera.models.engine.request import SampleRequest
from tempera.models.sampling_params import SamplingParams, partial_params
from tempera.storage.presets import PresetValues
from tempera.storage.servers.channel_settings import ScopeSettings
from tests.bot.conftest import changed

SCOPES = (Source.THREAD, Source.CHANNEL, Source.CATEGORY, Source.SERVER)
SOURCES = (Source.OPTION, Source.PRESET, *SCOPES, Source.MODEL, Source.DEFAULT)
# What each source says, no two the same; the last two are in the settings.
SAYS = {
    "model": ("option", "preset", "thread", "channel", "category", "server", None, "tiny"),
    "temperature": (0.0, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8),
    "length": (1, 2, 3, 4, 5, 6, 7, 8),
    "top_k": (1, 0, None, None, None, None, None, 0),
    "top_p": (0.1, 0.2, None, None, None, None, None, 1.0),
    "min_p": (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, None, 0.0),
    "seed": (0, 2, None, None, None, None, None, 99),
}


def unmeasured(_: str) -> None:
    """The default temperature of a model whose card has none."""


def says(setting: str, speaking: tuple[Source, ...], source: Source) -> object:
    return SAYS[setting][SOURCES.index(source)] if source in speaking else None


def held(setting: str, speaking: tuple[Source, ...], source: Source) -> dict[str, Any]:
    """Return what options, a preset or a scope hold that says this."""
    value = says(setting, speaking, source)
    return {setting: value} if setting == "model" else {"params": partial_params({setting: value})}


def value_of(request: SampleRequest, setting: str) -> object:
    return request.model if setting == "model" else getattr(request.params, setting)


def resolved(base: Settings, setting: str, speaking: tuple[Source, ...]) -> Resolved:
    """Resolve with one setting named by these sources, the model being `tiny` wherever it is not what is looked at."""
    own = {setting: says(setting, speaking, Source.MODEL)} if setting in ("temperature", "length") else {}
    models = {"default": "tiny", "overrides": {"tiny": ModelOverrides.model_validate(own)}}
    generation = {"default_temperature": 0.8, "default_length": 8}
    settings = changed(base, models=models, generation=generation)
    preset = PresetValues(**held(setting, speaking, Source.PRESET))
    scopes = [Scope(Origin(source, "x"), ScopeSettings(**held(setting, speaking, source))) for source in SCOPES]
    options = Options(prompt="Oh", preset="x", **held(setting, speaking, Source.OPTION))
    return resolve(options, preset, scopes, settings, 99, unmeasured)


@pytest.mark.parametrize("setting", SAYS)
def test_the_nearest_origin_that_says_anything_wins(settings: Settings, setting: str) -> None:
    """Every pair of sources, and each alone over the default: the nearer one's value, and its name as the origin."""
    sources = [source for source, value in zip(SOURCES, SAYS[setting], strict=True) if value is not None]
    for winner, other in combinations(sources, 2):
        outcome = resolved(settings, setting, (winner, other))
        assert value_of(outcome.request, setting) == says(setting, (winner,), winner), (winner, other)
        assert outcome.origins[setting].source is winner, (winner, other)


def test_nothing_said_gives_the_defaults(settings: Settings) -> None:
    outcome = resolve(Options(prompt="Oh"), None, [], settings, 99, unmeasured)
    assert outcome.request == SampleRequest(
        model="tiny", prompt="Oh", params=SamplingParams(temperature=0.8, length=100, seed=99)
    )
    assert set(outcome.origins.values()) == {Origin(Source.DEFAULT)}


@pytest.mark.parametrize(
    ("option", "preset", "language"), [("fr", "ja", "fr"), (None, "ja", "ja"), ("fr", None, "fr"), (None, None, None)]
)
def test_an_options_language_wins_over_a_presets(
    settings: Settings, option: str | None, preset: str | None, language: str | None
) -> None:
    outcome = resolve(
        Options(prompt="Oh", language=option), PresetValues(language=preset), [], settings, 99, unmeasured
    )
    assert outcome.language == language


def measured(model: str) -> float | None:
    return {"other": 0.3, "hot": 1.0}.get(model)


@pytest.mark.parametrize(
    ("own", "for_all", "temperature", "source"),
    [
        (0.1, 0.9, 0.1, Source.MODEL),
        (None, 0.9, 0.9, Source.DEFAULT),  # whoever sets a temperature for all models means all of them
        (None, 0.8, 0.8, Source.DEFAULT),
        (None, None, 0.3, Source.MODEL),
    ],
)
def test_a_card_says_the_temperature_where_config_yaml_says_none(
    settings: Settings, own: float | None, for_all: float | None, temperature: float, source: Source
) -> None:
    models = {"overrides": {"other": ModelOverrides(temperature=own)}}
    said = changed(settings, models=models, generation={"default_temperature": for_all})
    outcome = resolve(Options(prompt="Oh", model="other"), None, [], said, 99, measured)
    assert outcome.request.params.temperature == temperature
    assert outcome.origins["temperature"].source is source


def test_a_model_without_a_measured_temperature_has_the_usual_one(settings: Settings) -> None:
    outcome = resolve(Options(prompt="Oh", model="tiny"), None, [], settings, 99, measured)
    assert outcome.request.params.temperature == SamplingParams().temperature
    assert outcome.origins["temperature"] == Origin(Source.DEFAULT)


def test_a_measured_temperature_is_cut_to_the_models_limit(settings: Settings) -> None:
    low = changed(settings, models={"overrides": {"hot": ModelOverrides(max_temperature=0.5)}})
    outcome = resolve(Options(prompt="Oh", model="hot"), None, [], low, 99, measured)
    assert outcome.request.params.temperature == 0.5
    assert outcome.origins["temperature"] == Origin(Source.LIMIT, "hot")


def test_every_setting_is_decided_by_itself(settings: Settings) -> None:
    scopes = [
        Scope(Origin(Source.THREAD, "night"), ScopeSettings(params={"length": 30})),
        Scope(Origin(Source.CHANNEL, "poems"), ScopeSettings(params={"temperature": 0.0, "length": 40})),
        Scope(Origin(Source.SERVER, "home"), ScopeSettings(model="other", params={"temperature": 1.0})),
    ]
    outcome = resolve(
        Options(prompt="Oh", params={"seed": 7}), PresetValues(params={"top_k": 3}), scopes, settings, 99, unmeasured
    )
    wanted = SampleRequest(
        model="other", prompt="Oh", params=SamplingParams(temperature=0.0, top_k=3, length=30, seed=7)
    )
    assert outcome.request == wanted
    assert outcome.origins["temperature"] == Origin(Source.CHANNEL, "poems")


def test_what_a_scope_holds_and_nobody_can_use_is_inherited(settings: Settings) -> None:
    broken = ScopeSettings(params={"temperature": float("nan"), "top_p": 0, "length": "long", "model": "x", "top_k": 3})
    outcome = resolve(
        Options(prompt="Oh"), None, [Scope(Origin(Source.CHANNEL, "poems"), broken)], settings, 99, unmeasured
    )
    assert outcome.request.model == "tiny"
    assert outcome.request.params == SamplingParams(temperature=0.8, length=100, seed=99, top_k=3)


def test_a_presets_opening_stands_before_the_prompt(settings: Settings) -> None:
    outcome = resolve(Options(prompt="Oh"), PresetValues(opening="ROMEO:\n"), [], settings, 99, unmeasured)
    assert outcome.request.prompt == "ROMEO:\nOh"


def with_overrides(settings: Settings, overrides: ModelOverrides) -> Settings:
    return changed(settings, models={"overrides": {"other": overrides}})


def test_a_models_own_defaults_hold_for_that_model_alone(settings: Settings) -> None:
    own = with_overrides(settings, ModelOverrides(temperature=0.1, length=11))
    other = resolve(Options(prompt="Oh", model="other"), None, [], own, 99, unmeasured)
    assert (other.request.params.temperature, other.request.params.length) == (0.1, 11)
    assert other.origins["length"] == Origin(Source.MODEL, "other")
    assert resolve(Options(prompt="Oh"), None, [], own, 99, unmeasured).request.params.length == 100


@pytest.mark.parametrize("setting", ["temperature", "length"])
def test_what_a_user_asks_for_above_a_models_limit_is_refused(settings: Settings, setting: str) -> None:
    low = with_overrides(settings, ModelOverrides(max_temperature=0.5, max_length=5))
    limit = 0.5 if setting == "temperature" else 5
    for options, preset in (
        (Options(prompt="Oh", model="other", params={setting: limit * 2}), None),
        (Options(prompt="Oh", model="other", preset="x"), PresetValues(params={setting: limit * 2})),
    ):
        with pytest.raises(OverLimit) as refused:
            resolve(options, preset, [], low, 99, unmeasured)
        assert (refused.value.model, refused.value.setting, refused.value.limit) == ("other", setting, limit)
    at_the_limit = resolve(Options(prompt="Oh", model="other", params={setting: limit}), None, [], low, 99, unmeasured)
    assert getattr(at_the_limit.request.params, setting) == limit


def test_what_nobody_asked_for_is_cut_to_the_limit(settings: Settings) -> None:
    low = with_overrides(settings, ModelOverrides(max_temperature=0.5, max_length=5))
    scope = Scope(Origin(Source.CHANNEL, "poems"), ScopeSettings(params={"temperature": 1.5}))
    outcome = resolve(Options(prompt="Oh", model="other"), None, [scope], low, 99, unmeasured)
    assert (outcome.request.params.temperature, outcome.request.params.length) == (0.5, 5)
    assert outcome.origins["temperature"] == outcome.origins["length"] == Origin(Source.LIMIT, "other")


def test_the_general_limit_holds_for_every_model(settings: Settings) -> None:
    tight = changed(settings, generation={"max_length": 50})
    with pytest.raises(OverLimit):
        resolve(Options(prompt="Oh", params={"length": 51}), None, [], tight, 99, unmeasured)
    assert resolve(Options(prompt="Oh"), None, [], tight, 99, unmeasured).request.params.length == 50


def switched(*said: bool | None) -> list[Scope]:
    return [
        Scope(Origin(source, "x"), ScopeSettings(enabled=enabled)) for source, enabled in zip(SCOPES, said, strict=True)
    ]


@pytest.mark.parametrize(
    ("said", "off_by"),
    [
        ((None, None, None, None), None),
        ((None, None, None, False), Source.SERVER),
        ((None, None, False, True), Source.CATEGORY),
        ((None, None, True, False), None),
        ((None, False, True, True), Source.CHANNEL),
        ((True, False, False, False), None),
        ((False, True, True, True), Source.THREAD),
    ],
)
def test_the_nearest_switch_decides(settings: Settings, said: tuple[bool | None, ...], off_by: Source | None) -> None:
    options = Options(prompt="Oh", model="tiny")
    if off_by is None:
        assert resolve(options, None, switched(*said), settings, 99, unmeasured)
        return
    with pytest.raises(ChannelOff) as refused:
        resolve(options, None, switched(*said), settings, 99, unmeasured)
    assert refused.value.origin.source is off_by


def test_a_model_that_is_gone_is_told_by_what_names_it(settings: Settings) -> None:
    scope = Scope(Origin(Source.CHANNEL, "poems"), ScopeSettings(model="gone"))
    outcome = resolve(Options(prompt="Oh"), None, [scope], settings, 99, unmeasured)
    with pytest.raises(ModelGone) as refused:
        check_model(outcome, ("other", "tiny"))
    assert refused.value == ModelGone("gone", Origin(Source.CHANNEL, "poems"), ("other", "tiny"))
    check_model(outcome, ("gone",))
    named = replace(outcome, origins={"model": Origin(Source.OPTION)})
    check_model(named, ("tiny",))  # the library refuses what the user typed, in words of its own
