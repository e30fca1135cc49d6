"""A model that an admin trains while the bot runs can be used at once."""

import asyncio
from pathlib import Path

import pytest

from tempera.bot.config.loader import load_settings
from tempera.models.formats.card import read_card
from tempera.sandbox.server import Sandbox
from tests.bot.conftest import bot_in, write_config, written
from tests.fixtures_models import write_small
from tests.models.command import run_models
from tests.models.toys import toy_text

pytestmark = pytest.mark.slow


async def test_a_text_is_trained_and_talks_without_a_restart(sandbox: Sandbox, tmp_path: Path) -> None:
    models, text = tmp_path / "models", tmp_path / "notes.txt"
    write_small(models, "tiny")
    text.write_text(toy_text(1000))
    command = ["train", str(text), "--runs", str(tmp_path), "--minutes", "0.1", "--workers", "1"]
    command += ["--name", "diary", "--language", "en"]
    async with bot_in(sandbox, load_settings(write_config(tmp_path, models))):
        await sandbox.wait_for_command("generate")
        training = await asyncio.to_thread(run_models, models, *command)
        assert training.returncode == 0, training.stderr
        assert read_card(models / "diary").languages == ("en",)
        assert "diary" in {
            choice.value for choice in await sandbox.autocomplete("generate", "model", "dia", prompt="to")
        }
        message = await (await sandbox.invoke("generate", prompt="to be", model="diary", temperature=0.5)).shows(
            written
        )
        assert "diary" in message.content
