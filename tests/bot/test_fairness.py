"""How much one person or one server may take up, and what those are told who come too early."""

import asyncio
import re
import time
from datetime import timedelta

from sqlalchemy import select

from bot.client import TemperaClient
from bot.replies import STOPPED
from sandbox.run import Run
from sandbox.server import Sandbox
from storage.history import Status
from storage.tables import UsageRow
from tests.bot.conftest import Room, RunBot, ended, written

WAITING = "waiting, place"


async def let_seconds_pass(bot: TemperaClient, seconds: float) -> None:
    """Put everyone's last text this much further back."""
    async with bot.resources.database.session.begin() as session:
        for usage in await session.scalars(select(UsageRow)):
            usage.last_started_at -= timedelta(seconds=seconds)


async def refusal(run: Run) -> tuple[str, float]:
    """Return what a refused person was told privately, and in how many seconds they may come back."""
    answer = await run.acknowledged()
    assert (answer.kind, answer.ephemeral) == ("reply", True)
    content = (await run.answered()).content
    (unix_seconds,) = re.findall(r"Try again <t:(\d+):R>\.", content)
    return content, int(unix_seconds) - time.time()


async def test_a_person_who_comes_back_too_soon_is_told_when_to(sandbox: Sandbox, run_bot: RunBot) -> None:
    async with run_bot(fairness={"cooldown_seconds": 100.0}) as bot:
        message = await (await sandbox.play("generate", prompt="Oh", length=5)).shows(written)
        for early in (await sandbox.play("generate", prompt="Oh", length=5), await sandbox.click(message, "Again")):
            said, wait_seconds = await refusal(early)
            assert said.startswith("After each text there is a pause.")
            assert 0 < wait_seconds <= 101
        assert await Room(sandbox, bot).last_row() == 1
        assert not bot.resources.engine._streams
        other = await sandbox.play("generate", prompt="Oh", length=5, user=sandbox.bob)
        await other.shows(written)
        await let_seconds_pass(bot, 100)
        await (await sandbox.click(message, "Again")).shows(written)


async def test_the_cooldown_outlives_a_restart(sandbox: Sandbox, run_bot: RunBot) -> None:
    async with run_bot(fairness={"cooldown_seconds": 600.0}):
        await (await sandbox.play("generate", prompt="Oh", length=5)).shows(written)
    async with run_bot(fairness={"cooldown_seconds": 600.0}):
        _, wait_seconds = await refusal(await sandbox.play("generate", prompt="Oh", length=5))
        assert 500 < wait_seconds < 602


async def test_one_person_runs_so_many_texts_at_once_and_no_more(sandbox: Sandbox, run_bot: RunBot) -> None:
    async with run_bot(fairness={"max_running_per_user": 2}) as bot:
        with Room(sandbox, bot).decoder_asleep():
            runs = [await sandbox.play("generate", prompt="Oh", length=5) for _ in range(2)]
            assert [(await run.acknowledged()).kind for run in runs] == ["defer", "defer"]
            said, wait_seconds = await refusal(await sandbox.play("generate", prompt="Oh", length=5))
            assert said.startswith("You have 2 texts on the way already")
            assert 0 < wait_seconds < 60
            runs.append(await sandbox.play("generate", prompt="Oh", length=5, user=sandbox.bob))
            assert (await runs[-1].acknowledged()).kind == "defer"
        for run in runs:
            await run.shows(written)
        for number in (1, 2):
            await Room(sandbox, bot).row(number, ended)
        await (await sandbox.play("generate", prompt="Oh", length=5)).shows(written)


async def test_one_server_does_not_fill_the_queue_for_the_others(sandbox: Sandbox, run_bot: RunBot) -> None:
    queue = {"max_running": 1, "max_waiting": 10}
    async with run_bot(queue=queue, fairness={"max_waiting_per_guild": 2}) as bot:
        with Room(sandbox, bot).decoder_asleep():
            runs = [await sandbox.play("generate", prompt="Oh") for _ in range(3)]
            assert [(await run.acknowledged()).kind for run in runs] == ["defer"] * 3
            said, wait_seconds = await refusal(await sandbox.play("generate", prompt="Oh", user=sandbox.bob))
            assert said.startswith("This server has 2 texts waiting already.")
            assert 0 < wait_seconds < 60
            elsewhere = await sandbox.play("generate", prompt="Oh", user=sandbox.bob, channel=sandbox.lobby)
            assert (await elsewhere.acknowledged()).kind == "defer"
        for run in (*runs, elsewhere):
            await run.shows(written)
        assert not bot.resources.engine._streams


async def test_who_waits_sees_their_place_when_it_changes_and_can_cancel(sandbox: Sandbox, run_bot: RunBot) -> None:
    show = {"edit_interval_seconds": 0.2, "whole_answer_seconds": 0.1}
    async with run_bot(queue={"max_running": 1, "max_waiting": 10}, generation=show) as bot:
        with Room(sandbox, bot).decoder_asleep():
            runs = []
            for number in range(4):
                runs.append(await sandbox.play("generate", prompt="Oh", seed=number))
                await runs[-1].acknowledged()
            for place, run in enumerate(runs[1:], start=1):
                await run.shows(f"{WAITING} {place} in the queue")
            messages = [run.message for run in runs]
            assert messages[1]
            assert messages[3]
            assert [button.label for button in messages[3].buttons] == ["Stop"]
            await asyncio.sleep(0.7)  # some edits' time in which nothing changes
            await (await sandbox.click(messages[1], "Stop")).shows(STOPPED)
            cancelled = await Room(sandbox, bot).row(2, ended)
            assert (cancelled.status, cancelled.text) == (Status.CANCELLED, "")
            await runs[2].shows(f"{WAITING} 1 in")
            await runs[3].shows(f"{WAITING} 2 in")
        for run in (runs[0], runs[2], runs[3]):
            await run.shows(written)
        places = [shown.content for shown in messages[3].history if WAITING in shown.content]
        assert [content.split(f"{WAITING} ")[1][0] for content in places][:2] == ["3", "2"]
        assert len(set(places)) == len(places)


async def test_two_people_are_answered_at_the_same_time(sandbox: Sandbox, run_bot: RunBot) -> None:
    async with run_bot(fairness={"cooldown_seconds": 60.0, "max_running_per_user": 1}):
        runs = [await sandbox.play("generate", prompt="Oh", seed=3, user=user) for user in (sandbox.alice, sandbox.bob)]
        texts = {(await run.shows(written)).content.rsplit("\n", 1)[0] for run in runs}
        assert len(texts) == 1
