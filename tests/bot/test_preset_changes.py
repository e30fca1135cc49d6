"""Presets where rights, limits and models change."""

import shutil
from pathlib import Path

import pytest

from tempera.sandbox.state.permissions import Permission
from tests.bot.conftest import Room, written
from tests.bot.preset_play import form, said, submitted
from tests.fixtures_models import write_small

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_right_lost_is_a_right_lost(room: Room) -> None:
    sandbox, bob = room.sandbox, room.sandbox.bob
    await said(sandbox, "save", name="noir", seed=1, user=bob)
    sandbox.allow(bob, Permission.MANAGE_GUILD)
    assert "Shared: " in await said(sandbox, "share", name="noir", user=bob)
    sandbox.deny(bob, Permission.MANAGE_GUILD)
    assert "Manage Server" in await said(sandbox, "unshare", name="noir", user=bob)
    await submitted(sandbox, await form(sandbox, "edit", name="noir", user=bob), seed="2")
    assert "Seed: 1" in await said(sandbox, "show", name="noir")  # what the server has is not his any longer
    await said(sandbox, "unshare", name="noir")


async def test_limits_hold_for_each_person_and_each_server(room: Room) -> None:
    sandbox = room.sandbox
    with room.changed(presets={"per_user": 2, "per_guild": 1}):
        modal = await form(sandbox, "save", name="third")
        for name in ("first", "second"):
            await said(sandbox, "save", name=name, seed=1)
        full = "You already have 2 presets, the maximum. Run /preset delete first."
        assert await said(sandbox, "save", name="third", seed=1) == full
        assert (await submitted(sandbox, modal, seed="1")).startswith(full)
        await said(sandbox, "share", name="first")
        assert "This server already shares 1 preset" in await said(sandbox, "share", name="second")
        assert "**Yours (2 of 2)**" in await said(sandbox, "list")
        await said(sandbox, "delete", name="first")
        assert "Saved: **third**" in await said(sandbox, "save", name="third", seed=1)
        await said(sandbox, "unshare", name="first")


async def test_a_preset_whose_model_is_gone_says_so(room: Room, checkpoints: Path) -> None:
    sandbox, bob = room.sandbox, room.sandbox.bob
    fleeting = write_small(checkpoints, "fleeting")
    await said(sandbox, "save", name="brief", model="fleeting", length=3, user=bob)
    shutil.rmtree(fleeting)
    for exchange in (
        await sandbox.invoke("generate", prompt="oh", preset="brief", user=bob),
        await sandbox.invoke("preset use", prompt="oh", name="brief", user=bob),
    ):
        refusal = await exchange.answered()
        assert refusal.ephemeral
        assert "The model fleeting no longer exists (from the preset brief)." in refusal.content
    assert "Model: fleeting (no longer exists" in await said(sandbox, "show", name="brief", user=bob)
    await (await sandbox.invoke("generate", prompt="oh", preset="brief", model="tiny", user=bob)).shows(written)
    await submitted(sandbox, await form(sandbox, "edit", name="brief", user=bob), model="tiny")
    await (await sandbox.invoke("generate", prompt="oh", preset="brief", user=bob)).shows(written)
