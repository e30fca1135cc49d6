"""Texts that are released slowly, so that their answers visibly grow."""

import logging
from itertools import pairwise

import pytest

from tempera.bot.replies.answer import WRITING
from tempera.sandbox.state.world import Timing
from tempera.storage.texts.history import Status
from tests.bot.conftest import Room, ended, written

pytestmark = pytest.mark.asyncio(loop_scope="module")

PACE, INTERVAL = 50, 0.25
SECTIONS = {"generation": {"pace_characters_per_second": PACE, "edit_interval_seconds": INTERVAL}}
TIMING = Timing(rate_limit_seconds=0)  # texts grow faster here than Discord would let them


async def test_a_slow_text_grows_in_place(room: Room) -> None:
    exchange = await room.play(prompt="romeo", length=75, model="other", seed=1)
    message = await exchange.shows(written)
    contents = [shown.content for shown in message.history]
    bodies = [content.rsplit("\n-# ", 1)[0] for content in contents]
    assert all(WRITING in content for content in contents[:-1])
    assert all(later.startswith(earlier) for earlier, later in pairwise(bodies))
    assert len(contents) >= 3
    assert len(set(contents)) == len(contents)


async def test_a_text_that_is_ready_in_time_appears_whole(room: Room) -> None:
    with room.changed(generation={"whole_answer_seconds": 10.0}):
        exchange = await room.play(prompt="romeo", length=15)
        message = await exchange.shows(written)
    assert len(message.history) == 1


async def test_edits_keep_their_distance_and_the_pace_its_speed(room: Room) -> None:
    exchange = await room.play(prompt="ROMEO:", length=75)
    message = await exchange.shows(written)
    times = [shown.at_seconds for shown in message.history]
    started = exchange.interaction.created_seconds
    assert times[0] - started >= 0.5
    assert all(later - earlier >= INTERVAL for earlier, later in pairwise(times[:-1]))
    assert 1.4 <= times[-1] - started <= 20


async def test_the_text_so_far_is_stored_while_it_grows(room: Room) -> None:
    message = await (await room.play(prompt="ROMEO:", length=2000)).answered()
    growing = await room.last_row_with_text()
    assert growing.status is Status.RUNNING
    assert 0 < len(growing.text) < 2000
    await (await room.sandbox.click(message, "Stop")).shows(written)
    whole = await room.row(growing.id, ended)
    assert whole.text.startswith(growing.text)


async def test_a_text_whose_message_was_deleted_meanwhile_ends(room: Room) -> None:
    exchange = await room.play(prompt="ROMEO:", length=2000)
    message = await exchange.answered()
    message.deleted = True
    edits = len(message.history)
    row = await room.row(await room.last_row(), ended)
    assert (row.status, len(row.text) < 2000) == (Status.CANCELLED, True)
    assert len(message.history) == edits
    assert not exchange.followups


async def test_an_edit_that_would_change_nothing_is_not_made(room: Room) -> None:
    with room.changed(generation={"pace_characters_per_second": 3, "edit_interval_seconds": 0.2}):
        exchange = await room.play(prompt="Oh", length=5)
        contents = [shown.content for shown in (await exchange.shows(written)).history]
    assert len(set(contents)) == len(contents)
    assert len(contents) >= 3


async def test_an_answer_whose_time_at_discord_is_over_is_still_stored(
    room: Room, caplog: pytest.LogCaptureFixture
) -> None:
    with room.decoder_asleep():
        await (await room.play(prompt="ROMEO:", length=5, private=True)).answered()
        room.sandbox.expire_tokens()
    row = await room.row(await room.last_row(), ended)
    assert (row.status, len(row.text)) == (Status.DONE, 5)
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
