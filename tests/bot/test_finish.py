"""Answers end with a sentence: what is shown is what is stored, and Continue goes on from it."""

from typing import Any

import pytest

from tempera.bot.answers.clicks.next_request import request_of
from tempera.bot.replies.markdown import literal
from tempera.models.decoder.networks.loading import load
from tempera.models.engine.request import SampleRequest
from tempera.models.evaluation.generation import generate
from tempera.models.formats.card import read_card
from tempera.models.sampling_params import SamplingParams
from tempera.storage.texts.history import Generation
from tests.bot.conftest import Room, ended, written

pytestmark = pytest.mark.asyncio(loop_scope="module")

SENTENCES = {"default_finish": "sentence"}


def drawn_again(room: Room, row: Generation) -> str:
    folder = room.bot.resources.library.path(row.model)
    model = load(folder, read_card(folder).weights_sha256)
    return generate(model, [request_of(row)])[0]


def written_by(room: Room, model: str, **params: Any) -> str:
    request = SampleRequest(model=model, prompt="romeo", params=SamplingParams(finish="sentence", **params))
    folder = room.bot.resources.library.path(model)
    return generate(load(folder, read_card(folder).weights_sha256), [request])[0]


@pytest.mark.parametrize("pace", [0, 150])
@pytest.mark.parametrize("back", [False, True], ids=["runs on", "goes back"])
async def test_the_text_that_ends_well_is_shown_and_stored(room: Room, pace: int, back: bool) -> None:
    """With few letters to choose from, some texts of this network have no line's end, and go back to a word's."""
    params = {"length": 60, "temperature": 2.0, "top_k": 2 if back else 0}
    seed = next(seed for seed in range(500) if (len(written_by(room, "other", seed=seed, **params)) < 60) is back)
    with room.changed(generation={**SENTENCES, "pace_characters_per_second": pace}):
        message = await (await room.play(prompt="romeo", model="other", seed=seed, **params)).shows(written)
    row = await room.row(await room.last_row(), ended)
    assert row.params["finish"] == "sentence"
    assert row.text == drawn_again(room, row)
    assert (len(row.text) < 60) is back
    assert message.content.startswith(f"**romeo**{literal(row.text)}\n-# ")


async def test_continue_goes_on_from_what_is_shown(room: Room) -> None:
    with room.changed(generation=SENTENCES):
        message = await (await room.play(prompt="ROMEO:", length=60, seed=5)).shows(written)
        first = await room.row(await room.last_row(), ended)
        await (await room.sandbox.click(message, "Continue")).shows(written)
    second = await room.row(await room.last_row(), ended)
    assert second.prompt == first.prompt + first.text
    assert second.first_draw == len(first.text)
    assert second.text == drawn_again(room, second)


async def test_an_option_asks_for_the_exact_length(room: Room) -> None:
    with room.changed(generation=SENTENCES):
        await (await room.play(prompt="ROMEO:", length=77, finish="exact")).shows(written)
    assert len((await room.row(await room.last_row(), ended)).text) == 77


async def test_a_channel_sets_it(room: Room) -> None:
    await (await room.sandbox.invoke("channel finish", value="sentence")).answered()
    await (await room.play(prompt="ROMEO:", length=77, seed=2)).shows(written)
    row = await room.row(await room.last_row(), ended)
    await (await room.sandbox.invoke("channel reset", setting="finish")).answered()
    assert row.params["finish"] == "sentence"
