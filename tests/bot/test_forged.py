"""What no client of Discord sends: refused before it reaches the decoder, and nothing else suffers."""

import math
from typing import Any

import pytest

from tempera.bot.replies.markdown import literal
from tempera.storage.texts.history import Status
from tests.bot.conftest import Room, row_of, written

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize(
    "options",
    [
        *({"top_k": 1e308}, {"top_k": 2**70}, {"top_k": "5"}, {"top_p": 0}, {"top_p": -1.0}, {"length": -5}),
        *({"length": 0}, {"length": 10**9}, {"length": 4001}, {"seed": -1}, {"seed": 2**31}, {"temperature": -1}),
        *({"temperature": 2.5}, {"temperature": math.nan}, {"temperature": None}, {"min_p": 7}),
        *({"model": "../tiny"}, {"model": "/etc/passwd"}, {"model": "tiny\0"}, {"language": "../.."}),
        {"preset": "\0"},
    ],
    ids=str,
)
async def test_an_option_out_of_bounds_is_refused_before_anything_happens(room: Room, options: dict[str, Any]) -> None:
    before, pid = await room.last_row(), room.bot.resources.engine.decoder_pid
    exchange = await room.sandbox.forge_command("generate", prompt="Oh", **options)
    answer = await exchange.acknowledged()
    message = await exchange.answered()
    assert (answer.kind, answer.ephemeral) == ("reply", True)
    assert "Something went wrong" not in message.content
    assert await room.last_row() == before
    assert room.bot.resources.engine.decoder_pid == pid
    await (await room.play(prompt="Oh", length=5)).shows(written)


@pytest.mark.parametrize("prompt", ["ROMEO:\udfff", "\ud83dROMEO:", "RO\ud800\ud800MEO:"], ids=ascii)
async def test_half_a_character_is_left_out_like_any_unknown_one(room: Room, prompt: str) -> None:
    running = await room.play(prompt="Oh", length=4000)
    exchange = await room.sandbox.forge_command("generate", prompt=prompt, length=30, seed=4)
    message = await exchange.shows(written)
    row = await row_of(room, message)
    plain = await row_of(room, await (await room.play(prompt="ROMEO:", length=30, seed=4)).shows(written))
    assert (row.status, row.text) == (Status.DONE, plain.text)
    assert literal(row.text) in message.content
    assert "-# Not in this model's alphabet: \ufffd removed\n" in message.content
    await (await room.sandbox.click(message, "Continue")).shows(written)
    await running.shows(written)
    assert room.sandbox.gateway.identified == 1, "nobody's connection suffered"


async def test_half_a_character_in_a_name_harms_nothing(room: Room) -> None:
    saved = await room.sandbox.forge_command("preset save", name="calm\ud800", temperature=0.4)
    assert "Something went wrong" not in (await saved.answered()).content
    assert room.sandbox.gateway.identified == 1
