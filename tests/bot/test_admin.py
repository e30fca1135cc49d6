"""/admin: where it exists, who may use it, and what a reload changes."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tempera.bot.commands.admin import memory_bytes
from tempera.bot.config.loader import load_settings
from tempera.sandbox.server import Sandbox, running_sandbox
from tempera.sandbox.state.errors import CommandHidden, InvalidOption, UnknownCommand
from tempera.storage.texts.history import Status
from tests.bot.admin_play import reload, says, write_admin
from tests.bot.conftest import Room, bot_in, ended, write_config, written
from tests.bot.processes import replace_in


@pytest.fixture(scope="module")
async def room(tmp_path_factory: pytest.TempPathFactory, checkpoints: Path) -> AsyncIterator[Room]:
    """One bot for all tests: it writes one text at a time, and its file names Alice as admin in the first server."""
    config = write_config(tmp_path_factory.mktemp("admin"), checkpoints)
    async with running_sandbox() as sandbox:
        write_admin(config, sandbox)
        replace_in(config, "fairness:", "queue: {max_running: 1}\nfairness:")
        async with bot_in(sandbox, load_settings(config)) as bot:
            await sandbox.wait_for_command("admin")
            yield Room(sandbox, bot)
            assert not sandbox.unknown_calls


@pytest.fixture
def sandbox(room: Room) -> Sandbox:
    return room.sandbox


@pytest.fixture
async def config(room: Room) -> AsyncIterator[Path]:
    """The bot's settings file; what a test changes there is put back, and read again."""
    before = room.bot.resources.settings
    assert before.path
    content = before.path.read_text(encoding="utf-8")
    yield before.path
    room.bot.resources.settings = before
    before.path.write_text(content, encoding="utf-8")
    assert await reload(room.sandbox) == "Reloaded config.yaml. Nothing has changed."


def test_memory_is_unknown_where_the_system_does_not_tell() -> None:
    assert memory_bytes("where there is no /proc") is None


async def test_admin_is_only_in_the_servers_that_are_named(sandbox: Sandbox) -> None:
    with pytest.raises(UnknownCommand):
        await sandbox.invoke("admin status", channel=sandbox.lobby, user=sandbox.bob)
    with pytest.raises(UnknownCommand):
        await sandbox.invoke("admin status", channel=sandbox.dm_channel(sandbox.alice))
    assert "**Database**" in await says(await sandbox.invoke("admin status"))


async def test_only_those_who_are_named_may_use_it(room: Room, sandbox: Sandbox) -> None:
    """Alice owns the server, but it is Bob who looks after the bot."""
    with room.changed(admin={"user_ids": (sandbox.bob.id,)}):
        for command in ("admin status", "admin reload"):
            assert await says(await sandbox.invoke(command)) == (
                r"Only users listed in config.yaml under admin › user\_ids can use this command."
            )
        with pytest.raises(CommandHidden):
            await sandbox.invoke("admin status", user=sandbox.bob)
        sandbox.unlock_command("admin")
        assert "**Database**" in await says(await sandbox.invoke("admin status", user=sandbox.bob))


async def test_help_names_admin_to_admins_alone(room: Room, sandbox: Sandbox) -> None:
    assert "**/admin** *reload · status · block · unblock · blocked*" in await says(await sandbox.invoke("help"))
    assert "/admin" not in await says(await sandbox.invoke("help", user=sandbox.bob))
    with room.changed(admin={"user_ids": (sandbox.bob.id,)}):
        assert "/admin" not in await says(await sandbox.invoke("help"))


async def test_status_names_what_an_admin_wants_to_know(room: Room, sandbox: Sandbox) -> None:
    for _ in range(2):
        await (await sandbox.invoke("generate", prompt="Oh", length=5)).shows(written)
    assert re.fullmatch(
        r"\*\*Writing\*\* 0 of 1, [\d,]+ characters/s\n"
        r"\*\*Waiting\*\* 0 of 64\n"
        r"\*\*Decoding\*\* .+ on 1 thread.*\n"
        r"\*\*Models\*\* other, tiny; default: tiny\n"
        r"\*\*Memory\*\* bot \d+ MB, decoder \d+ MB\n"
        r"\*\*Discord\*\* latency ([\d,]+ ms|not measured yet), 2 servers\n"
        rf"\*\*Database\*\* 0\.\d MB, {await room.last_row()} texts\n"
        r"\*\*Faults since the start\*\* (none|Discord: refused × \d+)",
        await says(await sandbox.invoke("admin status")),
    )


async def test_status_counts_what_runs_and_waits(room: Room, sandbox: Sandbox) -> None:
    with room.decoder_asleep():
        exchanges = [await sandbox.invoke("generate", prompt="Oh", length=5, seed=seed) for seed in range(4)]
        for exchange in exchanges:
            await exchange.acknowledged()
        seen = await says(await sandbox.invoke("admin status"))
    assert "**Writing** 1 of 1, " in seen
    assert "**Waiting** 3 of 64\n" in seen
    for exchange in exchanges:
        await exchange.shows(written)


async def test_a_reload_names_every_difference_and_holds_from_then_on(
    room: Room, sandbox: Sandbox, config: Path
) -> None:
    replace_in(config, "default_length: 100", "default_length: 7\n  max_length: 50")
    replace_in(config, "default: tiny", "default: other\n  overrides: {other: {temperature: 0.25}}")
    assert (await reload(sandbox)).splitlines() == [
        "Reloaded config.yaml. Changes:",
        r"models › default: tiny → other",
        r"models › overrides › other › temperature: none → 0.25",
        r"models › overrides › other › max\_temperature: none → 2.0",
        r"models › overrides › other › max\_length: none → 4000",
        r"generation › default\_length: 100 → 7",
        r"generation › max\_length: 4000 → 50",
    ]
    await (await sandbox.invoke("generate", prompt="oh")).shows(written)
    row = await room.row(await room.last_row(), ended)
    assert (row.model, row.params["temperature"], row.params["length"]) == ("other", 0.25, 7)
    with pytest.raises(InvalidOption):
        await sandbox.invoke("generate", prompt="oh", length=51)
    assert await reload(sandbox) == "Reloaded config.yaml. Nothing has changed."


async def test_an_error_in_the_file_changes_nothing(room: Room, sandbox: Sandbox, config: Path) -> None:
    before = room.bot.resources.settings
    replace_in(config, "default_length: 100", "default_length: 7\n  max_length: 5")
    replace_in(config, "deadline_seconds: 5", "deadline: 5")
    assert (await reload(sandbox)).splitlines() == [
        "config.yaml has errors, so nothing was changed:",
        r"config.yaml › generation › max\_length: 5 is below default\_length; use 7 to 4000",
        r"config.yaml › shutdown › deadline: unknown key; use deadline\_seconds",
    ]
    assert room.bot.resources.settings is before
    await (await sandbox.invoke("generate", prompt="oh")).shows(written)
    assert len((await room.row(await room.last_row(), ended)).text) == 100
    shutil.move(config, config.with_suffix(".old"))
    assert "can't be read" in await reload(sandbox)
    assert room.bot.resources.settings is before


async def test_a_default_model_that_is_damaged_changes_nothing(
    room: Room, sandbox: Sandbox, config: Path, checkpoints: Path
) -> None:
    before = room.bot.resources.settings
    broken = checkpoints / "broken"
    broken.mkdir()
    try:
        (broken / "model.json").write_text("{}")
        replace_in(config, "default: tiny", "default: broken")
        assert "damaged" in await reload(sandbox)
    finally:
        (broken / "model.json").unlink()
        broken.rmdir()
    assert room.bot.resources.settings is before


async def test_a_reload_interrupts_nothing(room: Room, sandbox: Sandbox, config: Path) -> None:
    with room.decoder_asleep():
        exchange = await sandbox.invoke("generate", prompt="Oh")
        await exchange.shows("writing…")
        replace_in(config, "default_length: 100", "default_length: 3")
        replace_in(config, "default: tiny", "default: other")
        assert "Changes:" in await reload(sandbox)
        assert "writing…" in (await exchange.answered()).content
    await exchange.shows(written)
    row = await room.row(await room.last_row(), ended)
    assert (row.status, row.model, len(row.text)) == (Status.DONE, "tiny", 100)


async def test_what_needs_a_start_is_said_and_left_alone(room: Room, sandbox: Sandbox, config: Path) -> None:
    url = room.bot.resources.settings.storage.url
    replace_in(config, "max_running: 1}", "max_running: 3}")
    with config.open("a", encoding="utf-8") as file:
        file.write("storage: {url: 'sqlite:///other.sqlite3', removed_guild_grace_days: 3}\n")
    replace_in(config, "  default: tiny", "  default: tiny\n  threads: 3\n  memory_mb: 100")
    answer = await reload(sandbox)
    assert r"queue › max\_running: 1 → 3 (at the next start)" in answer
    assert "other.sqlite3 (at the next start)" in answer
    assert "models › threads: 1 → 3 (at the next start)" in answer
    assert r"models › memory\_mb: 512 → 100 (at the next start)" in answer
    assert answer.endswith(r"removed\_guild\_grace\_days: 30 → 3")
    settings = room.bot.resources.settings
    assert (settings.queue.max_running, settings.storage.url) == (1, url)
    assert (settings.models.threads, settings.models.memory_mb, room.bot.resources.engine.threads) == (1, 512, 1)
    assert settings.storage.removed_guild_grace_days == 3


async def test_a_key_that_has_no_effect_any_more_is_said(sandbox: Sandbox, config: Path) -> None:
    replace_in(config, "  default: tiny", "  default: tiny\n  arithmetic: fp32")
    assert (await reload(sandbox)).splitlines() == [
        "Reloaded config.yaml. Nothing has changed.",
        "config.yaml › models › arithmetic: this key has no effect any more; delete it",
    ]


async def test_a_reload_keeps_what_was_put_over_the_file(room: Room, sandbox: Sandbox, config: Path) -> None:
    resources = room.bot.resources
    resources.settings = resources.settings.replacing(generation={"max_length": 9})
    replace_in(config, "default_length: 100", "default_length: 7")
    assert r"default\_length: 100 → 7" in await reload(sandbox)
    assert resources.settings.generation.max_length == 9
    assert resources.settings.generation.default_length == 7
    assert await reload(sandbox) == "Reloaded config.yaml. Nothing has changed."


async def test_two_reloads_at_once_both_answer(room: Room, sandbox: Sandbox, config: Path) -> None:
    replace_in(config, "default_length: 100", "default_length: 7")
    answers = await asyncio.gather(reload(sandbox), reload(sandbox))
    assert any("100 → 7" in answer for answer in answers)
    assert room.bot.resources.settings.generation.default_length == 7
