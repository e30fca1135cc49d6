"""A model that an admin trains while the bot runs can be used at once."""

import asyncio
from pathlib import Path

import pytest

from tempera.bot.config.loader import load_settings
from tempera.bot.replies.markdown import literal
from tempera.models.decoder.networks.loading import load
from tempera.models.evaluation.answers import answers
from tempera.models.formats.card import read_card
from tempera.sandbox.server import Sandbox
from tests.bot.conftest import Room, bot_in, ended, labels, write_config, written
from tests.fixtures_models import write_small
from tests.importing.old_networks import char_rnn
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


async def test_a_model_of_pairs_answers_with_the_output_alone(sandbox: Sandbox, tmp_path: Path) -> None:
    models = tmp_path / "models"
    write_small(models, "tiny")
    folder = write_small(models, "numbers", layout="pairs", scale=8.0)
    card = read_card(folder)
    (output,) = answers(load(folder, card.weights_sha256), card, ["de 71"])
    async with bot_in(sandbox, load_settings(write_config(tmp_path, models))) as bot:
        room = Room(sandbox, bot)
        asked = await room.play(prompt="de  71", model="numbers", temperature=0, length=100)
        message = await asked.shows(written)
        row = await room.row(await room.last_row(), ended)
        assert row.text == output[:100]
        assert message.content.startswith(f"{literal(row.text)}\n-# numbers · T 0")
        assert "Continue" not in labels(message)
        refused = await (await room.play(prompt="ROMEO:", model="tiny")).shows(written)
        assert "Continue" in labels(refused)


async def test_a_model_of_records_writes_one_and_no_prompt_is_needed(sandbox: Sandbox, tmp_path: Path) -> None:
    models = tmp_path / "models"
    write_small(models, "tiny")
    write_small(models, "names", layout="lines")
    async with bot_in(sandbox, load_settings(write_config(tmp_path, models))) as bot:
        room = Room(sandbox, bot)
        message = await (await room.play(prompt="\u00a0", model="names", length=100, seed=3)).shows(written)
        row = await room.row(await room.last_row(), ended)
        assert 0 < len(row.text) <= 100
        assert "\n" not in row.text
        assert message.content.startswith(f"{literal(row.text)}\n-# names")


async def test_an_old_checkpoint_is_imported_and_talks_without_a_restart(sandbox: Sandbox, tmp_path: Path) -> None:
    models, file = tmp_path / "models", tmp_path / "lm_gru.t7"
    write_small(models, "tiny")
    file.write_bytes(char_rnn("gru").content)
    async with bot_in(sandbox, load_settings(write_config(tmp_path, models))):
        await sandbox.wait_for_command("generate")
        done = await asyncio.to_thread(run_models, models, "import", str(file), "--name", "old-gru", "--licence", "MIT")
        assert done.returncode == 0, done.stderr
        message = await (await sandbox.invoke("generate", prompt="to be", model="old-gru")).shows(written)
        assert "old-gru" in message.content
        card = await (await sandbox.invoke("models", model="old-gru")).answered()
        assert "2 × GRU-RESET-BEFORE" in str(card.embeds)
