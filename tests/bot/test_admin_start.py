"""/admin comes and goes with the servers that are named, and with the bot's being in them."""

from pathlib import Path

import pytest

from tempera.bot.config.loader import load_settings
from tempera.sandbox.server import Sandbox
from tempera.sandbox.state.errors import UnknownCommand
from tests.bot.admin_play import reload, says, write_admin
from tests.bot.conftest import RunBot, bot_in, written
from tests.bot.processes import replace_in

NOWHERE = 17  # no server


@pytest.mark.slow
async def test_a_server_gets_admin_when_it_takes_the_bot_in_and_loses_it_by_a_reload(
    sandbox: Sandbox, config: Path
) -> None:
    write_admin(config, sandbox)
    named = f"[{sandbox.guild.id}, {NOWHERE}]"
    replace_in(config, f"[{sandbox.guild.id}]", named)
    sandbox.remove_bot(sandbox.guild)
    async with bot_in(sandbox, load_settings(config)):
        await sandbox.wait_for_command("generate")
        assert "admin" not in sandbox.commands
        sandbox.add_bot(sandbox.guild)
        await sandbox.wait_for_command("admin")
        assert "**Database**" in await says(await sandbox.invoke("admin status"))
        replace_in(config, named, "[]")
        assert f"{named[1:-1]} → none" in await reload(sandbox)
        with pytest.raises(UnknownCommand):
            await sandbox.invoke("admin status")
        await (await sandbox.invoke("generate", prompt="Oh", length=5)).shows(written)


async def test_a_server_that_is_no_longer_named_loses_admin(sandbox: Sandbox, run_bot: RunBot) -> None:
    """Whom the settings name as an admin makes no difference without a server."""
    async with run_bot(admin={"guild_ids": (sandbox.guild.id,)}):
        await sandbox.wait_for_command("admin")
    calls = "PUT /applications/{application_id}/guilds/{guild_id}/commands"
    assert sandbox.calls.count(calls) == 1
    for _ in range(2):
        async with run_bot(admin={"user_ids": (sandbox.alice.id,)}):
            await sandbox.wait_for_command("generate")
            with pytest.raises(UnknownCommand):
                await sandbox.invoke("admin status")
    assert "admin" not in sandbox.commands
    assert sandbox.calls.count(calls) == 2
