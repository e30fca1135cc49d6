"""What is said of a place fits a message and acts on nothing, whatever names there are."""

from bot.config.settings import Settings, Voice
from bot.replies.channel import report
from bot.scopes.resolve import Rule, Scope, Source
from storage.channel_settings import ScopeSettings
from tests.bot.conftest import changed


def lines(settings: Settings, *scopes: Scope) -> list[str]:
    return report(scopes, settings, ("other", "tiny")).splitlines()


def test_a_models_own_defaults_and_limits_are_given_as_the_reason(settings: Settings) -> None:
    voice = Voice(temperature=0.4, max_length=50)
    said = lines(changed(settings, models={"voices": {"tiny": voice}}))
    assert said[1:4] == [
        "**model tiny** · the default",
        "**temperature 0.4** · default of tiny",
        "**50 characters** · the most that tiny may",
    ]


def test_names_act_on_nothing(settings: Settings) -> None:
    scope = Scope(Rule(Source.CATEGORY, "@everyone **x**"), ScopeSettings(params={"length": 5}))
    said = lines(settings, scope)
    assert said[3] == r"**5 characters** · set for the category \@everyone \*\*x\*\*"


def test_the_longest_report_fits_a_message(settings: Settings) -> None:
    long = ScopeSettings(model="m" * 100, enabled=False, params={"temperature": 0.123456789, "length": 4000})
    places = (Source.THREAD, Source.CHANNEL, Source.CATEGORY, Source.SERVER)
    scopes = [Scope(Rule(source, "*" * 100), long) for source in places]
    assert len(report(scopes, settings, tuple(f"{number:032}" for number in range(500)))) <= 2000
