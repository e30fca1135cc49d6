"""Whom the operator blocks gets a refusal, but keeps what is about their data."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tempera.bot.config.loader import load_settings
from tempera.sandbox.server import running_sandbox
from tests.bot.admin_play import says, write_admin
from tests.bot.conftest import Room, bot_in, write_config, written
from tests.bot.processes import replace_in

YOU = "The operator of this bot has blocked you. /privacy still works."
HERE = "The operator of this bot has blocked this server. /privacy still works."


@pytest.fixture(scope="module")
async def room(tmp_path_factory: pytest.TempPathFactory, checkpoints: Path) -> AsyncIterator[Room]:
    """Alice is the bot's admin, in the first server."""
    config = write_config(tmp_path_factory.mktemp("blocks"), checkpoints)
    replace_in(config, "generation:", "generation:\n  answer_mentions: true")
    async with running_sandbox() as sandbox:
        write_admin(config, sandbox)
        async with bot_in(sandbox, load_settings(config)) as bot:
            await sandbox.wait_for_command("admin")
            yield Room(sandbox, bot)


@pytest.fixture
async def nobody_blocked(room: Room) -> AsyncIterator[None]:
    yield
    await admin(room, "unblock", who=room.sandbox.bob)
    for guild in (room.sandbox.guild, room.sandbox.second_guild):
        await admin(room, "unblock", server=str(guild.id))


async def admin(room: Room, command: str, **options: Any) -> str:
    return await says(await room.sandbox.invoke(f"admin {command}", **options))


@pytest.mark.usefixtures("nobody_blocked")
async def test_a_blocked_user_is_refused_everything_but_their_data(room: Room) -> None:
    sandbox, bob = room.sandbox, room.sandbox.bob
    message = await (await room.play(prompt="Oh", length=5, user=bob)).shows(written)
    assert await admin(room, "block", who=bob) == "Blocked. /privacy still works for them."
    assert await admin(room, "blocked") == f"Users: `{bob.id}`"
    rows = await room.last_row()
    assert await says(await room.play(prompt="Oh", user=bob)) == YOU
    for command in ("models", "history list", "settings"):
        assert await says(await sandbox.invoke(command, user=bob)) == YOU
    assert await says(await sandbox.click(message, "Again", user=bob)) == YOU
    assert await sandbox.autocomplete("generate", "model", "t", user=bob) == []
    await sandbox.post("tell me a story", user=bob, channel=sandbox.dm_channel(bob))
    assert "What Tempera stores about you" in await says(await sandbox.invoke("privacy show", user=bob))
    assert "/generate" in await says(await sandbox.invoke("help", user=bob))
    assert await room.last_row() == rows
    await (await room.play(prompt="Oh", length=5)).shows(written)
    assert await admin(room, "unblock", who=bob) == "No longer blocked."
    await (await room.play(prompt="Oh", length=5, user=bob)).shows(written)


@pytest.mark.usefixtures("nobody_blocked")
async def test_a_deletion_of_ones_data_does_not_lift_a_block(room: Room) -> None:
    bob = room.sandbox.bob
    await admin(room, "block", who=bob)
    question = await (await room.sandbox.invoke("privacy delete", user=bob)).answered()
    assert "has blocked you\n" not in question.content, "a block isn't among what is deleted"
    if question.buttons:
        await (await room.sandbox.click(question, "Delete everything", user=bob)).shows("is deleted")
    again = await says(await room.sandbox.invoke("privacy delete", user=bob))
    assert again == "If the operator has blocked you, the block stays."
    await room.bot.resources.blocks.load()
    assert await says(await room.play(prompt="Oh", user=bob)) == YOU


@pytest.mark.usefixtures("nobody_blocked")
async def test_a_blocked_server_is_refused_and_others_are_not(room: Room) -> None:
    second = room.sandbox.second_guild
    assert await admin(room, "block", server=str(second.id)) == "Blocked. /privacy still works for them."
    assert await says(await room.play(prompt="Oh", channel=room.sandbox.lobby)) == HERE
    await (await room.play(prompt="Oh", length=5)).shows(written)
    direct = room.sandbox.dm_channel(room.sandbox.alice)
    await (await room.play(prompt="Oh", length=5, channel=direct)).shows(written)
    room.sandbox.remove_bot(second)
    room.sandbox.add_bot(second)
    assert await says(await room.play(prompt="Oh", channel=room.sandbox.lobby)) == HERE


async def test_what_cannot_be_blocked_is_said(room: Room) -> None:
    assert await admin(room, "block") == "Name a user or a server."
    assert await admin(room, "block", who=room.sandbox.alice) == "Admins of the bot can't be blocked."
    for typed in ("x", "0", "１", "9" * 20):
        said = await admin(room, "block", server=typed)
        assert said == f"{typed} isn't a server's id. Copy it in Discord with Developer Mode on."
    assert await admin(room, "blocked") == "Nobody is blocked."
