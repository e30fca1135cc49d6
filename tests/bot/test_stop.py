"""Clicks while texts grow: stopping them, and the same click twice."""

import pytest

from tempera.bot.replies.answer import WRITING, Ending
from tempera.bot.replies.markdown import literal
from tempera.sandbox.client.exchange import Exchange
from tempera.sandbox.state.errors import NotClickable
from tempera.sandbox.state.permissions import Permission
from tempera.sandbox.state.world import Timing
from tempera.storage.texts.history import Status
from tests.bot.conftest import FINAL, Room, ended, labels, written

pytestmark = pytest.mark.asyncio(loop_scope="module")

SECTIONS = {"generation": {"pace_characters_per_second": 50, "edit_interval_seconds": 0.2, "whole_answer_seconds": 0.2}}
UNPACED = {"pace_characters_per_second": 0}
TIMING = Timing(rate_limit_seconds=0)  # texts grow faster here than Discord would let them


async def refusal(exchange: Exchange) -> str:
    answer = await exchange.acknowledged()
    assert (answer.kind, answer.ephemeral) == ("reply", True)
    return (await exchange.answered()).content


@pytest.mark.parametrize("private", [False, True])
async def test_its_owner_may_stop_a_text(room: Room, private: bool) -> None:
    message = await (await room.play(prompt="Oh", length=2000, private=private)).shows(WRITING)
    assert labels(message) == ["Stop"]
    await room.last_row_with_text()
    click = await room.sandbox.click(message, "Stop")
    assert (await click.acknowledged()).kind == "defer_update"
    await click.shows(Ending.STOPPED)
    row = await room.row(await room.last_row(), ended)
    assert row.status is Status.CANCELLED
    assert 0 < len(row.text) < 2000
    assert message.content.startswith(f"**Oh**{literal(row.text)}\n-# {Ending.STOPPED}\n-# tiny")
    assert labels(message) == FINAL
    with pytest.raises(NotClickable):
        await room.sandbox.click(message, "Stop")


async def test_a_stopped_text_can_be_continued_where_it_stopped(room: Room) -> None:
    message = await (await room.play(prompt="Oh", length=600, seed=5)).shows(WRITING)
    await room.last_row_with_text()
    await (await room.sandbox.click(message, "Stop")).shows(Ending.STOPPED)
    stopped = await room.row(await room.last_row(), ended)
    with room.changed(generation=UNPACED):
        await (await room.sandbox.click(message, "Continue")).shows(written)
        continued = await room.row(await room.last_row(), ended)
        await (await room.play(prompt="Oh", length=600, seed=5)).shows(written)
        whole = await room.row(await room.last_row(), ended)
    assert 0 < len(stopped.text) < 600
    assert (stopped.text + continued.text)[:600] == whole.text


async def test_others_may_not_stop_a_text_unless_they_may_manage_messages(room: Room) -> None:
    sandbox = room.sandbox
    message = await (await room.play(prompt="Oh", length=500, user=sandbox.alice)).shows(WRITING)
    said = await refusal(await sandbox.click(message, "Stop", user=sandbox.bob))
    assert said.startswith("Only the person who requested this text")
    row = await room.row(await room.last_row())
    assert row.status is Status.RUNNING
    sandbox.allow(sandbox.bob, Permission.MANAGE_MESSAGES, channel=sandbox.general)
    await (await sandbox.click(message, "Stop", user=sandbox.bob)).shows(Ending.STOPPED)


async def test_the_same_click_is_refused_while_its_answer_runs(room: Room) -> None:
    sandbox = room.sandbox
    message = await (await room.play(prompt="Oh", length=1)).shows(written)
    row = await room.row(await room.last_row(), ended)
    first = await sandbox.forge_click(message, f"continue:{row.id}")
    long = await (await room.play(prompt="Oh", length=20)).shows(written)
    await first.shows(written)
    with room.decoder_asleep():
        running = await sandbox.click(long, "Again")
        await running.shows(WRITING)
        assert "already clicked this" in await refusal(await sandbox.click(long, "Again"))
        hotter = await sandbox.click(long, "Hotter")
        bobs = await sandbox.click(long, "Again", user=sandbox.bob)
        assert [(await exchange.acknowledged()).kind for exchange in (hotter, bobs)] == ["defer", "defer"]
    for exchange in (running, hotter, bobs):
        await exchange.shows(written)
    again = await sandbox.click(long, "Again")
    assert (await again.acknowledged()).kind == "defer"
    await again.shows(written)


@pytest.mark.parametrize("action", ["delete", "again", "continue"])
async def test_a_text_that_is_still_being_written_can_only_be_stopped(room: Room, action: str) -> None:
    message = await (await room.play(prompt="Oh", length=500)).shows(WRITING)
    number = await room.last_row()
    (buttons,) = message.components
    buttons["components"].append(buttons["components"][0] | {"id": 99, "label": "x", "custom_id": f"{action}:{number}"})
    assert "still being written" in await refusal(await room.sandbox.click(message, "x"))
    assert not message.deleted
    await (await room.sandbox.click(message, f"stop:{number}")).shows(Ending.STOPPED)


async def test_a_message_that_its_token_no_longer_reaches_is_ended_through_the_channel(room: Room) -> None:
    with room.decoder_asleep():
        exchange = await room.play(prompt="Oh", length=5)
        await exchange.shows(WRITING)
        room.sandbox.expire_tokens()
    message = await exchange.shows(written)
    assert labels(message) == FINAL


async def test_a_message_that_nothing_reached_any_longer_is_settled_by_a_click(room: Room) -> None:
    with room.decoder_asleep():
        exchange = await room.play(prompt="Oh", length=5, private=True)
        message = await exchange.shows(WRITING)
        room.sandbox.expire_tokens()
    row = await room.row(await room.last_row(), ended)
    assert labels(message) == ["Stop"]
    assert WRITING in message.content
    await (await room.sandbox.click(message, "Stop")).shows(lambda message: labels(message) == FINAL)
    assert message.content.startswith(f"**Oh**{literal(row.text)}\n-# tiny")
    assert Ending.STOPPED not in message.content


async def test_a_click_brings_a_running_text_back_into_reach(room: Room) -> None:
    exchange = await room.play(prompt="Oh", length=2000, private=True)
    message = await exchange.shows(WRITING)
    room.sandbox.expire_tokens()
    await room.row(await room.last_row(), lambda row: len(row.text) > 50)
    assert WRITING in message.content
    await (await room.sandbox.click(message, "Stop")).shows(Ending.STOPPED)
    row = await room.row(await room.last_row(), ended)
    assert row.status is Status.CANCELLED
    assert literal(row.text) in message.content
