"""Answers while Discord fails, refuses or is slow; each text is shown, or its user told why not."""

import asyncio
import logging
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import closing

import pytest
import pytest_asyncio

from tempera.bot.replies.answer import WRITING, Ending
from tempera.bot.replies.markdown import literal
from tempera.sandbox.client.exchange import Exchange
from tempera.sandbox.rest.faults import Fault
from tempera.sandbox.rest.paths import CALLBACK, WEBHOOK_MESSAGE
from tempera.sandbox.state.world import Timing
from tempera.storage.texts.history import Status
from tempera.storage.texts.unsaved import PATIENCE_SECONDS
from tests.bot.conftest import FINAL, Room, ended, labels, written
from tests.patience import until

pytestmark = pytest.mark.asyncio(loop_scope="module")

TIMING = Timing(rate_limit_seconds=0)
RESPOND, EDIT, DELETE = f"POST {CALLBACK}", f"PATCH {WEBHOOK_MESSAGE}", f"DELETE {WEBHOOK_MESSAGE}"
SLOW = {"pace_characters_per_second": 100, "edit_interval_seconds": 0.2, "whole_answer_seconds": 0.2}
BLOCKED = Fault(status=400, code=200000, message="Message was blocked by automatic moderation")
ARCHIVED = Fault(status=400, code=50083, message="Thread is archived")
NO_ACCESS = Fault(status=403, code=50001, message="Missing Access")


def calls_since(room: Room, count: int) -> list[str]:
    return room.sandbox.calls[count:]


def tracebacks(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    return [record for record in caplog.records if record.exc_info]


async def idle(room: Room) -> None:
    """Wait until the bot does nothing any more."""
    await until(lambda: not room.bot.resources.tasks._answers)


@pytest_asyncio.fixture(autouse=True, loop_scope="module")
async def _no_faults_left(room: Room) -> AsyncIterator[None]:
    yield
    room.sandbox.clear_faults()
    room.sandbox.blocked_words.clear()
    for task in list(room.bot.resources.tasks._answers):  # what still waits out a rate limit
        task.cancel()
    await idle(room)


async def slow_answer(room: Room, **options: object) -> Exchange:
    """Begin a text that is deferred first, and shown in several edits."""
    with room.changed(generation=SLOW):
        exchange = await room.play(prompt="Oh", **options)
        await exchange.acknowledged()
    return exchange


async def edit_is_rate_limited(room: Room) -> None:
    """Wait until an edit has to wait 20 seconds."""
    count = len(room.sandbox.calls)
    room.sandbox.inject(EDIT, Fault(status=429, retry_after_seconds=20.0))
    await until(lambda: EDIT in calls_since(room, count))


async def test_a_text_that_is_ready_at_once_is_the_first_response_itself(room: Room) -> None:
    count = len(room.sandbox.calls)
    exchange = await room.play(prompt="Oh", length=20)
    assert (await exchange.acknowledged()).kind == "reply"
    message = await exchange.shows(written)
    await idle(room)
    assert calls_since(room, count) == [RESPOND]
    assert (labels(message), len(message.history)) == (FINAL, 1)
    row = await room.row(await room.last_row(), ended)
    assert (row.status, len(row.text)) == (Status.DONE, 20)
    shown = await room.bot.resources.texts.find(row.id)
    assert shown is not None
    assert shown.message_id == message.id


async def test_a_text_is_stored_before_it_is_shown_whole_unless_the_database_is_held(room: Room) -> None:
    """So that not even a kill right after it loses any of it."""
    texts = room.bot.resources.texts
    exchange = await slow_answer(room, length=60)
    await exchange.shows(WRITING)
    number = await room.last_row()
    with closing(
        sqlite3.connect(room.bot.resources.database.path, isolation_level=None, check_same_thread=False)
    ) as other:
        await asyncio.to_thread(other.execute, "BEGIN IMMEDIATE")
        await until(lambda: "status" in texts._unsaved(number))
        ended_at = time.monotonic()
        message = await exchange.shows(written)
        other.execute("ROLLBACK")
    assert message.history[-1].at_seconds - ended_at > PATIENCE_SECONDS / 2
    assert (await room.row(number, ended)).status is Status.DONE


async def test_a_private_text_that_is_ready_at_once_takes_one_request_too(room: Room) -> None:
    count = len(room.sandbox.calls)
    await (await room.play(prompt="Oh", length=20, private=True)).shows(written)
    await idle(room)
    assert calls_since(room, count) == [RESPOND]


@pytest.mark.parametrize("code", [40060, 10062])
async def test_an_interaction_that_is_not_this_bots_any_more_is_left_alone(
    room: Room, caplog: pytest.LogCaptureFixture, code: int
) -> None:
    before, count = await room.last_row(), len(room.sandbox.calls)
    room.sandbox.inject(RESPOND, Fault(status=400 if code == 40060 else 404, code=code))
    with room.changed(generation=SLOW):
        await room.play(prompt="Oh", length=50)
        await until(lambda: RESPOND in calls_since(room, count))
        await idle(room)
    assert calls_since(room, count) == [RESPOND]
    assert not room.bot.resources.engine._streams
    assert await room.last_row() == before
    assert not tracebacks(caplog)
    (warning,) = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert ("another bot runs with the same token" in warning.getMessage()) is (code == 40060)


@pytest.mark.parametrize(
    "fault", [Fault(status=502, applied=True), Fault(resets=True, applied=True)], ids=["502", "cut"]
)
@pytest.mark.parametrize("slow", [False, True])
async def test_a_response_that_discord_carried_out_all_the_same_shows_its_text_once(
    room: Room, caplog: pytest.LogCaptureFixture, fault: Fault, slow: bool
) -> None:
    room.sandbox.inject(RESPOND, fault)
    exchange = await slow_answer(room, length=50) if slow else await room.play(prompt="Oh", length=50)
    message = await exchange.shows(written)
    await idle(room)
    row = await room.row(await room.last_row(), ended)
    assert (row.status, len(row.text)) == (Status.DONE, 50)
    assert message.content.startswith(f"**Oh**{literal(row.text)}\n")
    assert (labels(message), exchange.followups) == (FINAL, [])
    assert not tracebacks(caplog)
    await (await room.sandbox.click(message, "Continue")).shows(written)


async def test_a_response_whose_connection_was_cut_before_discord_got_it_is_sent_again(room: Room) -> None:
    room.sandbox.inject(RESPOND, Fault(resets=True))
    message = await (await room.play(prompt="Oh", length=20)).shows(written)
    assert labels(message) == FINAL


@pytest.mark.parametrize(
    ("fault", "times"),
    [
        (Fault(resets=True), 2),
        (Fault(status=503), 3),
        (Fault(status=429, retry_after_seconds=0.2), 7),
        (Fault(status=429, html="<html>"), 2),
        (Fault(status=403, html="<!DOCTYPE html>"), 2),
    ],
    ids=["cut", "503", "429", "Cloudflare", "proxy"],
)
async def test_the_last_edit_is_repeated_until_discord_takes_it(
    room: Room, caplog: pytest.LogCaptureFixture, fault: Fault, times: int
) -> None:
    exchange = await slow_answer(room, length=50)
    await exchange.shows(WRITING)
    room.sandbox.inject(EDIT, fault, times=times)
    message = await exchange.shows(written, timeout_seconds=60)
    row = await room.row(await room.last_row(), ended)
    assert (row.status, literal(row.text) in message.content) == (Status.DONE, True)
    assert not tracebacks(caplog)
    assert exchange.followups == []


async def test_what_automod_blocks_is_said_and_its_text_kept(room: Room, caplog: pytest.LogCaptureFixture) -> None:
    exchange = await slow_answer(room, length=60)
    room.sandbox.inject(EDIT, BLOCKED)
    message = await exchange.shows("This server's AutoMod blocked the text.")
    await idle(room)
    row = await room.row(await room.last_row(), ended)
    assert literal(row.text[:10]) not in message.content
    assert (labels(message), message.attachments, len(row.text) > 0) == (FINAL, [], True)
    assert not tracebacks(caplog)
    await (await room.sandbox.click(message, "Continue")).shows(written)
    continued = await room.row(await room.last_row(), ended)
    assert (continued.parent_id, continued.prompt) == (row.id, f"Oh{row.text}")


async def test_what_automod_blocks_at_once_is_said_to_its_user_alone(room: Room) -> None:
    room.sandbox.inject(RESPOND, BLOCKED)
    exchange = await room.play(prompt="Oh", length=20)
    answer = await exchange.acknowledged()
    message = await exchange.answered()
    assert (answer.kind, message.ephemeral, labels(message)) == ("reply", True, FINAL)
    assert "AutoMod blocked the text" in message.content
    row = await room.row(await room.last_row(), ended)
    assert (row.status, len(row.text)) == (Status.DONE, 20)


@pytest.mark.parametrize(
    ("fault", "reason"),
    [(ARCHIVED, "This thread is archived"), (NO_ACCESS, "no longer allowed to write in this channel")],
    ids=["archived", "no access"],
)
async def test_a_message_that_can_no_longer_be_edited_sends_its_text_privately(
    room: Room, caplog: pytest.LogCaptureFixture, fault: Fault, reason: str
) -> None:
    exchange = await slow_answer(room, length=60)
    await exchange.shows(WRITING)
    room.sandbox.inject(EDIT, fault, times=20)
    told = await exchange.followed_up()
    room.sandbox.clear_faults()
    assert (told.ephemeral, reason in told.content) == (True, True)
    row = await room.row(await room.last_row(), ended)
    (file,) = told.attachments
    assert file.data.decode() == f"Oh{row.text}"
    assert not tracebacks(caplog)
    assert exchange.message is not None
    await (await room.sandbox.click(exchange.message, "Stop")).shows(lambda message: labels(message) == FINAL)


async def test_an_answer_that_was_never_shown_does_not_think_for_ever(room: Room) -> None:
    exchange = await slow_answer(room, length=30)
    room.sandbox.inject(EDIT, NO_ACCESS, times=20)
    told = await exchange.followed_up()
    room.sandbox.clear_faults()
    assert told.ephemeral
    assert exchange.message is not None
    assert exchange.message.deleted


async def test_stop_is_shown_at_once_while_an_edit_waits_out_a_rate_limit(room: Room) -> None:
    exchange = await slow_answer(room, length=2000)
    message = await exchange.shows(WRITING)
    await edit_is_rate_limited(room)
    clicked_at = time.monotonic()
    await (await room.sandbox.click(message, "Stop")).shows(Ending.STOPPED)
    assert time.monotonic() - clicked_at < 10
    row = await room.row(await room.last_row(), ended)
    assert (row.status, literal(row.text) in message.content) == (Status.CANCELLED, True)


async def test_the_row_grows_while_an_edit_waits_out_a_rate_limit(room: Room) -> None:
    exchange = await slow_answer(room, length=2000)
    message = await exchange.shows(WRITING)
    await edit_is_rate_limited(room)
    stored = len((await room.row(await room.last_row())).text)
    await room.row(await room.last_row(), lambda row: len(row.text) > stored + 50)
    await (await room.sandbox.click(message, "Stop")).shows(Ending.STOPPED)


async def test_stop_is_shown_at_once_while_the_last_edit_waits_out_a_rate_limit(room: Room) -> None:
    exchange = await slow_answer(room, length=60)
    message = await exchange.shows(WRITING)
    room.sandbox.inject(EDIT, Fault(status=429, retry_after_seconds=20.0))
    row = await room.row(await room.last_row(), ended)
    clicked_at = time.monotonic()
    await (await room.sandbox.click(message, "Stop")).shows(written)
    assert time.monotonic() - clicked_at < 10
    assert literal(row.text) in message.content


async def test_a_text_whose_message_is_gone_ends_and_frees_its_place(
    room: Room, caplog: pytest.LogCaptureFixture
) -> None:
    exchange = await slow_answer(room, length=4000)
    await exchange.shows(WRITING)
    room.sandbox.inject(EDIT, Fault(status=404, code=10008, message="Unknown Message"))
    await until(lambda: not room.bot.resources.engine._streams)
    await idle(room)
    row = await room.row(await room.last_row(), ended)
    assert (row.status, len(row.text) < 4000) == (Status.CANCELLED, True)
    assert (exchange.followups, tracebacks(caplog)) == ([], [])


async def test_a_text_that_waits_for_its_last_edit_holds_no_place(room: Room) -> None:
    exchange = await slow_answer(room, length=60)
    await exchange.shows(WRITING)
    room.sandbox.inject(EDIT, Fault(status=429, retry_after_seconds=20.0), times=3)
    await room.row(await room.last_row(), ended)
    await until(lambda: not room.bot.resources.limits._active)
    assert room.bot.resources.tasks._answers
    room.sandbox.clear_faults()


async def test_a_command_that_discord_refuses_is_told_in_plain_words(
    room: Room, caplog: pytest.LogCaptureFixture
) -> None:
    room.sandbox.inject(RESPOND, NO_ACCESS)
    exchange = await room.sandbox.invoke("settings")
    message = await exchange.answered()
    assert (message.ephemeral, "isn't allowed to do that in this channel" in message.content) == (True, True)
    assert not tracebacks(caplog)


async def test_a_private_word_that_gets_lost_is_one_line_in_the_log(
    room: Room, caplog: pytest.LogCaptureFixture
) -> None:
    room.sandbox.inject(RESPOND, Fault(status=403, html="<html>" + "x" * 5000), times=2)
    await room.sandbox.invoke("settings")
    await until(lambda: "could not be told" in caplog.text)
    room.sandbox.clear_faults()
    assert not tracebacks(caplog)
    assert "<html>" not in caplog.text


async def test_a_deletion_that_fails_on_the_way_is_repeated(room: Room) -> None:
    message = await (await room.play(prompt="Oh", length=20)).shows(written)
    room.sandbox.inject(DELETE, Fault(resets=True), times=2)
    await (await room.sandbox.click(message, "Delete")).gone()
