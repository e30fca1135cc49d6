"""Presets where rights, limits and models change."""

import asyncio
import shutil
from pathlib import Path

from bot.errors import RESTARTING
from sandbox.permissions import Permission
from sandbox.server import Sandbox
from storage.presets import find_preset
from tests.bot.conftest import RunBot, written
from tests.bot.preset_play import form, said, submitted


async def test_a_right_lost_is_a_right_lost(sandbox: Sandbox, run_bot: RunBot) -> None:
    async with run_bot():
        await sandbox.wait_for_command("preset")
        await said(sandbox, "save", name="noir", seed=1, user=sandbox.bob)
        sandbox.allow(sandbox.bob, Permission.MANAGE_GUILD)
        assert "is shared" in await said(sandbox, "share", name="noir", user=sandbox.bob)
        sandbox.deny(sandbox.bob, Permission.MANAGE_GUILD)
        assert "Manage Server" in await said(sandbox, "unshare", name="noir", user=sandbox.bob)
        await submitted(sandbox, await form(sandbox, "edit", name="noir", user=sandbox.bob), seed="2")
        assert "Seed: 1" in await said(sandbox, "show", name="noir")  # what the server has is not his any longer


async def test_limits_hold_for_each_person_and_each_server(sandbox: Sandbox, run_bot: RunBot) -> None:
    async with run_bot(presets={"per_user": 2, "per_guild": 1}):
        await sandbox.wait_for_command("preset")
        modal = await form(sandbox, "save", name="third")
        for name in ("first", "second"):
            await said(sandbox, "save", name=name, seed=1)
        full = "You have 2 presets already, as many as you may: /preset delete one first."
        assert await said(sandbox, "save", name="third", seed=1) == full
        assert (await submitted(sandbox, modal, seed="1")).startswith(full)
        await said(sandbox, "share", name="first")
        assert "This server shares a preset already" in await said(sandbox, "share", name="second")
        assert "**Yours** (2 of 2)" in await said(sandbox, "list")
        await said(sandbox, "delete", name="first")
        assert "Saved: **third**" in await said(sandbox, "save", name="third", seed=1)


async def test_a_form_sent_while_the_bot_stops_is_refused(sandbox: Sandbox, run_bot: RunBot) -> None:
    async with run_bot(generation={"pace_characters_per_second": 50}) as bot:
        await sandbox.wait_for_command("preset")
        modal = await form(sandbox, "save", name="noir")
        run = await sandbox.play("generate", prompt="Oh")
        await run.acknowledged()
        stop = asyncio.create_task(bot.resources.running.finish(1))
        assert (await submitted(sandbox, modal, seed="1")).startswith(RESTARTING)
        await stop
        assert await find_preset(bot.resources.database, sandbox.alice.id, None, "noir") is None


async def test_a_preset_whose_model_is_gone_says_so(
    sandbox: Sandbox, run_bot: RunBot, checkpoints: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "models"
    shutil.copytree(checkpoints, folder)
    async with run_bot(models={"folder": folder}):
        await sandbox.wait_for_command("preset")
        await said(sandbox, "save", name="noir", model="other", length=3)
    shutil.rmtree(folder / "other")
    async with run_bot(models={"folder": folder}):
        for run in (
            await sandbox.play("generate", prompt="oh", preset="noir"),
            await sandbox.play("preset use", prompt="oh", name="noir"),
        ):
            refusal = await run.answered()
            assert refusal.ephemeral
            assert "The model other is gone; it was chosen by the preset noir." in refusal.content
        assert "Model: other (gone" in await said(sandbox, "show", name="noir")
        await (await sandbox.play("generate", prompt="oh", preset="noir", model="tiny")).shows(written)
        await submitted(sandbox, await form(sandbox, "edit", name="noir"), model="tiny")
        await (await sandbox.play("generate", prompt="oh", preset="noir")).shows(written)
