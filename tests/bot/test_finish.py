"""Answers end with a sentence: what is shown is what is stored, and Continue goes on from it."""

import pytest

from tempera.bot.answers.next_request import request_of
from tempera.bot.replies.markdown import literal
from tempera.models.decoder.networks.loading import load
from tempera.models.evaluation.generation import generate
from tempera.models.formats.card import read_card
from tempera.storage.history import Generation
from tests.bot.conftest import Room, ended, written

pytestmark = pytest.mark.asyncio(loop_scope="module")

SENTENCES = {"default_finish": "sentence"}


def drawn_again(room: Room, row: Generation) -> str:
    folder = room.bot.resources.library.path(row.model)
    model = load(folder, read_card(folder).weights_sha256)
    return generate(model, [request_of(row)])[0]


@pytest.mark.parametrize("pace", [0, 150])
async def test_the_text_that_ends_well_is_shown_and_stored(room: Room, pace: int) -> None:
    """At T = 0 the text of this network never comes to an end: it is taken back to the last word's."""
    for temperature in (0.0, 0.9):
        with room.changed(generation={**SENTENCES, "pace_characters_per_second": pace}):
            exchange = await room.play(prompt="romeo", model="other", length=60, temperature=temperature, seed=4)
            message = await exchange.shows(written)
        row = await room.row(await room.last_row(), ended)
        assert row.params["finish"] == "sentence"
        assert row.text == drawn_again(room, row)
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
