"""A voice that an admin trains while the bot runs is there at once."""

import asyncio
import sys
from pathlib import Path

from bot.settings_file import load_settings
from sandbox.server import Sandbox
from tests.bot.conftest import bot_in, write_config, written
from tests.bot.processes import ROOT
from tests.fixtures_models import write_small
from tests.models.toys import toy_text


async def test_a_text_is_trained_and_talks_without_a_restart(sandbox: Sandbox, tmp_path: Path) -> None:
    models, text = tmp_path / "models", tmp_path / "Diary.txt"
    write_small(models, "tiny")
    text.write_text(toy_text(1000))
    command = ["-m", "models", "--checkpoints", str(models), "train", str(text), "--runs", str(tmp_path), "--minutes"]
    async with bot_in(sandbox, load_settings(write_config(tmp_path, models))):
        await sandbox.wait_for_command("generate")
        training = await asyncio.create_subprocess_exec(
            sys.executable,
            *command,
            "0.1",
            cwd=ROOT,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        assert await training.wait() == 0
        assert "diary" in {choice.value for choice in await sandbox.complete("generate", "model", "dia", prompt="to")}
        message = await (await sandbox.play("generate", prompt="to be", model="diary", temperature=0.5)).shows(written)
        assert "diary" in message.content
