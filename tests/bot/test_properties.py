"""Whatever anyone types or forges: an answer in time, nothing unforeseen, nobody else touched."""

import asyncio
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tempera.bot.replies.reply import fits
from tempera.sandbox.client.exchange import Exchange
from tempera.storage.texts.history import Status
from tests.bot.conftest import Room, ended, written

pytestmark = pytest.mark.asyncio(loop_scope="module")

SECTIONS = {"generation": {"default_length": 5}}
some = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
ANY_TEXT = st.text(st.characters(), max_size=200)  # half surrogate pairs, too
NUMBERS = st.one_of(st.integers(), st.floats(), st.sampled_from([0, 1, 2**31, 2**64, -1, 1e308, 1e-308]))
FORGED_IDS = st.from_regex(r"(stop|again|delete|continue):-?\d{1,40}", fullmatch=True)
OPTIONS = st.fixed_dictionaries(
    {"prompt": st.one_of(ANY_TEXT, st.just("Oh"))},
    optional={
        **dict.fromkeys(("temperature", "length", "seed", "top_k", "top_p", "min_p"), NUMBERS),
        **dict.fromkeys(("model", "preset", "language"), ANY_TEXT),
        "private": st.booleans(),
    },
)


async def answered(exchange: Exchange) -> str:
    """Return what the person reads first; raises WaitTimeout if there is nothing."""
    await exchange.acknowledged()
    message = await exchange.answered()
    assert "Something went wrong" not in message.content
    assert fits(message.content)
    assert message.pings == []
    return message.content


@some
@given(options=OPTIONS)
async def test_any_options_get_an_answer_and_end_nothing(room: Room, options: dict[str, Any]) -> None:
    pid = room.bot.resources.engine.decoder_pid
    exchange = await room.sandbox.forge_command("generate", **options)
    await answered(exchange)
    assert room.bot.resources.engine.decoder_pid == pid
    assert room.sandbox.gateway.identified == 1
    if exchange.message and "Stop" in [button.label for button in exchange.message.buttons]:
        await (await room.sandbox.click(exchange.message, "Stop")).acknowledged()


@some
@given(name=ANY_TEXT, temperature=NUMBERS)
async def test_any_preset_name_is_saved_or_refused(room: Room, name: str, temperature: float) -> None:
    await answered(await room.sandbox.forge_command("preset save", name=name, temperature=temperature))
    await answered(await room.sandbox.forge_command("preset use", name=name, prompt="Oh"))


@some
@given(custom_id=st.one_of(ANY_TEXT.filter(bool), FORGED_IDS))
async def test_any_button_that_is_forged_is_refused(room: Room, custom_id: str) -> None:
    message = await (await room.play(prompt="Oh", length=5)).shows(written)
    last = await room.last_row()
    click = await room.sandbox.forge_click(message, custom_id[:100], user=room.sandbox.bob)
    assert (await click.acknowledged()).ephemeral
    await answered(click)
    await asyncio.sleep(0)
    assert await room.last_row() == last
    row = await room.row(last, ended)
    assert row.status is Status.DONE
    assert not message.deleted


@pytest.mark.parametrize("action", ["stop", "again", "hotter", "cooler", "continue", "delete"])
async def test_a_text_of_another_server_is_out_of_reach(room: Room, action: str) -> None:
    sandbox = room.sandbox
    theirs = await (await room.play(prompt="Oh", length=5)).shows(written)
    number = await room.last_row()
    ours = await (await room.play(prompt="Oh", length=5, channel=sandbox.lobby, user=sandbox.bob)).shows(written)
    last = await room.last_row()
    click = await sandbox.forge_click(ours, f"{action}:{number}", user=sandbox.bob)
    assert (await click.acknowledged()).ephemeral
    assert await room.last_row() == last
    assert not theirs.deleted
