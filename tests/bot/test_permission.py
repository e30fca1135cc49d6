"""Who may set what, whatever a server's own command permissions are."""

from collections.abc import AsyncIterator
from functools import partial

import pytest

from tempera.sandbox.server import Sandbox
from tempera.sandbox.state.guilds import Channel
from tempera.sandbox.state.permissions import Permission
from tempera.storage.servers.channel_settings import SERVER, ScopeSettings, settings_of
from tests.bot.conftest import Room, RunBot, written

CHANNELS, GUILD = "Manage Channels", "Manage Server"


@pytest.fixture
async def home(sandbox: Sandbox, run_bot: RunBot) -> AsyncIterator[Room]:
    """A bot in servers of its own that let everyone use /channel."""
    async with run_bot() as bot:
        await sandbox.wait_for_command("channel")
        sandbox.unlock_command("channel")
        sandbox.unlock_command("channel", guild=sandbox.second_guild)
        yield Room(sandbox, bot)


async def tried(home: Room, scope: str, channel: Channel | None = None) -> str:
    """Have Bob turn a scope off and return the answer, which is private."""
    exchange = await home.sandbox.invoke("channel off", where=scope, user=home.sandbox.bob, channel=channel)
    message = await exchange.answered()
    assert message.ephemeral
    return message.content


def refused(permission: str) -> str:
    return f"You need the permission {permission}."


async def test_a_member_may_set_nothing(home: Room) -> None:
    thread = home.sandbox.start_thread(home.sandbox.general, "night")
    for scope, permission in (("thread", CHANNELS), ("channel", CHANNELS), ("category", CHANNELS), ("server", GUILD)):
        assert await tried(home, scope, thread) == refused(permission)
    invoke = partial(home.sandbox.invoke, user=home.sandbox.bob)
    for exchange in (
        await invoke("channel temperature", value=1.0),
        await invoke("channel length", characters=5),
        await invoke("channel model", name="tiny"),
        await invoke("channel reset"),
        await invoke("channel on"),
    ):
        assert (await exchange.answered()).content == refused(CHANNELS)
    ids = [thread.id, home.sandbox.general.id, home.sandbox.general.parent_id or 0, SERVER]
    assert await settings_of(home.bot.resources.database, home.sandbox.guild.id, ids) == {}


async def test_who_looks_after_one_channel_may_set_that_and_its_threads(home: Room) -> None:
    home.sandbox.allow(home.sandbox.bob, Permission.MANAGE_CHANNELS, channel=home.sandbox.poems)
    thread = home.sandbox.start_thread(home.sandbox.poems, "night")
    for scope, channel in (("channel", home.sandbox.poems), ("thread", thread), ("channel", thread)):
        assert "Set for" in await tried(home, scope, channel)
    assert await tried(home, "channel", home.sandbox.general) == refused(CHANNELS)
    assert await tried(home, "category", home.sandbox.poems) == refused(CHANNELS)
    assert await tried(home, "server", home.sandbox.poems) == refused(GUILD)


async def test_who_looks_after_a_category_may_set_it(home: Room) -> None:
    category = next(channel for channel in home.sandbox.guild.channels if channel.kind == 4)
    home.sandbox.allow(home.sandbox.bob, Permission.MANAGE_CHANNELS, channel=category)
    assert "Set for the category writing: off." in await tried(home, "category", home.sandbox.poems)


async def test_the_whole_server_needs_manage_server_and_no_more(home: Room) -> None:
    home.sandbox.allow(home.sandbox.bob, Permission.MANAGE_CHANNELS)
    assert "Set for the category" in await tried(home, "category")
    assert await tried(home, "server") == refused(GUILD)
    home.sandbox.allow(home.sandbox.bob, Permission.MANAGE_GUILD)
    home.sandbox.deny(home.sandbox.bob, Permission.MANAGE_CHANNELS)
    assert "Set for this server: off." in await tried(home, "server")


async def test_one_servers_admin_is_nobody_in_another(home: Room) -> None:
    """Alice owns the first server, Bob the second, where Alice is a plain member."""
    sandbox, database = home.sandbox, home.bot.resources.database
    exchange = await sandbox.invoke("channel off", where="server", user=sandbox.alice, channel=sandbox.lobby)
    assert (await exchange.answered()).content == refused(GUILD)
    exchange = await sandbox.invoke("channel length", characters=5, user=sandbox.alice, channel=sandbox.lobby)
    assert (await exchange.answered()).content == refused(CHANNELS)
    assert "Set for this server: off." in await tried(home, "server", sandbox.lobby)
    assert await settings_of(database, sandbox.guild.id, [SERVER]) == {}
    assert await settings_of(database, sandbox.second_guild.id, [SERVER]) == {SERVER: ScopeSettings(enabled=False)}
    await (await sandbox.invoke("generate", prompt="oh", length=5, user=sandbox.bob)).shows(written)
