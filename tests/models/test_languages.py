"""The language that a text begins in stays its own: through the engine, in a crowd, over a kill."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from tempera.models.engine.engine import Engine
from tempera.models.engine.request import SampleRequest
from tempera.models.engine.stream import TextStream
from tempera.models.library import Library
from tempera.models.sampling_params import SamplingParams
from tests.fixtures_models import write_small
from tests.fixtures_polyglot import OWN, write_polyglot

EN, FR, JA = range(3)
REQUEST = SampleRequest(model="polyglot", prompt="a", params=SamplingParams(temperature=1.0, length=200, seed=7))


@pytest.fixture(scope="module")
async def engine(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Engine]:
    folder = tmp_path_factory.mktemp("polyglot")
    write_polyglot(folder)
    write_small(folder, "tiny")
    async with Engine(Library(folder)) as engine:
        yield engine


async def written(stream: TextStream) -> str:
    async with asyncio.timeout(60):
        return "".join([piece async for piece in stream])


def letters(text: str) -> set[str]:
    """Return the languages whose own letters stand in a text."""
    return {language for language, own in OWN.items() if set(own) & set(text)}


@pytest.mark.parametrize(
    ("prompt", "chosen", "likely", "language"),
    [
        ("a", None, EN, "en"),
        ("a", None, JA, "ja"),
        ("éa", None, JA, "fr"),
        ("éa", JA, EN, "ja"),
    ],
)
async def test_a_text_begins_in_the_chosen_the_recognised_or_the_likely_language(
    engine: Engine, prompt: str, chosen: int | None, likely: int, language: str
) -> None:
    request = replace(REQUEST, prompt=prompt, language=chosen, likely_language=likely)
    stream = engine.stream(request)
    assert stream.language == (language if chosen is not None else None)
    assert letters(await written(stream)) == {language}
    assert stream.language == language


async def test_the_only_language_of_a_model_goes_without_saying(engine: Engine) -> None:
    stream = engine.stream(replace(REQUEST, model="tiny"))
    await written(stream)
    assert stream.language is None
    named = engine.stream(replace(REQUEST, model="tiny", language=0))
    assert await written(named) == stream.text
    assert named.language is None


async def test_a_recognised_language_gives_the_text_that_the_same_chosen_one_gives(engine: Engine) -> None:
    result = replace(REQUEST, prompt="éa", likely_language=JA)
    chosen = replace(result, language=FR)
    assert await written(engine.stream(result)) == await written(engine.stream(chosen))


async def test_languages_and_texts_are_the_same_alone_and_in_a_crowd(engine: Engine) -> None:
    requests = [
        replace(REQUEST, prompt=prompt, likely_language=likely).with_params(seed=seed)
        for seed, (prompt, likely) in enumerate([("a", EN), ("a", FR), ("éa", EN), ("夜", FR), ("q", EN), ("qq", EN)])
    ]
    alone = []
    for request in requests:
        stream = engine.stream(request)
        alone.append((await written(stream), stream.language))
    together = [engine.stream(request) for request in requests]
    texts = await asyncio.gather(*map(written, together))
    assert list(zip(texts, [stream.language for stream in together], strict=True)) == alone
    assert [language for _, language in alone] == ["en", "fr", "fr", "ja", "en", "fr"]


@pytest.mark.slow
async def test_a_killed_decoder_goes_on_in_the_language_that_the_text_began_in(engine: Engine) -> None:
    request = replace(REQUEST, prompt="é" * 300, language=JA).with_params(length=4000, temperature=2.0)
    whole = await written(engine.stream(request))
    stream = engine.stream(request)
    begun = await anext(stream)
    assert stream.language_index == JA
    assert engine.decoder_pid
    os.kill(engine.decoder_pid, signal.SIGKILL)
    assert begun + await written(stream) == whole


async def test_a_recognised_language_is_not_recognised_anew_from_the_text_so_far(engine: Engine) -> None:
    stream = engine.stream(replace(REQUEST, likely_language=FR).with_params(length=4000))
    assert stream.language_index is None
    await anext(stream)
    assert stream.language_index == FR
    await stream.aclose()
