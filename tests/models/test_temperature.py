"""What the dial does is measured as it is said, on the texts that the bot would give."""

import math
from pathlib import Path

import pytest
import torch

from tempera.models.engine.engine import Engine
from tempera.models.engine.request import SampleRequest
from tempera.models.evaluation.generation import generate
from tempera.models.evaluation.prompts import draw_prompts
from tempera.models.formats.card import Architecture, read_card
from tempera.models.formats.training_words import TrainingWords
from tempera.models.library import Library
from tempera.models.networks.checkpoint import load_checkpoint
from tempera.models.networks.decoding import as_decoding_model
from tempera.models.networks.rnn import CharRNN
from tempera.models.sampling_params import SamplingParams
from tempera.models.temperature_study.measure import (
    SWEEP_TEMPERATURES,
    mean_entropies,
    measure_text,
    run_sweep,
)
from tempera.models.temperature_study.next_token import TEMPERATURES, example_distribution
from tempera.models.temperature_study.temperature_sweep import TemperaturePoint, TemperatureSweep, check_hypotheses
from tempera.models.tokenizers.characters import Vocabulary
from tests.fixtures_models import write_small, write_small_words

TEXTS, LENGTH = 3, 400


@pytest.fixture(scope="module")
def tiny(checkpoints: Path) -> TemperatureSweep:
    return run_sweep(checkpoints / "tiny", TEXTS, LENGTH, seed=5)


def point(run_sweep: TemperatureSweep, temperature: float) -> TemperaturePoint:
    return next(one for one in run_sweep.points if one.temperature == temperature)


def test_every_temperature_has_its_texts_from_the_same_openings(tiny: TemperatureSweep) -> None:
    assert tuple(one.temperature for one in tiny.points) == SWEEP_TEMPERATURES
    for one in tiny.points:
        assert [metrics.prompt for metrics in one.texts] == [metrics.prompt for metrics in tiny.points[0].texts]
        assert {len(metrics.text) for metrics in one.texts} == {LENGTH}
    assert len({metrics.prompt for metrics in tiny.points[0].texts}) == TEXTS


@pytest.mark.slow
async def test_the_texts_are_those_the_bot_gives(checkpoints: Path, tiny: TemperatureSweep) -> None:
    async with Engine(Library(checkpoints)) as engine:
        for number, metrics in enumerate(point(tiny, 0.7).texts):
            start = SampleRequest(
                model="tiny", prompt="", params=SamplingParams(temperature=1.0, length=40, seed=5 + number)
            )
            opening = "".join([piece async for piece in engine.stream(start)])
            assert metrics.prompt == opening
            further = start.after(opening).with_params(length=LENGTH, temperature=0.7)
            assert metrics.text == "".join([piece async for piece in engine.stream(further)])


def test_the_entropy_is_that_of_the_distributions_drawn_from(checkpoints: Path) -> None:
    model, card = load_checkpoint(checkpoints / "tiny")
    requests = [
        SampleRequest(
            model="tiny",
            prompt=prompt,
            language=0,
            params=SamplingParams(temperature=temperature, length=length, seed=1),
        )
        for prompt, temperature, length in (("ROMEO:", 0.7, 30), ("O", 1.4, 50), ("Juliet", 0.0, 20))
    ]
    decoder = as_decoding_model(model, card.vocabulary)
    texts = generate(decoder, requests)
    measured = mean_entropies(model, decoder, requests, texts)
    expected = [
        step_by_step(
            model, card.vocabulary.encode(request.prompt), card.vocabulary.encode(text), request.params.temperature
        )
        for request, text in zip(requests[:2], texts, strict=False)
    ]
    assert measured == pytest.approx([*expected, 0], abs=1e-5)


def step_by_step(model: CharRNN, prompt: list[int], text: list[int], temperature: float) -> float:
    """Return the mean of -sum p ln p before each character of the text."""
    state = model.initial_state(torch.tensor([0]))
    for index in prompt[:-1]:
        _, state = model.step(torch.tensor([index]), state)
    total = 0.0
    for index in [prompt[-1], *text[:-1]]:
        logits, state = model.step(torch.tensor([index]), state)
        weights = [math.exp(value / temperature) for value in logits[0].tolist()]
        total -= sum(weight / sum(weights) * math.log(weight / sum(weights)) for weight in weights)
    return total / len(text)


def test_languages_take_turns(checkpoints: Path) -> None:
    card = read_card(checkpoints / "tiny").model_copy(update={"languages": ("en", "fr")})
    model = CharRNN(card.architecture, len(card.characters), languages=2).eval()
    requests = draw_prompts(as_decoding_model(model, card.vocabulary), card, 5, seed=0)
    assert [request.language for request in requests] == [0, 1, 0, 1, 0]
    assert [request.params.seed for request in requests] == [0, 1, 2, 3, 4]


def test_a_model_without_line_ends_opens_with_its_first_character(tmp_path: Path) -> None:
    found = run_sweep(write_small(tmp_path, "ab", "ab", scale=8.0), 1, 30, seed=0)
    assert set(found.points[0].texts[0].prompt) <= set("ab")


def test_a_model_of_words_is_studied_as_one(tmp_path: Path) -> None:
    found = run_sweep(write_small_words(tmp_path, "wordy", scale=4.0), 1, 60, seed=0)
    assert found.unit == "word"
    assert [hypothesis.text for hypothesis in check_hypotheses(found.points, found.unit)][
        1
    ] == "Distinct words per 1,000 increase with T"


def test_a_text_is_read_without_the_words_that_may_be_cut() -> None:
    seen = TrainingWords.of(["be", "or", "not", "question"])
    metrics = measure_text("T", "o be or not to be, question", 0.5, seen)
    assert metrics.unseen_fraction == 1 / 5  # of: be or not to be
    assert metrics.distinct_words == 800
    assert (metrics.loop_fraction, metrics.ends_in_loop) == (0, False)
    assert measure_text("T", "o be or not to be, question", 0.5, None).unseen_fraction is None
    assert measure_text("T", "...", 0.5, seen).unseen_fraction == 0


def test_a_small_network_does_what_temperature_should(tmp_path: Path) -> None:
    """Without a memory its text at temperature 0 is in a loop once a character comes again, whatever the rounding."""
    forgetful = write_small(tmp_path, "forgetful", scale=8.0, cell="rnn", recurrent_weight=0.0)
    tiny = run_sweep(forgetful, TEXTS, LENGTH, seed=5)
    loops, unseen, greedy = check_hypotheses(tiny.points)
    assert loops.holds
    assert greedy.holds
    assert f"{TEXTS} of {TEXTS} texts" in str(greedy)
    assert unseen.holds is None
    assert all(metrics.entropy == 0 for metrics in tiny.points[0].texts)
    entropies = [point(tiny, temperature).texts[0].entropy for temperature in (0.2, 0.5, 1.0, 2.0)]
    assert entropies == sorted(entropies)


def test_the_choice_shown_is_an_open_one_and_its_order_never_changes(tiny: TemperatureSweep) -> None:
    choice = tiny.distribution
    assert tuple(choice.probabilities) == TEMPERATURES
    whole = point(tiny, 1.0).texts[0]
    assert (whole.prompt + whole.text).startswith(choice.context)
    orders = [list(probabilities) for probabilities in choice.probabilities.values()]
    assert orders[0] == orders[1] == orders[2] == orders[3]
    for probabilities in choice.probabilities.values():
        shares = list(probabilities.values())
        assert shares == sorted(shares, reverse=True)
        assert sum(shares) == pytest.approx(1)
    favourite = [next(iter(probabilities.values())) for probabilities in choice.probabilities.values()]
    assert favourite == sorted(favourite, reverse=True)


def test_a_choice_as_open_as_five_equals_is_preferred() -> None:
    network = CharRNN(Architecture(cell="rnn", layers=1, hidden_size=8, embedding_size=8), 8).eval()
    logits_after = torch.diag(torch.full((8,), 20.0))  # column i: after character i its own again ...
    logits_after[:5, 4] = 20.0  # ... but after `e` one of five
    weights = {
        "embedding.weight": 20 * torch.eye(8),
        "layers.0.weight_ih": torch.eye(8),
        "layers.0.weight_hh": torch.zeros(8, 8),
        "output.weight": logits_after,
        "output.bias": torch.zeros(8),
    }
    network.load_state_dict(network.state_dict() | weights)
    request = SampleRequest(model="", prompt="a", language=0, params=SamplingParams(temperature=1.0, length=7, seed=0))
    assert (
        example_distribution(
            network, as_decoding_model(network, Vocabulary(tuple("abcdefgh"))), request, "bcdefgh"
        ).context
        == "abcde"
    )
