"""A text's language when the bot is killed and starts again."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tempera.bot.replies.answer import WRITING, Ending
from tempera.sandbox.server import Sandbox
from tests.bot.conftest import written
from tests.bot.processes import StartBot, replace_in
from tests.fixtures_polyglot import OWN, write_polyglot

SLOW_START_SECONDS = 60
LENGTH = 100  # one letter in four or so is of one language alone: some in every text this long
PACE = "generation:\n  pace_characters_per_second: 100\n  edit_interval_seconds: 0.5"


@pytest.fixture
def checkpoints(tmp_path: Path) -> Path:
    """A folder with the network of three languages, named as the default model."""
    write_polyglot(tmp_path / "checkpoints", "tiny")
    return tmp_path / "checkpoints"


def texts(config: Path) -> list[tuple[str | None, str]]:
    """Return language and text of every row, read as another process would."""
    with closing(sqlite3.connect(config.parent / "data" / "tempera.sqlite3")) as connection:
        return connection.execute("SELECT language, text FROM generations ORDER BY id").fetchall()


async def test_a_text_goes_on_in_its_language_after_a_kill(start_bot: StartBot, sandbox: Sandbox, config: Path) -> None:
    """The prompts tell nothing, or English: only the stored rows can say French, or Japanese."""
    replace_in(config, "generation:", PACE)
    sandbox.locales[sandbox.alice.id] = "fr"
    async with start_bot() as bot:
        await sandbox.wait_for_command("generate", timeout_seconds=SLOW_START_SECONDS)
        await sandbox.wait_for_bot(SLOW_START_SECONDS)
        japanese = await sandbox.invoke("generate", prompt="w" * 300, language="ja", length=LENGTH, seed=1)
        whole = await japanese.shows(written)
        cut = await (await sandbox.invoke("generate", prompt="a", length=2000)).shows("· français · T 0.8 · seed ")
        await (await sandbox.invoke("generate", prompt="a", length=LENGTH)).shows(
            written
        )  # meanwhile the other is stored
        bot.process.kill()
        await bot.ends()
    assert WRITING in cut.content
    replace_in(config, PACE, "generation:")
    sandbox.locales[sandbox.alice.id] = "en-GB"
    async with start_bot():
        await sandbox.wait_for_bot(SLOW_START_SECONDS)
        await (await sandbox.click(cut, "Stop")).shows(Ending.INTERRUPTED)
        assert f"\n-# {Ending.INTERRUPTED}\n-# tiny · français · T 0.8" in cut.content
        for message in (whole, cut):
            await (await sandbox.click(message, "Continue")).shows(written)
    stored = texts(config)
    assert [language for language, _ in stored] == ["ja", "fr", "fr", "ja", "fr"]
    assert all(set(text) & set(OWN[language]) for language, text in stored if language)
