"""Whom a message pings, given allowed_mentions."""

import aiohttp
import discord
import pytest

from tempera.sandbox.server import Sandbox
from tempera.sandbox.state.permissions import Permission
from tests.sandbox.puppet import Connect, Puppet

NOBODY = discord.AllowedMentions.none()
EVERYBODY = discord.AllowedMentions.all()


def everything(sandbox: Sandbox) -> str:
    poets = next(role for role in sandbox.guild.roles if role.name == "poets")
    return f"<@{sandbox.bob.id}> <@&{poets.id}> @everyone @here <@1>"


async def answer(sandbox: Sandbox, puppet: Puppet, content: str, allowed: discord.AllowedMentions | None) -> list[str]:
    run = await sandbox.invoke("say", text="hello")
    interaction = await puppet.received()
    await interaction.response.send_message(content, allowed_mentions=allowed or discord.utils.MISSING)
    return (await run.answered()).pings


async def test_an_unprotected_answer_pings_users_only(sandbox: Sandbox, puppet: Puppet) -> None:
    assert await answer(sandbox, puppet, everything(sandbox), None) == [f"<@{sandbox.bob.id}>"]


async def test_everything_pings_when_allowed(sandbox: Sandbox, puppet: Puppet) -> None:
    pings = await answer(sandbox, puppet, everything(sandbox), EVERYBODY)
    assert pings == [word for word in everything(sandbox).split() if word != "<@1>"]


async def test_nothing_pings_when_nothing_is_allowed(sandbox: Sandbox, puppet: Puppet) -> None:
    assert await answer(sandbox, puppet, everything(sandbox), NOBODY) == []


async def test_a_client_that_allows_none_protects_its_answers(sandbox: Sandbox, connect: Connect) -> None:
    async with connect(sandbox, allowed_mentions=NOBODY) as puppet:
        assert await answer(sandbox, puppet, everything(sandbox), None) == []


async def test_only_listed_users_are_pinged(sandbox: Sandbox, puppet: Puppet) -> None:
    content = f"<@{sandbox.bob.id}> <@{sandbox.alice.id}>"
    allowed = discord.AllowedMentions(everyone=False, roles=False, users=[discord.Object(sandbox.alice.id)])
    assert await answer(sandbox, puppet, content, allowed) == [f"<@{sandbox.alice.id}>"]


async def test_an_edit_that_adds_a_mention_counts(sandbox: Sandbox, puppet: Puppet) -> None:
    run = await sandbox.invoke("say", text="hello")
    interaction = await puppet.received()
    await interaction.response.send_message("quiet")
    await interaction.edit_original_response(content=f"<@{sandbox.bob.id}>")
    assert (await run.answered()).pings == [f"<@{sandbox.bob.id}>"]


@pytest.mark.parametrize(("content", "pings"), [("@everyone", ["@everyone"]), ("hello", [])])
async def test_a_persons_message_pings(sandbox: Sandbox, content: str, pings: list[str]) -> None:
    assert (await sandbox.post(content)).pings == pings


async def test_an_unprotected_message_in_a_channel_pings_everyone(
    sandbox: Sandbox, http: aiohttp.ClientSession
) -> None:
    url = f"{sandbox.api_url}/channels/{sandbox.general.id}/messages"
    headers = {"Authorization": f"Bot {sandbox.token}"}
    async with http.post(url, json={"content": "@everyone"}, headers=headers) as response:
        assert (await response.json())["mention_everyone"] is True
    assert sandbox.messages[-1].pings == ["@everyone"]


async def test_everyone_is_pinged_only_with_the_permission(sandbox: Sandbox, puppet: Puppet) -> None:
    sandbox.deny(sandbox.bot, Permission.MENTION_EVERYONE, channel=sandbox.general)
    assert await answer(sandbox, puppet, "@everyone", EVERYBODY) == []
    assert (await sandbox.post("@everyone", user=sandbox.bob)).pings == []
