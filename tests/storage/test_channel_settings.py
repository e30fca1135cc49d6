"""Settings stay with their scope and their server."""

import asyncio

from tempera.storage.database import Database
from tempera.storage.servers.channel_settings import SERVER, ScopeSettings, change, reset, settings_of
from tempera.storage.servers.command_sync import remember_guild_sync, synced_guilds

GUILD, OTHER_GUILD = 1_234_567_890_123_456_789, 2**63 - 1
CHANNEL, THREAD = 11, 12


async def test_a_scope_keeps_what_was_set_and_inherits_the_rest(database: Database) -> None:
    await change(database, GUILD, CHANNEL, model="tiny", params={"temperature": 0.0})
    await change(database, GUILD, CHANNEL, params={"length": 30}, enabled=False)
    await change(database, GUILD, SERVER, params={"temperature": 1.5})
    assert await settings_of(database, GUILD, [THREAD, CHANNEL, SERVER]) == {
        CHANNEL: ScopeSettings(model="tiny", params={"temperature": 0.0, "length": 30}, enabled=False),
        SERVER: ScopeSettings(params={"temperature": 1.5}),
    }
    assert list(await settings_of(database, GUILD, [SERVER])) == [SERVER]


async def test_a_later_value_takes_the_place_of_an_earlier_one(database: Database) -> None:
    await change(database, GUILD, CHANNEL, model="tiny", params={"length": 5})
    await change(database, GUILD, CHANNEL, model="other")
    await change(database, GUILD, CHANNEL, params={"length": None})
    assert await settings_of(database, GUILD, [CHANNEL]) == {CHANNEL: ScopeSettings(model="other")}


async def test_a_reset_forgets_one_scope_only(database: Database) -> None:
    for scope in (CHANNEL, THREAD):
        await change(database, GUILD, scope, enabled=False)
    await reset(database, GUILD, CHANNEL)
    assert await settings_of(database, GUILD, [CHANNEL, THREAD]) == {THREAD: ScopeSettings(enabled=False)}


async def test_one_servers_settings_are_nothing_to_another(database: Database) -> None:
    await change(database, GUILD, CHANNEL, model="tiny")
    await change(database, OTHER_GUILD, SERVER, model="other")
    assert await settings_of(database, OTHER_GUILD, [CHANNEL]) == {}
    await reset(database, OTHER_GUILD, CHANNEL)
    assert CHANNEL in await settings_of(database, GUILD, [CHANNEL])
    assert await settings_of(database, GUILD, [SERVER]) == {}


async def test_two_admins_at_once_lose_nothing(database: Database) -> None:
    await asyncio.gather(
        change(database, GUILD, CHANNEL, model="tiny"),
        change(database, GUILD, CHANNEL, params={"temperature": 0.5}),
        change(database, GUILD, CHANNEL, params={"length": 9}),
    )
    wanted = ScopeSettings(model="tiny", params={"temperature": 0.5, "length": 9})
    assert await settings_of(database, GUILD, [CHANNEL]) == {CHANNEL: wanted}


async def test_each_server_has_a_command_set_of_its_own(database: Database) -> None:
    await remember_guild_sync(database, 1, "https://a", GUILD, "old")
    await remember_guild_sync(database, 1, "https://a", GUILD, "new")
    await remember_guild_sync(database, 1, "https://a", OTHER_GUILD, "x")
    await remember_guild_sync(database, 1, "https://b", GUILD, "y")
    assert await synced_guilds(database, 1, "https://a") == {GUILD: "new", OTHER_GUILD: "x"}
    assert await synced_guilds(database, 2, "https://a") == {}
