"""The last command set is remembered for each application and API address."""

from pathlib import Path

from tempera.storage.database import Database, open_database
from tempera.storage.servers.command_sync import remember_sync, synced_fingerprint

DISCORD, LOOPBACK = "https://discord.com/api/v10", "http://127.0.0.1:8080/api/v10"


async def test_nothing_is_known_before_the_first_sync(database: Database) -> None:
    assert await synced_fingerprint(database, 2**63 - 1, DISCORD) is None


async def test_each_application_and_address_has_its_own_fingerprint(database: Database) -> None:
    await remember_sync(database, 1, DISCORD, "a")
    await remember_sync(database, 1, LOOPBACK, "b")
    await remember_sync(database, 2**63 - 1, DISCORD, "c")
    assert await synced_fingerprint(database, 1, DISCORD) == "a"
    assert await synced_fingerprint(database, 1, LOOPBACK) == "b"
    assert await synced_fingerprint(database, 2**63 - 1, DISCORD) == "c"


async def test_a_newer_fingerprint_replaces_the_old_one_for_good(path: Path) -> None:
    async with open_database(f"sqlite:///{path}") as database:
        await remember_sync(database, 1, DISCORD, "old")
        await remember_sync(database, 1, DISCORD, "new")
    async with open_database(f"sqlite:///{path}") as database:
        assert await synced_fingerprint(database, 1, DISCORD) == "new"
