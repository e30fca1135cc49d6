"""Buttons and texts when the bot or its decoder is killed, and starts again."""

import os
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tempera.bot.replies.answer import WRITING, Ending
from tempera.bot.replies.markdown import literal
from tempera.models.engine.variants import FORCED_BY
from tempera.sandbox.server import Sandbox
from tempera.storage.texts.history import Status
from tests.bot.conftest import FINAL, Room, RunBot, ended, labels, written
from tests.bot.processes import StartBot, online, replace_in
from tests.patience import until


def rows(config: Path) -> list[tuple[int, str, str, int | None]]:
    """Return id, status, text and parent of every row, read as another process would."""
    with closing(sqlite3.connect(config.parent / "data" / "tempera.sqlite3")) as connection:
        return connection.execute("SELECT id, status, text, parent_id FROM generations ORDER BY id").fetchall()


async def text_stored(config: Path, number: int) -> None:
    """Wait until some of this text is in the database."""
    await until(lambda: len(rows(config)[number - 1][2]) > 10)


async def test_after_a_kill_nothing_is_lost_every_button_lives_and_an_open_form_is_answered(
    start_bot: StartBot, sandbox: Sandbox, config: Path
) -> None:
    pace = "generation:\n  pace_characters_per_second: 50\n  edit_interval_seconds: 1.0"
    replace_in(config, "generation:", pace)
    async with start_bot() as bot:
        await online(sandbox)
        whole = await (await sandbox.invoke("generate", prompt="Oh", length=10, seed=1)).shows(written)
        private = await (await sandbox.invoke("generate", prompt="Oh", length=10, private=True)).shows(written)
        cut = await (await sandbox.invoke("generate", prompt="Oh", length=2000, seed=2)).shows(WRITING)
        modal = await (await sandbox.invoke("preset save", name="calm")).modal_opened()
        await text_stored(config, 3)
        bot.process.kill()
        assert await bot.ends() == -signal.SIGKILL
    stored = rows(config)
    assert [status for _, status, _, _ in stored] == ["done", "done", "running"]
    assert len(stored[2][2]) > 10
    assert (labels(cut), WRITING in cut.content) == (["Stop"], True)
    replace_in(config, pace, "generation:")
    async with start_bot() as bot:
        await online(sandbox)
        await (await sandbox.click(cut, "Stop")).shows(Ending.INTERRUPTED)
        text = literal(stored[2][2])
        assert cut.content.startswith(f"**Oh**{text}\n-# {Ending.INTERRUPTED}\n-# tiny · T 0.8 · seed 2")
        assert labels(cut) == FINAL
        for message in (whole, private, cut):
            await (await sandbox.click(message, "Continue")).shows(written)
        assert (await (await sandbox.click(private, "Again")).shows(written)).ephemeral
        await (await sandbox.click(private, "Delete")).gone()
        await until(lambda: 2 not in {number for number, *_ in rows(config)})
        refused = await (await sandbox.submit_modal(modal, {"temperature": "0.4"})).answered()
        assert refused.ephemeral
        assert "has expired" in refused.content
        assert "Temperature: 0.4" in refused.content
    assert rows(config)[0][:3] == stored[0][:3]
    assert [(number, parent) for number, *_, parent in rows(config)] == [
        *((1, None), (3, None)),
        *((4, 1), (5, None), (6, 3), (7, None)),  # of the deleted one, nothing is left
    ]
    assert rows(config)[1][1:3] == ("failed", stored[2][2])


async def test_a_text_goes_on_when_its_decoder_is_killed(
    sandbox: Sandbox, run_bot: RunBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FORCED_BY, "specification")  # another one may have written the whole text before it is killed
    async with run_bot() as bot:
        room = Room(sandbox, bot)
        await (await sandbox.invoke("generate", prompt="Oh", length=4000, seed=6)).shows(written)
        whole = await room.row(1, ended)
        exchange = await sandbox.invoke("generate", prompt="Oh", length=4000, seed=6)
        await exchange.acknowledged()
        pid = bot.resources.engine.decoder_pid
        assert pid is not None
        (stream,) = bot.resources.engine._streams.values()
        await until(lambda: stream.text)
        os.kill(pid, signal.SIGKILL)
        assert len(stream.text) < 4000
        message = await exchange.shows(written)
        again = await room.row(2, ended)
        assert bot.resources.engine.decoder_pid != pid
        assert (again.status, again.text) == (Status.DONE, whole.text)
        assert labels(message) == FINAL


async def test_a_second_bot_on_the_same_database_refuses_to_start(start_bot: StartBot, sandbox: Sandbox) -> None:
    async with start_bot() as first:
        await online(sandbox)
        async with start_bot() as second:
            assert await second.ends() == 2
        error, remedy = second.output().splitlines()[-2:]
        assert error.endswith("another Tempera runs on it")
        assert remedy == "Stop the other one, or set another file under storage › url in config.yaml."
        assert first.process.returncode is None
        await (await sandbox.invoke("generate", prompt="Oh", length=5)).shows(written)
