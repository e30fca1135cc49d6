"""What goes wrong while commands run, and what the user is told."""

import logging
import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from discord import app_commands

from bot.errors import worded
from bot.replies import BROKEN_OFF, WRITING
from bot.settings import Settings
from models.errors import BadCheckpoint, BadRecipe, DecoderFailed, EngineBusy, ModelsError, PromptEmpty, UnknownModel
from sandbox.server import Sandbox
from storage.history import Status
from tests.bot.conftest import Room, RunBot, bot_in, changed, ended, written


def execute(settings: Settings, statement: str) -> None:
    """Do something to the database behind the bot's back."""
    with closing(sqlite3.connect(settings.storage.url.removeprefix("sqlite:///"))) as connection:
        connection.execute(statement)
        connection.commit()


async def test_a_full_queue_refuses_at_once_and_says_when_to_try_again(sandbox: Sandbox, run_bot: RunBot) -> None:
    async with run_bot(queue={"max_running": 1, "max_waiting": 1}):
        runs = [await sandbox.play("generate", prompt="Oh", length=4000) for _ in range(3)]
        answers = [await run.acknowledged() for run in runs]
        assert [(answer.kind, answer.ephemeral) for answer in answers] == [
            ("defer", False),
            ("defer", False),
            ("reply", True),
        ]
        assert answers[2].seconds < 0.1
        refusal = (await runs[2].answered()).content
        assert re.fullmatch(r"Too many texts at once: 1 waiting already\. Try again in about \d+ s\.", refusal)
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


async def test_a_fault_in_mid_text_leaves_the_text_and_tells_the_user_privately(
    sandbox: Sandbox, run_bot: RunBot, settings: Settings
) -> None:
    async with run_bot(generation={"pace_characters_per_second": 50, "edit_interval_seconds": 0.2}):
        run = await sandbox.play("generate", prompt="Oh")
        await run.shows(WRITING)
        execute(settings, "DROP TABLE generations")
        message = await run.shows(BROKEN_OFF)
        assert message.content.startswith("**Oh**")
        told = await run.followed_up()
        assert told.ephemeral
        assert "An admin finds it in the log" in told.content


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
    PromptEmpty("tiny", tuple("漢字\n*")),
    EngineBusy(3, 64, 12.4),
    DecoderFailed("it died"),
    app_commands.CommandNotFound("x", []),
)


@pytest.mark.parametrize("error", EXAMPLES, ids=repr)
def test_every_foreseen_error_has_words_that_fit_a_message(error: Exception) -> None:
    line = worded(error)
    assert line
    assert len(line) < 1000
    assert "/secret" not in line
    assert line[0].isupper() or isinstance(error, PromptEmpty | EngineBusy)


def test_no_error_that_models_raise_for_a_user_is_without_words() -> None:
    at_training_only = {BadRecipe}
    assert set(ModelsError.__subclasses__()) - at_training_only <= {type(error) for error in EXAMPLES}


def test_a_fault_of_ours_has_no_words() -> None:
    assert worded(RuntimeError("x")) is None
