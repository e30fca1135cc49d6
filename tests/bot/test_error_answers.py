"""Errors in commands, clicks and texts, and what the user is told."""

import asyncio
import logging
import re
import shutil
import sqlite3
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from functools import partial
from pathlib import Path

import pytest

from tempera.bot.replies.answer import WRITING
from tempera.bot.replies.markdown import literal
from tempera.storage.presets import ranked_presets
from tempera.storage.servers.channel_settings import ScopeSettings, settings_of
from tempera.storage.texts.history import Status
from tests.bot.conftest import Room, ended, written
from tests.fixtures_models import write_small
from tests.patience import until

pytestmark = pytest.mark.asyncio(loop_scope="module")

SECTIONS = {"queue": {"max_running": 1, "max_waiting": 1}}
SLOW = {"pace_characters_per_second": 50, "edit_interval_seconds": 0.2}


def database(room: Room) -> str:
    return room.bot.resources.settings.storage.url.removeprefix("sqlite:///")


def execute(room: Room, statement: str) -> None:
    """Change the database behind the bot's back."""
    with closing(sqlite3.connect(database(room))) as connection:
        connection.execute(statement)
        connection.commit()


@contextmanager
def without_generations(room: Room) -> Iterator[None]:
    """Rename the table away until the block ends."""
    execute(room, "ALTER TABLE generations RENAME TO away")
    try:
        yield
    finally:
        execute(room, "ALTER TABLE away RENAME TO generations")


@asynccontextmanager
async def locked(room: Room) -> AsyncIterator[None]:
    """Keep the bot from writing to its database until the block ends."""
    with closing(sqlite3.connect(database(room), isolation_level=None, check_same_thread=False)) as connection:
        # The bot, on this loop, may still be writing.
        await asyncio.to_thread(connection.execute, "BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


async def test_a_full_queue_refuses_at_once_and_says_when_to_try_again(room: Room) -> None:
    exchanges, answers = [], []
    with room.decoder_asleep():
        for _ in range(3):
            exchanges.append(await room.play(prompt="Oh", length=20))
            answers.append(await exchanges[-1].acknowledged())
    assert [(answer.kind, answer.ephemeral) for answer in answers] == [
        ("defer", False),
        ("defer", False),
        ("reply", True),
    ]
    refusal = (await exchanges[2].answered()).content
    told = re.fullmatch(r"The queue is full: 1 text waiting\. Try again <t:(\d+):R>\.", refusal)
    assert told
    assert 0 < int(told[1]) - time.time() < 60
    for exchange in exchanges[:2]:
        await exchange.shows(written)
    await (await room.play(prompt="Oh", length=5)).shows(written)


async def test_an_unexpected_error_is_found_in_the_log_by_its_reference(
    room: Room, caplog: pytest.LogCaptureFixture
) -> None:
    with without_generations(room):
        exchange = await room.play(prompt="Oh", length=4000)
        answer = await exchange.acknowledged()
        assert not room.bot.resources.engine._streams  # its queue position is free again
        assert (answer.kind, answer.ephemeral) == ("reply", True)
        content = (await exchange.answered()).content
    (reference,) = re.findall(r"Reference ([0-9a-f]{8}):", content)
    (record,) = [record for record in caplog.records if reference in record.getMessage()]
    assert record.levelno == logging.ERROR
    assert record.exc_info
    assert "no such table" in str(record.exc_info[1])
    assert "table" not in content


async def test_an_error_in_a_click_is_told_and_logged_like_one_in_a_command(
    room: Room, caplog: pytest.LogCaptureFixture
) -> None:
    message = await (await room.play(prompt="Oh", length=5)).shows(written)
    with without_generations(room):
        for label in ("Again", "Delete"):
            exchange = await room.sandbox.click(message, label)
            answer = await exchange.acknowledged()
            assert (answer.kind, answer.ephemeral) == ("reply", True)
            (reference,) = re.findall(r"Reference ([0-9a-f]{8}):", (await exchange.answered()).content)
            (record,) = [record for record in caplog.records if reference in record.getMessage()]
            assert record.exc_info
            assert "no such table" in str(record.exc_info[1])


async def test_a_text_that_cannot_be_stored_is_shown_whole_and_stored_later(
    room: Room, caplog: pytest.LogCaptureFixture
) -> None:
    with room.changed(generation=SLOW):
        exchange = await room.play(prompt="Oh")
        await exchange.shows(WRITING)
        with without_generations(room):
            message = await exchange.shows(written)
            await until(lambda: "Not stored yet, and kept in memory" in caplog.text)
    row = await room.row(await room.last_row(), ended)
    assert (row.status, literal(row.text) in message.content) == (Status.DONE, True)
    assert exchange.followups == []
    await (await room.sandbox.click(message, "Again")).shows(written)


@pytest.mark.parametrize("options", [{}, {"preset": "mine"}], ids=str)
async def test_a_database_that_stays_locked_refuses_in_time_and_stores_nothing(
    room: Room, options: dict[str, str]
) -> None:
    play = partial(room.sandbox.invoke, user=room.sandbox.bob)
    await (await play("preset save", name="mine", temperature=1.0)).answered()
    rows = await room.last_row()
    async with locked(room):
        exchange = await room.play(prompt="Oh", length=5, user=room.sandbox.bob, **options)
        answer = await exchange.acknowledged()
        assert (answer.kind, answer.ephemeral) == ("reply", True)
        assert "Nothing was saved; try again" in (await exchange.answered()).content
        assert not room.bot.resources.engine._streams  # its queue position is free again
    await (await play("generate", prompt="Oh", length=5)).shows(written)
    assert await room.last_row() == rows + 1


async def test_a_locked_database_refuses_settings_in_time_and_changes_none(room: Room) -> None:
    sandbox, bot_database = room.sandbox, room.bot.resources.database
    play = partial(sandbox.invoke, channel=sandbox.poems)
    for name in ("mine", "ours"):
        await (await play("preset save", name=name, temperature=1.0)).answered()
    await (await play("preset share", name="ours")).answered()
    await (await play("channel length", characters=5)).answered()
    modal = await (await play("preset edit", name="mine")).modal_opened()
    async with locked(room):
        exchanges = [
            await sandbox.submit_modal(modal, {"temperature": "0"}),
            await play("preset save", name="new", seed=1),
            await play("preset delete", name="mine"),
            await play("preset share", name="mine"),
            await play("preset unshare", name="ours"),
            await play("channel temperature", value=0.0),
            await play("channel reset", setting="length"),
            await play("channel reset"),
        ]
        for exchange in exchanges:
            answer = await exchange.acknowledged()
            assert (answer.kind, answer.ephemeral) == ("reply", True)
            assert "Nothing was saved; try again" in (await exchange.answered()).content
    alice, guild, channel = sandbox.alice.id, sandbox.guild.id, sandbox.poems.id
    own, shared = await ranked_presets(bot_database, alice, None), await ranked_presets(bot_database, None, guild)
    assert {preset.name: preset.params["temperature"] for preset in own} == {"mine": 1.0, "ours": 1.0}
    assert [preset.name for preset in shared] == ["ours"]
    assert await settings_of(bot_database, guild, [channel]) == {channel: ScopeSettings(params={"length": 5})}


async def test_a_database_locked_for_a_while_does_not_break_a_text_off(
    room: Room, caplog: pytest.LogCaptureFixture
) -> None:
    with room.changed(generation=SLOW):
        exchange = await room.play(prompt="Oh", length=400)
        await exchange.shows(WRITING)
        async with locked(room):
            await until(lambda: "Not stored yet" in caplog.text)
        await exchange.shows(written)
    row = await room.row(await room.last_row(), ended)
    assert (row.status, len(row.text)) == (Status.DONE, 400)


@contextmanager
def damaged_model(room: Room, checkpoints: Path) -> Iterator[str]:
    """Damage a model that was intact when the bot read it, until the block ends."""
    folder = write_small(checkpoints, "damaged")
    room.bot.resources.library.card("damaged")
    weights = folder / "weights.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100] + b"\xff" * 100)
    try:
        yield "damaged"
    finally:
        shutil.rmtree(folder)


async def test_an_error_before_the_first_character_takes_the_answer_back(room: Room, checkpoints: Path) -> None:
    with damaged_model(room, checkpoints) as model:
        with room.decoder_asleep():
            exchange = await room.play(prompt="oh", model=model)
            assert (await exchange.acknowledged()).kind == "defer"
        await exchange.gone()
        told = await exchange.followed_up()
        assert told.ephemeral
        assert "This model's files are damaged" in told.content
        row = await room.row(await room.last_row(), ended)
        assert (row.status, row.text) == (Status.FAILED, "")


async def test_an_error_at_once_is_the_first_response_and_private(room: Room, checkpoints: Path) -> None:
    with damaged_model(room, checkpoints) as model:
        await (await room.play(prompt="oh", length=5)).shows(written)  # the decoder is awake
        exchange = await room.play(prompt="oh", model=model)
        assert (await exchange.acknowledged()).ephemeral
        assert "This model's files are damaged" in (await exchange.answered()).content
        assert exchange.followups == []
