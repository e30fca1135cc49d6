"""Limits per user and per server, and what a user who reaches one is told."""

import asyncio
import re
import time
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tempera.bot.replies.answer import Ending
from tempera.sandbox.client.exchange import Exchange
from tempera.storage.tables import UsageRow
from tempera.storage.texts.history import Status
from tests.bot.conftest import Room, ended, written

pytestmark = pytest.mark.asyncio(loop_scope="module")

SECTIONS = {"queue": {"max_running": 1, "max_waiting": 10}}
WAITING = "waiting, number"


async def let_seconds_pass(room: Room, seconds: float) -> None:
    """Move everyone's last text back by this many seconds."""

    def work(session: Session) -> None:
        for usage in session.scalars(select(UsageRow)):
            usage.last_started_at -= timedelta(seconds=seconds)

    await room.bot.resources.database.write(work)


async def refusal(exchange: Exchange) -> tuple[str, float]:
    """Return a private refusal, and in how many seconds the user may try again."""
    answer = await exchange.acknowledged()
    assert (answer.kind, answer.ephemeral) == ("reply", True)
    content = (await exchange.answered()).content
    (unix_seconds,) = re.findall(r"Try again <t:(\d+):R>\.", content)
    return content, int(unix_seconds) - time.time()


async def test_a_person_who_comes_back_too_soon_is_told_when_to(room: Room) -> None:
    await let_seconds_pass(room, 100)
    with room.changed(fairness={"cooldown_seconds": 100.0}):
        message = await (await room.play(prompt="Oh", length=5)).shows(written)
        number = await room.last_row()
        for early in (await room.play(prompt="Oh", length=5), await room.sandbox.click(message, "Again")):
            said, wait_seconds = await refusal(early)
            assert said.startswith("You're on cooldown.")
            assert 0 < wait_seconds <= 101
        assert await room.last_row() == number
        assert not room.bot.resources.engine._streams
        await (await room.play(prompt="Oh", length=5, user=room.sandbox.bob)).shows(written)
        await let_seconds_pass(room, 100)
        await (await room.sandbox.click(message, "Again")).shows(written)


async def test_one_person_runs_so_many_texts_at_once_and_no_more(room: Room) -> None:
    with room.changed(fairness={"max_running_per_user": 2}):
        with room.decoder_asleep():
            exchanges = [await room.play(prompt="Oh", length=5) for _ in range(2)]
            assert [(await exchange.acknowledged()).kind for exchange in exchanges] == ["defer", "defer"]
            said, wait_seconds = await refusal(await room.play(prompt="Oh", length=5))
            assert said.startswith("You already have 2 texts in progress")
            assert 0 < wait_seconds < 60
            last = await room.last_row()
            exchanges.append(await room.play(prompt="Oh", length=5, user=room.sandbox.bob))
            assert (await exchanges[-1].acknowledged()).kind == "defer"
        for exchange in exchanges:
            await exchange.shows(written)
        for number in (last - 1, last):
            await room.row(number, ended)
        await (await room.play(prompt="Oh", length=5)).shows(written)


async def test_one_server_does_not_fill_the_queue_for_the_others(room: Room) -> None:
    bob, lobby = room.sandbox.bob, room.sandbox.lobby
    with room.changed(fairness={"max_waiting_per_guild": 2}):
        with room.decoder_asleep():
            exchanges = [await room.play(prompt="Oh") for _ in range(3)]
            assert [(await exchange.acknowledged()).kind for exchange in exchanges] == ["defer"] * 3
            said, wait_seconds = await refusal(await room.play(prompt="Oh", user=bob))
            assert said.startswith("This server already has 2 texts waiting.")
            assert 0 < wait_seconds < 60
            elsewhere = await room.play(prompt="Oh", user=bob, channel=lobby)
            assert (await elsewhere.acknowledged()).kind == "defer"
        for exchange in (*exchanges, elsewhere):
            await exchange.shows(written)
        assert not room.bot.resources.engine._streams


async def test_who_waits_sees_their_queue_position_when_it_changes_and_can_cancel(room: Room) -> None:
    with room.changed(generation={"edit_interval_seconds": 0.2, "whole_answer_seconds": 0.1}):
        last = await room.last_row()
        with room.decoder_asleep():
            exchanges = []
            for number in range(4):
                exchanges.append(await room.play(prompt="Oh", seed=number))
                await exchanges[-1].acknowledged()
            for position, exchange in enumerate(exchanges[1:], start=1):
                await exchange.shows(f"{WAITING} {position} in the queue")
            messages = [exchange.message for exchange in exchanges]
            assert messages[1]
            assert messages[3]
            assert [button.label for button in messages[3].buttons] == ["Stop"]
            await asyncio.sleep(0.7)  # some edits' time in which nothing changes
            await (await room.sandbox.click(messages[1], "Stop")).shows(Ending.STOPPED)
            cancelled = await room.row(last + 2, ended)
            assert (cancelled.status, cancelled.text) == (Status.CANCELLED, "")
            await exchanges[2].shows(f"{WAITING} 1 in")
            await exchanges[3].shows(f"{WAITING} 2 in")
        for exchange in (exchanges[0], exchanges[2], exchanges[3]):
            await exchange.shows(written)
        positions = [shown.content for shown in messages[3].history if WAITING in shown.content]
        assert [content.split(f"{WAITING} ")[1][0] for content in positions][:2] == ["3", "2"]
        assert len(set(positions)) == len(positions)


async def test_one_persons_limits_are_not_anothers(room: Room) -> None:
    await let_seconds_pass(room, 60)
    with room.changed(fairness={"cooldown_seconds": 60.0, "max_running_per_user": 1}):
        both = (room.sandbox.alice, room.sandbox.bob)
        exchanges = [await room.play(prompt="Oh", seed=3, user=user) for user in both]
        texts = {(await exchange.shows(written)).content.rsplit("\n", 1)[0] for exchange in exchanges}
        assert len(texts) == 1
