"""The request that each button makes, and the buttons that a text gets; no Discord."""

import re
from dataclasses import asdict, replace

import pytest

from tempera.bot.action import Action
from tempera.bot.answers.button_row import CUSTOM_ID, custom_id
from tempera.bot.answers.clicks.next_request import MAX_CONTINUED_CHARACTERS, next_request
from tempera.bot.exceptions import TooLongToContinue
from tempera.bot.replies.answer import AnswerView, Ending, ShownText, final_actions
from tempera.bot.replies.composers.comparison import By, Comparison
from tempera.bot.scopes.limits import Limits
from tempera.models.engine.request import SampleRequest
from tempera.models.sampling_params import SamplingParams
from tempera.models.tokenizers.characters import FittedText

BEFORE = SampleRequest(
    model="tiny",
    prompt="Oh",
    params=SamplingParams(temperature=0.8, top_k=5, top_p=0.9, length=100, seed=7, stop="END"),
)
FAR = Limits(2.0, 4000)


def after(action: Action, before: SampleRequest = BEFORE, text: str = " my", limits: Limits = FAR) -> SampleRequest:
    return next_request(action, before, text, 99, limits)


def flat(request: SampleRequest) -> dict[str, object]:
    content = asdict(request)
    params: dict[str, object] = content.pop("params")
    return content | params


@pytest.mark.parametrize(
    ("action", "changes"),
    [
        (Action.AGAIN, {"seed": 99}),
        (Action.HOTTER, {"temperature": 1.0}),
        (Action.COOLER, {"temperature": 0.6}),
        (Action.CONTINUE, {"prompt": "Oh my", "first_draw": 3}),
    ],
)
def test_a_button_changes_what_it_says_and_nothing_else(action: Action, changes: dict[str, object]) -> None:
    then, before = flat(after(action)), flat(BEFORE)
    assert {name: value for name, value in then.items() if value != before[name]} == changes


def test_a_continuation_counts_its_draws_from_the_very_first_character() -> None:
    further = after(Action.CONTINUE, after(Action.CONTINUE), " eyes")
    assert (further.prompt, further.first_draw, further.params.length) == ("Oh my eyes", 8, 100)


def test_a_text_goes_on_only_so_far() -> None:
    longest = "x" * (MAX_CONTINUED_CHARACTERS - len("Oh"))
    assert after(Action.CONTINUE, text=longest).prompt == f"Oh{longest}"
    with pytest.raises(TooLongToContinue):
        after(Action.CONTINUE, text=f"{longest}x")
    assert after(Action.AGAIN, text=f"{longest}x").prompt == "Oh"


@pytest.mark.parametrize(("temperature", "hotter", "cooler"), [(1.95, 2.0, 1.75), (0.1, 0.3, 0.0), (0.0, 0.2, 0.0)])
def test_temperatures_stay_in_bounds(temperature: float, hotter: float, cooler: float) -> None:
    before = SampleRequest(model="tiny", prompt="Oh", params=SamplingParams(temperature=temperature, length=1, seed=1))
    assert after(Action.HOTTER, before).params.temperature == hotter
    assert after(Action.COOLER, before).params.temperature == cooler


@pytest.mark.parametrize("hottest", [0.9, 0.5])
@pytest.mark.parametrize("action", [Action.AGAIN, Action.HOTTER, Action.COOLER, Action.CONTINUE])
def test_a_models_limits_hold_for_buttons_too(action: Action, hottest: float) -> None:
    request = after(action, limits=Limits(hottest, 50))
    assert request.params.length == 50
    assert request.params.temperature <= hottest


@pytest.mark.parametrize(
    ("temperature", "missing"), [(0.8, set()), (2.0, {Action.HOTTER}), (0.0, {Action.COOLER, Action.AGAIN})]
)
def test_a_text_at_an_end_of_the_range_has_no_button_beyond_it(temperature: float, missing: set[Action]) -> None:
    request = SampleRequest(model="tiny", prompt="Oh", params=SamplingParams(temperature=temperature, length=1, seed=1))
    view = AnswerView(request, FittedText("Oh", (), ()), "en-US", 2.0)
    assert set(Action) - {Action.STOP, Action.ESCAPE} - set(final_actions(view)) == missing
    assert Action.CONTINUE not in final_actions(replace(view, layout="lines"))


def test_nothing_goes_on_from_compared_records() -> None:
    request = SampleRequest(model="tiny", prompt="Oh", params=SamplingParams(length=1, seed=1))
    running = AnswerView(request, FittedText("Oh", (), ()), "en-US")
    views = [running, replace(running, layout="lines")]
    texts = [ShownText(view, "text", Ending.COMPLETE, number) for number, view in enumerate(views)]
    buttons = Comparison(By.TEMPERATURE).finished(texts).buttons
    assert [button.action for button in buttons] == [Action.CONTINUE, Action.DELETE]


@pytest.mark.parametrize("action", list(Action))
def test_an_id_says_action_and_text_and_nothing_else_does(action: Action) -> None:
    match = re.fullmatch(CUSTOM_ID, custom_id(action, 2**53))
    assert match
    assert (Action(match["action"]), int(match["generation_id"])) == (action, 2**53)
    for forged in (f"{action}:", f"{action}:-1", f"{action}:1:2", f"x{action}:1", f"{action}:{10**18}", "other:1"):
        assert not re.fullmatch(CUSTOM_ID, forged)
