"""Where texts end: with a sentence or a line, whatever the chunks and neighbours, and after a decoder's death, too."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from tempera.models.decoder.networks.loading import load
from tempera.models.decoder.networks.model import DecodingModel
from tempera.models.decoder.texts.batch import Batch
from tempera.models.endings import ends, finished_length, longest, urgency
from tempera.models.engine.engine import Engine
from tempera.models.engine.request import SampleRequest
from tempera.models.errors import InvalidRequest
from tempera.models.evaluation.generation import generate
from tempera.models.library import Library
from tempera.models.sampling_params import SamplingParams

RELEASED = Library(Path(__file__).parents[2] / "models" / "checkpoints")
CLOSED = tuple(".!?…。！？\"'”’»」』)")
TEXTS = 48


def released(name: str) -> DecodingModel:
    return load(RELEASED.path(name), RELEASED.card(name).weights_sha256)


def request(model: str, language: int = 0, **params: object) -> SampleRequest:
    given = {"temperature": 0.7, "length": 200, "finish": "sentence", **params}
    return SampleRequest(model=model, prompt="\n", language=language, params=SamplingParams(**given))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("He came. She left! Why? Then", ["He came.", " She left!", " Why?"]),
        ("“Go!” he said. “Now.” And", ["“Go!” he said.", " “Now.”"]),
        ("1. Mr. Smith, Dr. No and J. S. Bach in 1714. Then", ["1. Mr. Smith, Dr. No and J. S. Bach in 1714."]),
        ("at 3.5 p.m. it ended… Well", ["at 3.5 p.m. it ended…"]),
        ("Où ? Là. «Bien!» Et", ["Où ?", " Là.", " «Bien!»"]),
        ("„Ja.“ Das", ["„Ja.“"]),
        ("猫である。名前は「まだ無い。」どこ", ["猫である。", "名前は「まだ無い。」"]),
        ("ROMEO:\nO speak again\n\nJULIET:\n", ["ROMEO:\nO speak again"]),
        ("a line \nanother", ["a line"]),
        ("He came.", []),
        ("no end here", []),
    ],
)
def test_sentences_and_lines_end_where_a_reader_sees_it(text: str, parts: list[str]) -> None:
    found = [0, *dict.fromkeys(ends(text))]
    assert [text[before:end] for before, end in pairwise(found)] == parts


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("x" * 95 + ". Yyyyyyyyy. Z", "x" * 95 + ". Yyyyyyyyy."),
        ("x" * 70 + ". Y" + "y" * 110, "x" * 70 + "."),
        ("x" * 60 + ". Y" + "y" * 110, "x" * 60 + ". Y" + "y" * 37),
        ("x" * 60 + ". Y" + "y" * 20 + " " + "y" * 90, "x" * 60 + ". Y" + "y" * 20),
    ],
    ids=["runs on", "goes back", "exactly", "at a word"],
)
def test_a_text_runs_on_or_goes_back_to_its_end(text: str, kept: str) -> None:
    end = finished_length(text, 100, may_run_on=False)
    assert text[:end] == kept
    runs_on = len(kept) > 100
    assert finished_length(text, 100, may_run_on=True) == (end if runs_on else None)


def test_a_text_may_run_on_by_a_fifth_and_is_urged_only_then() -> None:
    assert (longest(10), longest(400), longest(4000)) == (90, 480, 4800)
    assert [urgency(written, 400) for written in (0, 399, 419, 420, 479, 10**6)] == [0, 0, 0, 1, 4, 5]


@pytest.mark.parametrize("name", RELEASED.names())
@pytest.mark.parametrize("temperature", [0.3, 1.0])
def test_nine_of_ten_texts_end_with_a_sentence_or_a_line(name: str, temperature: float) -> None:
    model, card = released(name), RELEASED.card(name)
    requests = [
        request(name, number % len(card.languages), seed=number, length=400, temperature=temperature)
        for number in range(TEXTS)
    ]
    texts = generate(model, requests)
    after = [replace(each.after(text), language=each.language) for each, text in zip(requests, texts, strict=True)]
    further = generate(model, [each.with_params(length=2, finish="exact") for each in after])
    ended = [text.endswith(CLOSED) or "\n" in more for text, more in zip(texts, further, strict=True)]
    assert sum(ended) >= 0.9 * TEXTS
    assert {267 <= len(text) <= 480 for text in texts} == {True}


def word_end(text: str, start: int) -> int:
    """Return a place where a token of any vocabulary ends."""
    return next(place for place in range(start, len(text)) if text[place - 1].isalnum() and text[place].isspace())


def in_chunks(model: DecodingModel, requests: list[SampleRequest], steps: int) -> list[str]:
    """Return texts that begin one after another."""
    batch, texts, waiting = Batch(model), [""] * len(requests), list(enumerate(requests))
    while waiting or batch.rows:
        if waiting:
            batch.admit(*waiting.pop(0))
        for piece in batch.advance(steps):
            texts[piece.key] = piece.onto(texts[piece.key])
    return texts


some_models = pytest.mark.parametrize("name", ["essays", "multilingual", "shakespeare-words"])


@some_models
@pytest.mark.parametrize("steps", [1, 7, 16, 500])
def test_chunks_and_neighbours_change_no_text(name: str, steps: int) -> None:
    model = released(name)
    requests = [request(name, seed=seed, length=150 + seed, temperature=0.4) for seed in range(6)]
    assert in_chunks(model, requests, steps) == generate(model, requests)


@some_models
@pytest.mark.parametrize("cut", [1, 16, 41, 120])
def test_a_text_taken_up_again_ends_where_it_would_have_ended(name: str, cut: int) -> None:
    model, sample = released(name), request(name, length=150, temperature=0.4)
    (whole,) = generate(model, [sample])
    before = whole[: word_end(whole, cut)]
    (rest,) = generate(model, [replace(sample.resumed(before), language=0)])
    assert before + rest == whole


@pytest.mark.slow
async def test_what_is_taken_back_is_gone_from_the_stream() -> None:
    async with Engine(RELEASED) as engine:
        sample = request("essays", length=30, temperature=2.0, min_p=0.0, seed=3)
        async for _ in (stream := engine.stream(sample)):
            pass
    assert stream.text == generate(released("essays"), [sample])[0]


def test_a_request_for_a_text_that_is_whole_already_is_refused() -> None:
    sample = request("essays", length=10)
    assert replace(sample, prompt="x" * 200, first_draw=89, written=89)
    for written in (90, -1, 17.5):
        with pytest.raises(InvalidRequest):
            replace(sample, prompt="x" * 200, first_draw=100, written=written)  # type: ignore[arg-type]
