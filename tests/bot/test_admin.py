"""/admin: where it is there, for whom, and what a reload changes."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.client import TemperaClient
from bot.settings_file import load_settings
from sandbox.errors import CommandHidden, OptionRefused, UnknownCommand
from sandbox.run import Run
from sandbox.server import Sandbox
from storage.history import Status
from tests.bot.conftest import Room, RunBot, bot_in, ended, written
from tests.bot.processes import replace_in


def named(sandbox: Sandbox, **admin: Any) -> dict[str, Any]:
    """Name the first server and Alice as those of /admin."""
    return {"guild_ids": [sandbox.guild.id], "user_ids": [sandbox.alice.id]} | admin


def write_admin(config: Path, sandbox: Sandbox, **admin: Any) -> None:
    with config.open("a", encoding="utf-8") as file:
        file.write(f"admin: {named(sandbox, **admin)}\n")


@pytest.fixture
async def bot(sandbox: Sandbox, config: Path) -> AsyncIterator[TemperaClient]:
    """A bot whose settings file names Alice as its admin in the first server."""
    write_admin(config, sandbox)
    async with bot_in(sandbox, load_settings(config)) as bot:
        await sandbox.wait_for_command("admin")
        yield bot


async def says(run: Run) -> str:
    message = await run.answered()
    assert message.ephemeral
    return message.content


async def reload(sandbox: Sandbox) -> str:
    return await says(await sandbox.play("admin reload"))


async def test_without_named_servers_there_is_no_admin(sandbox: Sandbox, run_bot: RunBot) -> None:
    async with run_bot(admin={"user_ids": (sandbox.alice.id,)}):
        await sandbox.wait_for_command("generate")
        with pytest.raises(UnknownCommand):
            await sandbox.play("admin status")


@pytest.mark.usefixtures("bot")
async def test_admin_is_only_in_the_servers_that_are_named(sandbox: Sandbox) -> None:
    with pytest.raises(UnknownCommand):
        await sandbox.play("admin status", channel=sandbox.lobby, user=sandbox.bob)
    with pytest.raises(UnknownCommand):
        await sandbox.play("admin status", channel=sandbox.direct_messages(sandbox.alice))
    assert "**Database**" in await says(await sandbox.play("admin status"))


async def test_only_those_who_are_named_may_use_it(sandbox: Sandbox, run_bot: RunBot) -> None:
    """Alice owns the server, but it is Bob who looks after the bot."""
    admin = {"guild_ids": (sandbox.guild.id,), "user_ids": (sandbox.bob.id,)}
    async with run_bot(admin=admin):
        await sandbox.wait_for_command("admin")
        for command in ("admin status", "admin reload"):
            assert await says(await sandbox.play(command)) == (
                r"Only those whom config.yaml names under admin › user\_ids may use this."
            )
        with pytest.raises(CommandHidden):
            await sandbox.play("admin status", user=sandbox.bob)
        sandbox.unlock("admin")
        assert "**Database**" in await says(await sandbox.play("admin status", user=sandbox.bob))


async def test_a_server_without_the_bot_does_not_keep_it_from_starting(sandbox: Sandbox, run_bot: RunBot) -> None:
    async with run_bot(admin={"guild_ids": (sandbox.guild.id, 17), "user_ids": (sandbox.alice.id,)}):
        await (await sandbox.play("generate", prompt="Oh", length=5)).shows(written)
        assert "**Database**" in await says(await sandbox.play("admin status"))


async def test_a_server_that_takes_the_bot_in_later_gets_admin_then(sandbox: Sandbox, run_bot: RunBot) -> None:
    sandbox.remove_bot(sandbox.guild)
    async with run_bot(admin={"guild_ids": (sandbox.guild.id,), "user_ids": (sandbox.alice.id,)}):
        await sandbox.wait_for_command("generate")
        assert "admin" not in sandbox.commands
        sandbox.add_bot(sandbox.guild)
        await sandbox.wait_for_command("admin")
        assert "**Database**" in await says(await sandbox.play("admin status"))


async def test_help_names_admin_to_admins_alone(sandbox: Sandbox, bot: TemperaClient) -> None:
    assert "**/admin** *reload · status*" in await says(await sandbox.play("help"))
    assert "/admin" not in await says(await sandbox.play("help", user=sandbox.bob))
    bot.resources.settings = bot.resources.settings.overridden(admin={"user_ids": (sandbox.bob.id,)})
    assert "/admin" not in await says(await sandbox.play("help"))


async def test_a_server_that_is_no_longer_named_loses_admin(sandbox: Sandbox, run_bot: RunBot) -> None:
    async with run_bot(admin={"guild_ids": (sandbox.guild.id,)}):
        await sandbox.wait_for_command("admin")
    calls = "PUT /applications/{application_id}/guilds/{guild_id}/commands"
    assert sandbox.calls.count(calls) == 1
    for _ in range(2):
        async with run_bot():
            await sandbox.wait_for_command("generate")
    assert "admin" not in sandbox.commands
    assert sandbox.calls.count(calls) == 2


@pytest.mark.usefixtures("bot")
async def test_status_names_what_an_admin_wants_to_know(sandbox: Sandbox) -> None:
    await (await sandbox.play("generate", prompt="Oh", length=5)).shows(written)
    assert re.fullmatch(
        r"\*\*Writing\*\* 0 of 64, [\d,]+ chars/s\n"
        r"\*\*Waiting\*\* 0 of 64\n"
        r"\*\*Models\*\* other, tiny; tiny when none is named\n"
        r"\*\*Memory\*\* bot \d+ MB, decoder \d+ MB\n"
        r"\*\*Discord\*\* latency ([\d,]+ ms|not measured yet), 2 servers\n"
        r"\*\*Database\*\* 0\.\d MB, 1 text",
        await says(await sandbox.play("admin status")),
    )


async def test_status_counts_what_runs_and_waits(sandbox: Sandbox, config: Path) -> None:
    write_admin(config, sandbox)
    replace_in(config, "fairness:", "queue:\n  max_running: 1\nfairness:")
    replace_in(config, "deadline_seconds: 5", "deadline_seconds: 0")
    async with bot_in(sandbox, load_settings(config)) as bot:
        with Room(sandbox, bot).decoder_asleep():
            for seed in range(12):
                await (await sandbox.play("generate", prompt="Oh", length=5, seed=seed)).acknowledged()
            seen = await says(await sandbox.play("admin status"))
        assert "**Writing** 1 of 1, " in seen
        assert "**Waiting** 11 of 64\n" in seen


async def test_a_reload_names_every_difference_and_holds_from_then_on(
    sandbox: Sandbox, bot: TemperaClient, config: Path
) -> None:
    replace_in(config, "default_length: 100", "default_length: 7\n  max_length: 50")
    replace_in(config, "default: tiny", "default: other\n  voices: {other: {temperature: 0.25}}")
    assert (await reload(sandbox)).splitlines() == [
        "Read config.yaml. What has changed:",
        r"models › default: tiny → other",
        r"models › voices › other › temperature: none → 0.25",
        r"models › voices › other › max\_temperature: none → 2.0",
        r"models › voices › other › max\_length: none → 4000",
        r"generation › default\_length: 100 → 7",
        r"generation › max\_length: 4000 → 50",
    ]
    await (await sandbox.play("generate", prompt="oh")).shows(written)
    row = await Room(sandbox, bot).row(1, ended)
    assert (row.model, row.temperature, row.length) == ("other", 0.25, 7)
    with pytest.raises(OptionRefused):
        await sandbox.play("generate", prompt="oh", length=51)
    assert await reload(sandbox) == "Read config.yaml: nothing has changed."


async def test_a_fault_in_the_file_changes_nothing(sandbox: Sandbox, bot: TemperaClient, config: Path) -> None:
    before = bot.resources.settings
    replace_in(config, "default_length: 100", "default_length: 7\n  max_length: 5")
    replace_in(config, "deadline_seconds: 5", "deadline: 5")
    assert (await reload(sandbox)).splitlines() == [
        "config.yaml was not taken; what held before still holds.",
        r"config.yaml › generation › max\_length: 5 is below default\_length; use 7 to 4000",
        r"config.yaml › shutdown › deadline: unknown key; use deadline\_seconds",
    ]
    assert bot.resources.settings is before
    await (await sandbox.play("generate", prompt="oh")).shows(written)
    assert len((await Room(sandbox, bot).row(1, ended)).text) == 100
    shutil.move(config, config.with_suffix(".old"))
    assert "can't be read" in await reload(sandbox)
    assert bot.resources.settings is before


async def test_a_default_model_that_is_damaged_changes_nothing(
    sandbox: Sandbox, bot: TemperaClient, config: Path, checkpoints: Path
) -> None:
    before = bot.resources.settings
    broken = checkpoints / "broken"
    broken.mkdir()
    try:
        (broken / "model.json").write_text("{}")
        replace_in(config, "default: tiny", "default: broken")
        assert "damaged" in await reload(sandbox)
    finally:
        (broken / "model.json").unlink()
        broken.rmdir()
    assert bot.resources.settings is before


async def test_a_reload_interrupts_nothing(sandbox: Sandbox, config: Path) -> None:
    write_admin(config, sandbox)
    async with bot_in(sandbox, load_settings(config)) as bot:
        with Room(sandbox, bot).decoder_asleep():
            run = await sandbox.play("generate", prompt="Oh")
            await run.shows("writing…")
            replace_in(config, "default_length: 100", "default_length: 3")
            replace_in(config, "default: tiny", "default: other")
            assert "What has changed" in await reload(sandbox)
            assert "writing…" in (await run.answered()).content
        await run.shows(written)
        row = await Room(sandbox, bot).row(1, ended)
        assert (row.status, row.model, len(row.text)) == (Status.DONE, "tiny", 100)


async def test_what_needs_a_start_is_said_and_left_alone(sandbox: Sandbox, bot: TemperaClient, config: Path) -> None:
    url = bot.resources.settings.storage.url
    with config.open("a", encoding="utf-8") as file:
        file.write("queue: {max_running: 3}\nstorage: {url: 'sqlite:///other.sqlite3', removed_guild_grace_days: 3}\n")
    replace_in(config, "  default: tiny", "  default: tiny\n  arithmetic: fp32")
    answer = await reload(sandbox)
    assert r"queue › max\_running: 64 → 3 (at the next start)" in answer
    assert "other.sqlite3 (at the next start)" in answer
    assert "models › arithmetic: int8 → fp32 (at the next start)" in answer
    assert answer.endswith(r"removed\_guild\_grace\_days: 30 → 3")
    settings = bot.resources.settings
    assert (settings.queue.max_running, settings.storage.url) == (64, url)
    assert (settings.models.arithmetic, bot.resources.engine.arithmetic) == ("int8", "int8")
    assert settings.storage.removed_guild_grace_days == 3


async def test_a_reload_keeps_what_was_put_over_the_file(sandbox: Sandbox, config: Path) -> None:
    admin = {"guild_ids": (sandbox.guild.id,), "user_ids": (sandbox.alice.id,)}
    settings = load_settings(config).overridden(admin=admin, generation={"max_length": 9})
    async with bot_in(sandbox, settings) as bot:
        replace_in(config, "default_length: 100", "default_length: 7")
        assert r"default\_length: 100 → 7" in await reload(sandbox)
        assert bot.resources.settings.generation.max_length == 9
        assert bot.resources.settings.generation.default_length == 7
        assert await reload(sandbox) == "Read config.yaml: nothing has changed."


async def test_two_reloads_at_once_both_answer(sandbox: Sandbox, bot: TemperaClient, config: Path) -> None:
    replace_in(config, "default_length: 100", "default_length: 7")
    answers = await asyncio.gather(reload(sandbox), reload(sandbox))
    assert any("100 → 7" in answer for answer in answers)
    assert bot.resources.settings.generation.default_length == 7


@pytest.mark.usefixtures("bot")
async def test_a_reload_may_take_admin_away(sandbox: Sandbox, config: Path) -> None:
    replace_in(config, f"[{sandbox.guild.id}]", "[]")
    assert f"{sandbox.guild.id} → none" in await reload(sandbox)
    with pytest.raises(UnknownCommand):
        await sandbox.play("admin status")
    await (await sandbox.play("generate", prompt="Oh", length=5)).shows(written)
