from bot.resolve import Options, resolve
from bot.settings import Settings
from models.engine.request import SampleRequest


def test_what_the_user_leaves_out_comes_from_the_settings(settings: Settings) -> None:
    generation = settings.generation.model_copy(update={"default_temperature": 0.3, "default_length": 12})
    changed = settings.model_copy(update={"generation": generation})
    request = resolve(Options(prompt="Oh"), changed, drawn_seed=99)
    assert request == SampleRequest(model="tiny", prompt="Oh", temperature=0.3, length=12, seed=99)


def test_an_option_wins_even_when_it_is_zero(settings: Settings) -> None:
    options = Options(prompt="Oh", temperature=0.0, model="other", length=5, seed=0, top_k=3, top_p=0.5)
    request = resolve(options, settings, drawn_seed=99)
    assert request == SampleRequest(model="other", prompt="Oh", temperature=0.0, top_k=3, top_p=0.5, length=5, seed=0)
