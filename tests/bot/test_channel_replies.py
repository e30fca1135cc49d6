"""The report on a scope fits in a message, and names in it have no effect, whatever they are."""

from collections.abc import Sequence

from tempera.bot.config.settings import ModelOverrides, Settings
from tempera.bot.origin import Origin, Source
from tempera.bot.replies.channel import report
from tempera.bot.scopes.report import settings_view
from tempera.bot.scopes.resolve import Scope
from tempera.storage.servers.channel_settings import ScopeSettings
from tests.bot.conftest import changed


def lines(settings: Settings, *scopes: Scope) -> list[str]:
    return said(settings, scopes, ("other", "tiny")).splitlines()


def said(settings: Settings, scopes: Sequence[Scope], models: tuple[str, ...]) -> str:
    return report(settings_view(scopes, settings, models, lambda model: 0.7 if model == "tiny" else None), "en-US")


def test_a_models_own_defaults_and_limits_are_given_as_the_reason(settings: Settings) -> None:
    overrides = ModelOverrides(temperature=0.4, max_length=50)
    shown = lines(changed(settings, models={"overrides": {"tiny": overrides}}))
    assert shown[1:4] == [
        "**model tiny** · default",
        "**temperature 0.4** · default of tiny",
        "**50 characters** · limit of tiny",
    ]


def test_the_temperature_of_a_models_card_is_given_as_its_default(settings: Settings) -> None:
    assert lines(settings)[2] == "**temperature 0.7** · default of tiny"
    assert lines(changed(settings, generation={"default_temperature": 0.8}))[2] == "**temperature 0.8** · default"


def test_names_act_on_nothing(settings: Settings) -> None:
    scope = Scope(Origin(Source.CATEGORY, "@everyone **x**"), ScopeSettings(params={"length": 5}))
    shown = lines(settings, scope)
    assert shown[3] == r"**5 characters** · set for the category \@everyone \*\*x\*\*"


def test_the_longest_report_fits_a_message(settings: Settings) -> None:
    long = ScopeSettings(model="m" * 100, enabled=False, params={"temperature": 0.123456789, "length": 4000})
    sources = (Source.THREAD, Source.CHANNEL, Source.CATEGORY, Source.SERVER)
    scopes = [Scope(Origin(source, "*" * 100), long) for source in sources]
    assert len(said(settings, scopes, tuple(f"{number:032}" for number in range(500)))) <= 2000
