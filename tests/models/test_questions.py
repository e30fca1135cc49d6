"""Questions to the decoder: the odds of the next token, the surprise of a text, the language of a prompt."""

import asyncio
import os
import signal
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tempera.models.decoder.networks.loading import load
from tempera.models.decoder.texts.questions import MAX_READ_TOKENS, answer, odds, surprises
from tempera.models.engine.engine import Engine
from tempera.models.engine.request import SampleRequest
from tempera.models.errors import DecoderFailed, InvalidRequest
from tempera.models.evaluation.generation import generate
from tempera.models.library import Library
from tempera.models.sampling_params import SamplingParams

RELEASED = Library(Path(__file__).parents[2] / "models" / "checkpoints")
MODELS = {name: load(RELEASED.path(name), RELEASED.card(name).weights_sha256) for name in ("essays", "multilingual")}
ESSAY = SampleRequest(model="essays", prompt="of the Republi", params=SamplingParams(length=1), language=0)


def test_the_odds_are_those_of_which_the_next_character_is_drawn() -> None:
    found = odds(MODELS["essays"], ESSAY, 5, [0.5, 1.0])
    draws = 2000
    drawn = generate(MODELS["essays"], [ESSAY.with_params(temperature=1.0, seed=seed) for seed in range(draws)])
    assert found["tokens"][0] == "c"
    for token, probability in zip(found["tokens"], found["probabilities"][1], strict=True):
        assert abs(drawn.count(token) / draws - probability) < 0.05
    assert found["probabilities"][0][0] > found["probabilities"][1][0]


def test_at_zero_the_likeliest_has_all_and_top_bounds_what_is_told() -> None:
    found = odds(MODELS["essays"], ESSAY, 3, [0.0, 2.0])
    assert found["probabilities"][0] == [1.0, 0.0, 0.0]
    everything = odds(MODELS["essays"], ESSAY, 100, [2.0])
    assert sum(everything["probabilities"][0]) == pytest.approx(1)
    assert len(everything["tokens"]) == len(RELEASED.card("essays").vocabulary)


def test_what_may_not_follow_has_no_odds() -> None:
    whole = odds(MODELS["essays"], replace(ESSAY, prompt="a cat"), 100, [1.0])
    assert not [token for token in whole["tokens"] if token.isalnum()]
    assert sum(whole["probabilities"][0]) == pytest.approx(1)
    english = replace(ESSAY, model="multilingual", prompt="the ki")
    assert set(odds(MODELS["multilingual"], english, 100, [1.0])["tokens"]) <= set(
        RELEASED.card("multilingual").alphabets["en"]
    )


def test_surprises_are_the_log_probabilities_of_a_texts_pieces() -> None:
    found = surprises(MODELS["essays"], ESSAY, "c.")
    assert "".join(piece for piece, _ in found) == "c."
    first = odds(MODELS["essays"], ESSAY, 1, [1.0])["probabilities"][0][0]
    assert np.exp(-found[0][1]) == pytest.approx(first, rel=1e-3)
    long = "word " * 200
    assert len(surprises(MODELS["essays"], ESSAY, long)) == len(long)
    usual, strange = (sum(nats for _, nats in surprises(MODELS["essays"], ESSAY, text)) for text in ("c of", "cqzxk"))
    assert strange > usual + 10


def test_words_have_one_surprise_each() -> None:
    model = load(RELEASED.path("shakespeare-words"), RELEASED.card("shakespeare-words").weights_sha256)
    request = replace(ESSAY, model="shakespeare-words", prompt="My good")
    assert [piece for piece, _ in surprises(model, request, " lord, how now?")] == [" lord", ",", " how", " now", "?"]


def test_only_the_end_of_a_long_prompt_is_read() -> None:
    long = replace(ESSAY, prompt="x" * 50_000 + "\n" + "of the Republi" * (MAX_READ_TOKENS // 11 + 1))
    assert odds(MODELS["essays"], long, 1, [1.0])["tokens"]


@pytest.mark.parametrize(
    "question",
    [
        *({}, {"top": 0, "temperatures": [1.0]}, {"top": 10**9, "temperatures": [1.0]}, {"text": "x" * 10_000}),
        *(
            {"top": 5, "temperatures": ["hot"]},
            {"top": 5, "temperatures": [-1.0]},
            {"top": 5, "temperatures": [1.0] * 99},
        ),
    ],
    ids=str,
)
def test_what_is_no_question_is_refused(question: dict[str, object]) -> None:
    with pytest.raises(InvalidRequest):
        answer(MODELS["essays"], ESSAY, question)


@pytest.mark.slow
async def test_the_engine_answers_while_texts_are_written() -> None:
    async with Engine(RELEASED) as engine:
        stream = engine.stream(ESSAY.with_params(length=3000))
        found, nats = await asyncio.gather(
            engine.odds(ESSAY, 2, [1.0]),
            engine.language_nats(replace(ESSAY, model="multilingual", prompt="Il était une fois", language=None)),
        )
        assert found.tokens[0] == "c"
        assert int(np.argmax(nats)) == RELEASED.card("multilingual").languages.index("fr")
        assert [piece for piece, _ in await engine.surprises(ESSAY, "c.")] == ["c", "."]
        assert len("".join([piece async for piece in stream])) == 3000


@pytest.mark.slow
async def test_a_question_that_cannot_be_answered_fails_alone() -> None:
    async with Engine(RELEASED) as engine:
        with pytest.raises(DecoderFailed):
            await engine.odds(ESSAY, 10**6, [1.0])
        assert (await engine.odds(ESSAY, 1, [1.0])).tokens


@pytest.mark.slow
async def test_a_question_of_which_the_decoder_dies_fails_and_the_next_is_answered() -> None:
    async with Engine(RELEASED) as engine:
        pid = engine.decoder_pid
        assert pid
        os.kill(pid, signal.SIGSTOP)
        asked = asyncio.create_task(engine.odds(ESSAY, 1, [1.0]))
        await asyncio.sleep(0.05)
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(DecoderFailed):
            await asked
        assert (await engine.odds(ESSAY, 1, [1.0])).tokens
