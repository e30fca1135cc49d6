"""Texts that are released slowly, so that their answers grow in sight."""

import logging
from itertools import pairwise

import pytest

from bot.replies import WRITING
from bot.settings import Settings
from sandbox.server import running_sandbox
from sandbox.world import Timing
from storage.history import Status
from tests.bot.conftest import Room, bot_in, changed, ended, written

pytestmark = pytest.mark.asyncio(loop_scope="module")

PACE, INTERVAL = 50, 0.25
SECTIONS = {"generation": {"pace_characters_per_second": PACE, "edit_interval_seconds": INTERVAL}}
TIMING = Timing(rate_limit_seconds=0)  # texts grow faster here than Discord would let them


async def test_a_slow_text_grows_in_place(room: Room) -> None:
    run = await room.play(prompt="romeo", length=75, model="other", seed=1)
    message = await run.shows(written)
    contents = [shown.content for shown in message.history]
    bodies = [content.rsplit("\n-# ", 1)[0] for content in contents]
    assert all(WRITING in content for content in contents[:-1])
    assert all(later.startswith(earlier) for earlier, later in pairwise(bodies))
    assert len(contents) >= 3
    assert len(set(contents)) == len(contents)


async def test_a_text_that_is_ready_in_half_a_second_appears_whole(room: Room) -> None:
    run = await room.play(prompt="romeo", length=15)
    message = await run.shows(written)
    assert len(message.history) == 1


async def test_edits_keep_their_distance_and_the_pace_its_speed(room: Room) -> None:
    run = await room.play(prompt="ROMEO:", length=75)
    message = await run.shows(written)
    times = [shown.at_seconds for shown in message.history]
    started = run.interaction.created_seconds
    assert times[0] - started >= 0.5
    assert all(later - earlier >= INTERVAL for earlier, later in pairwise(times[:-1]))
    assert 1.4 <= times[-1] - started <= 4.0


async def test_the_text_so_far_is_kept_while_it_grows(room: Room) -> None:
    run = await room.play(prompt="ROMEO:", length=60)
    await run.answered()
    number = await room.last_row()
    growing = await room.row(number, lambda row: row.text)
    assert growing.status is Status.RUNNING
    assert 10 <= len(growing.text) < 60
    await run.shows(written)
    whole = await room.row(number, ended)
    assert whole.text.startswith(growing.text)
    assert (whole.status, len(whole.text)) == (Status.DONE, 60)


async def test_a_message_that_was_deleted_meanwhile_harms_nothing(room: Room) -> None:
    run = await room.play(prompt="ROMEO:", length=60)
    message = await run.answered()
    message.deleted = True
    edits = len(message.history)
    row = await room.row(await room.last_row(), ended)
    assert (row.status, len(row.text)) == (Status.DONE, 60)
    assert len(message.history) == edits
    assert not run.followups


async def test_an_edit_that_would_change_nothing_is_not_made(settings: Settings) -> None:
    slow = {"generation": {"pace_characters_per_second": 3, "edit_interval_seconds": 0.2}}
    async with running_sandbox(timing=TIMING) as sandbox, bot_in(sandbox, changed(settings, **slow)):
        run = await sandbox.play("generate", prompt="Oh", length=5)
        contents = [shown.content for shown in (await run.shows(written)).history]
    assert len(set(contents)) == len(contents)
    assert len(contents) >= 3


async def test_an_answer_whose_time_at_discord_is_over_is_still_kept(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    async with (
        running_sandbox(timing=Timing(token_lifetime_seconds=0.7, rate_limit_seconds=0)) as sandbox,
        bot_in(sandbox, changed(settings, **SECTIONS)) as bot,
    ):
        run = await sandbox.play("generate", prompt="ROMEO:", length=60)
        await run.answered()
        row = await Room(sandbox, bot).row(1, ended)
        assert (row.status, len(row.text)) == (Status.DONE, 60)
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
