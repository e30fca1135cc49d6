"""What goes wrong while commands run, and what the user is told."""

import asyncio
import logging
import re
import shutil
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from discord import app_commands

from bot.actions import TooLongToContinue
from bot.clicks import FormGone, NotTheirs, StillWriting, TextGone
from bot.errors import worded
from bot.fairness import GuildQueueFull, TooManyRunning
from bot.presets import BadPresetValue
from bot.replies import WRITING
from bot.running_answers import ClickRunning, StorageBusy
from bot.settings import Settings
from models.errors import (
    BadCheckpoint,
    BadRecipe,
    DecoderFailed,
    DeviceMissing,
    EngineBusy,
    MissingExtra,
    ModelsError,
    NothingToScore,
    PromptEmpty,
    UnknownLanguage,
    UnknownModel,
    WorkerEnded,
)
from sandbox.server import Sandbox
from storage.channel_settings import ScopeSettings, settings_of
from storage.errors import CoolingDown, PresetLimitReached, PresetNameTaken, UnknownPreset
from storage.history import Status
from storage.presets import ranked_presets
from tests.bot.conftest import Room, RunBot, bot_in, changed, ended, written
from tests.patience import until


def execute(settings: Settings, statement: str) -> None:
    """Do something to the database behind the bot's back."""
    with closing(sqlite3.connect(settings.storage.url.removeprefix("sqlite:///"))) as connection:
        connection.execute(statement)
        connection.commit()


@asynccontextmanager
async def locked(settings: Settings) -> AsyncIterator[None]:
    """Keep the bot from writing to its database until the block ends."""
    path = settings.storage.url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as connection:
        # The bot, on this loop, may be writing yet.
        await asyncio.to_thread(connection.execute, "BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


async def test_a_full_queue_refuses_at_once_and_says_when_to_try_again(sandbox: Sandbox, run_bot: RunBot) -> None:
    async with run_bot(queue={"max_running": 1, "max_waiting": 1}) as bot:
        runs, answers = [], []
        with Room(sandbox, bot).decoder_asleep():
            for _ in range(3):
                runs.append(await sandbox.play("generate", prompt="Oh", length=20))
                answers.append(await runs[-1].acknowledged())
        assert [(answer.kind, answer.ephemeral) for answer in answers] == [
            ("defer", False),
            ("defer", False),
            ("reply", True),
        ]
        refusal = (await runs[2].answered()).content
        told = re.fullmatch(r"Too many texts at once: 1 waiting already\. Try again <t:(\d+):R>\.", refusal)
        assert told
        assert 0 < int(told[1]) - time.time() < 60
        for run in runs[:2]:
            await run.shows(written)
        await (await sandbox.play("generate", prompt="Oh", length=5)).shows(written)


async def test_a_fault_that_nobody_foresaw_is_found_in_the_log_by_its_reference(
    sandbox: Sandbox, run_bot: RunBot, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    async with run_bot() as bot:
        execute(settings, "DROP TABLE generations")
        run = await sandbox.play("generate", prompt="Oh", length=4000)
        answer = await run.acknowledged()
        assert not bot.resources.engine._streams  # its place is free again
        assert (answer.kind, answer.ephemeral) == ("reply", True)
        content = (await run.answered()).content
    (reference,) = re.findall(r"under ([0-9a-f]{8})\.", content)
    (record,) = [record for record in caplog.records if reference in record.getMessage()]
    assert record.levelno == logging.ERROR
    assert record.exc_info
    assert "no such table" in str(record.exc_info[1])
    assert "table" not in content


async def test_a_fault_in_a_click_is_told_and_logged_like_one_in_a_command(
    sandbox: Sandbox, run_bot: RunBot, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    async with run_bot():
        message = await (await sandbox.play("generate", prompt="Oh", length=5)).shows(written)
        execute(settings, "DROP TABLE generations")
        for label in ("Again", "Delete"):
            run = await sandbox.click(message, label)
            answer = await run.acknowledged()
            assert (answer.kind, answer.ephemeral) == ("reply", True)
            (reference,) = re.findall(r"under ([0-9a-f]{8})\.", (await run.answered()).content)
            (record,) = [record for record in caplog.records if reference in record.getMessage()]
            assert record.exc_info
            assert "no such table" in str(record.exc_info[1])


async def test_a_text_that_cannot_be_kept_is_shown_whole_and_its_user_told_privately(
    sandbox: Sandbox, run_bot: RunBot, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    async with run_bot(generation={"pace_characters_per_second": 50, "edit_interval_seconds": 0.2}):
        run = await sandbox.play("generate", prompt="Oh")
        await run.shows(WRITING)
        execute(settings, "DROP TABLE generations")
        message = await run.shows(written)
        assert len(message.content) > 100
        told = await run.followed_up()
        assert told.ephemeral
        assert "An admin finds it in the log" in told.content
    assert "The text so far was not kept" in caplog.text


@pytest.mark.parametrize("options", [{}, {"preset": "mine"}], ids=str)
async def test_a_database_that_stays_locked_refuses_in_time_and_keeps_nothing(
    sandbox: Sandbox, run_bot: RunBot, settings: Settings, options: dict[str, str]
) -> None:
    async with run_bot() as bot:
        room = Room(sandbox, bot)
        await (await sandbox.play("preset save", name="mine", temperature=1.0)).answered()
        async with locked(settings):
            run = await sandbox.play("generate", prompt="Oh", length=5, **options)
            answer = await run.acknowledged()
            assert (answer.kind, answer.ephemeral) == ("reply", True)
            assert "Nothing was written; try again" in (await run.answered()).content
            assert not bot.resources.engine._streams  # its place is free again
        await (await sandbox.play("generate", prompt="Oh", length=5)).shows(written)
        assert await room.last_row() == 1


async def test_a_locked_database_refuses_settings_in_time_and_changes_none(
    sandbox: Sandbox, run_bot: RunBot, settings: Settings
) -> None:
    async with run_bot() as bot:
        database = bot.resources.database
        for name in ("mine", "ours"):
            await (await sandbox.play("preset save", name=name, temperature=1.0)).answered()
        await (await sandbox.play("preset share", name="ours")).answered()
        await (await sandbox.play("channel length", characters=5)).answered()
        modal = await (await sandbox.play("preset edit", name="mine")).opened()
        async with locked(settings):
            runs = [
                await sandbox.submit(modal, {"temperature": "0"}),
                await sandbox.play("preset save", name="new", seed=1),
                await sandbox.play("preset delete", name="mine"),
                await sandbox.play("preset share", name="mine"),
                await sandbox.play("preset unshare", name="ours"),
                await sandbox.play("channel temperature", value=0.0),
                await sandbox.play("channel reset", setting="length"),
                await sandbox.play("channel reset"),
            ]
            for run in runs:
                answer = await run.acknowledged()
                assert (answer.kind, answer.ephemeral) == ("reply", True)
                assert "Nothing was written; try again" in (await run.answered()).content
        alice, guild = sandbox.alice.id, sandbox.guild.id
        own, shared = await ranked_presets(database, alice, None), await ranked_presets(database, None, guild)
        assert {preset.name: preset.temperature for preset in own} == {"mine": 1.0, "ours": 1.0}
        assert [preset.name for preset in shared] == ["ours"]
        kept = await settings_of(database, guild, [sandbox.general.id])
        assert kept == {sandbox.general.id: ScopeSettings(length=5)}


async def test_a_text_whose_message_could_not_be_kept_goes_on(
    sandbox: Sandbox, run_bot: RunBot, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    async with run_bot() as bot:
        fail = "BEGIN SELECT RAISE(FAIL, 'database is locked'); END"
        execute(settings, f"CREATE TRIGGER locked BEFORE INSERT ON answer_messages {fail}")
        run = await sandbox.play("generate", prompt="Oh", length=30)
        message = await run.shows(written)
        row = await Room(sandbox, bot).row(1, ended)
        assert (row.status, len(row.text)) == (Status.DONE, 30)
        await (await sandbox.click(message, "Again")).shows(written)
    assert "The message of text 1 was not kept" in caplog.text


async def test_a_database_locked_for_a_while_does_not_break_a_text_off(
    sandbox: Sandbox, run_bot: RunBot, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    async with run_bot(generation={"pace_characters_per_second": 50, "edit_interval_seconds": 0.2}) as bot:
        run = await sandbox.play("generate", prompt="Oh", length=400)
        await run.shows(WRITING)
        async with locked(settings):
            await until(lambda: "was not kept" in caplog.text)
        await run.shows(written)
        row = await Room(sandbox, bot).row(1, ended)
        assert (row.status, len(row.text)) == (Status.DONE, 400)


async def test_a_fault_before_the_first_character_takes_the_answer_back(
    sandbox: Sandbox, settings: Settings, checkpoints: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "models"
    shutil.copytree(checkpoints, folder)
    async with bot_in(sandbox, changed(settings, models={"folder": folder})) as bot:
        weights = folder / "other" / "weights.safetensors"
        content = bytearray(weights.read_bytes())
        content[-100:] = b"\xff" * 100
        weights.write_bytes(content)
        run = await sandbox.play("generate", prompt="oh", model="other")
        assert (await run.acknowledged()).kind == "defer"
        await run.gone()
        told = await run.followed_up()
        assert told.ephemeral
        assert "This model's files are damaged" in told.content
        row = await Room(sandbox, bot).row(1, ended)
        assert (row.status, row.text) == (Status.FAILED, "")


EXAMPLES = (
    UnknownModel("x", ()),
    UnknownModel("x", tuple(f"model-{number}" for number in range(100))),
    BadCheckpoint(Path("/secret/place"), "is truncated"),
    UnknownLanguage("tiny", "xx", ("en", "fr")),
    PromptEmpty("tiny", tuple("漢字\n*")),
    EngineBusy(3, 64, 12.4),
    DecoderFailed("it died"),
    PromptEmpty("tiny", ()),
    StorageBusy(),
    CoolingDown(datetime(2026, 1, 1, tzinfo=UTC)),
    TooManyRunning(3, 0.2),
    TooManyRunning(1, 5),
    GuildQueueFull(16, 90),
    GuildQueueFull(0, 0),
    ClickRunning(),
    FormGone(),
    TextGone(),
    StillWriting(),
    NotTheirs(),
    TooLongToContinue(12000),
    PresetNameTaken("x"),
    PresetNameTaken("x", shared=True),
    PresetLimitReached(9),
    PresetLimitReached(9, shared=True),
    UnknownPreset("x" * 100, ()),
    UnknownPreset("x", ("x",)),
    UnknownPreset("x", tuple(f"{'x' * 30}{number}" for number in range(100))),
    BadPresetValue("seed", "x", "0 to 9"),
    app_commands.CommandNotFound("x", []),
)


@pytest.mark.parametrize("error", EXAMPLES, ids=repr)
def test_every_foreseen_error_has_words_that_fit_a_message(error: Exception) -> None:
    line = worded(error)
    assert line
    assert len(line) < 1000
    assert "/secret" not in line
    assert line[0].isupper() or isinstance(error, PromptEmpty | EngineBusy | UnknownLanguage)


def test_no_error_that_models_raise_for_a_user_is_without_words() -> None:
    at_the_command_line_only = {BadRecipe, NothingToScore, MissingExtra, DeviceMissing, WorkerEnded}
    assert set(ModelsError.__subclasses__()) - at_the_command_line_only <= {type(error) for error in EXAMPLES}


def test_a_fault_of_ours_has_no_words() -> None:
    assert worded(RuntimeError("x")) is None


@pytest.mark.parametrize("dropped", [(), ("\u200b",), ("\n", "\u3000", "\ufeff")], ids=ascii)
def test_a_prompt_without_anything_to_see_is_called_that(dropped: tuple[str, ...]) -> None:
    assert worded(PromptEmpty("tiny", dropped)) == "Your prompt has no visible character."


def test_characters_that_show_nothing_of_their_own_are_named_by_number() -> None:
    said = worded(PromptEmpty("tiny", ("漢", "\u0301", "\n", "*", "\U0010fffd")))
    assert said
    assert said.startswith("tiny knows none of your prompt's characters: 漢, U+0301, U+000A, \\*, U+10FFFD\n")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (PresetLimitReached(1), "You have a preset already"),
        (PresetLimitReached(2), "You have 2 presets already"),
        (PresetLimitReached(1, shared=True), "This server shares a preset already"),
        (GuildQueueFull(1, 5), "This server has a text waiting already"),
    ],
    ids=repr,
)
def test_one_is_not_counted_as_many(error: Exception, words: str) -> None:
    assert (worded(error) or "").startswith(words)
