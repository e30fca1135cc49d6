"""Guilds, threads and DMs: which events the bot receives, and what happens when it is removed."""

import asyncio
from typing import Any

import aiohttp
import discord
import pytest
from discord import app_commands

from tempera.sandbox.client.exchange import TIMEOUT_SECONDS
from tempera.sandbox.server import Sandbox
from tempera.sandbox.state.errors import CommandHidden, UnknownCommand
from tempera.sandbox.state.guilds import Channel, Guild
from tests.sandbox.puppet import Connect, Puppet


async def answered_in(sandbox: Sandbox, puppet: Puppet, channel: Channel) -> discord.Interaction:
    run = await sandbox.invoke("say", text="hello", channel=channel)
    interaction = await puppet.received()
    await interaction.response.send_message("heard")
    message = await run.answered()
    assert (message.channel, message.content) == (channel, "heard")
    return interaction


async def test_the_bot_knows_both_servers(sandbox: Sandbox, puppet: Puppet) -> None:
    await puppet.wait_until_ready()
    assert {guild.name for guild in puppet.guilds} == {"Tempera", "Atelier"}
    interaction = await answered_in(sandbox, puppet, sandbox.lobby)
    assert (interaction.guild_id, interaction.context.guild) == (sandbox.second_guild.id, True)


async def test_a_thread_leads_to_its_channel_and_category(sandbox: Sandbox, puppet: Puppet) -> None:
    await puppet.wait_until_ready()
    thread = sandbox.start_thread(sandbox.poems, "night")
    interaction = await answered_in(sandbox, puppet, thread)
    channel = interaction.channel
    assert isinstance(channel, discord.Thread)
    assert channel.parent is not None
    assert channel.category is not None
    assert (channel.name, channel.parent.id, channel.category.name) == ("night", sandbox.poems.id, "writing")


async def test_a_bot_is_told_of_a_thread(sandbox: Sandbox, puppet: Puppet) -> None:
    await puppet.wait_until_ready()
    started = asyncio.create_task(event(puppet, "thread_create"))
    await asyncio.sleep(0)
    thread = sandbox.start_thread(sandbox.poems, "night", user=sandbox.bob)
    assert ((await started).id, (await started).owner_id) == (thread.id, sandbox.bob.id)


async def test_a_bot_that_comes_later_knows_the_threads(sandbox: Sandbox, connect: Connect) -> None:
    thread = sandbox.start_thread(sandbox.poems, "night")
    async with connect(sandbox) as puppet:
        await puppet.wait_until_ready()
        guild = puppet.get_guild(sandbox.guild.id)
        assert guild is not None
        assert guild.get_thread(thread.id) is not None


async def test_a_direct_message_has_no_server(sandbox: Sandbox, puppet: Puppet) -> None:
    interaction = await answered_in(sandbox, puppet, sandbox.dm_channel(sandbox.alice))
    assert (interaction.guild_id, interaction.context.dm_channel, interaction.user.id) == (None, True, sandbox.alice.id)


async def test_a_conversation_is_its_users_alone(sandbox: Sandbox, puppet: Puppet, http: aiohttp.ClientSession) -> None:
    conversation = sandbox.dm_channel(sandbox.alice)
    await sandbox.post("between us", channel=conversation)
    for name, sees in (("alice", True), ("bob", False)):
        async with http.get(f"{sandbox.url}/sandbox/state?as={name}") as response:
            state = await response.json()
        assert (str(conversation.id) in [one["id"] for one in state["channels"]]) is sees
        assert ("between us" in [one["content"] for one in state["messages"]]) is sees
        body = {"user": name, "channel": str(conversation.id), "content": "me too"}
        async with http.post(f"{sandbox.url}/sandbox/messages", json=body) as response:
            assert (response.status == 201) is sees
    with pytest.raises(CommandHidden):
        await sandbox.invoke("say", text="hello", user=sandbox.bob, channel=conversation)
    assert puppet.interactions.empty()


async def test_a_command_of_one_server_is_seen_there_alone(sandbox: Sandbox, puppet: Puppet) -> None:
    @app_commands.command(description="For one server")
    async def local(interaction: discord.Interaction[Puppet]) -> None:
        interaction.client.interactions.put_nowait(interaction)

    there = discord.Object(sandbox.second_guild.id)
    puppet.tree.add_command(local, guild=there)
    await puppet.tree.sync(guild=there)
    await sandbox.invoke("local", channel=sandbox.lobby)
    await puppet.received()
    for place in (sandbox.general, sandbox.dm_channel(sandbox.alice)):
        with pytest.raises(UnknownCommand):
            await sandbox.invoke("local", channel=place)


async def test_a_command_can_be_kept_out_of_direct_messages(sandbox: Sandbox, puppet: Puppet) -> None:
    command = puppet.tree.get_command("say")
    assert isinstance(command, app_commands.Command)
    command.allowed_contexts = app_commands.AppCommandContext(guild=True)
    try:
        await puppet.tree.sync()
        with pytest.raises(CommandHidden, match="isn't available in this kind of channel"):
            await sandbox.invoke("say", text="hello", channel=sandbox.dm_channel(sandbox.alice))
    finally:
        command.allowed_contexts = None


async def event(puppet: Puppet, name: str) -> Any:
    return await asyncio.wait_for(puppet.wait_for(name), timeout=TIMEOUT_SECONDS)


async def test_a_bot_is_removed_and_invited_again(sandbox: Sandbox, puppet: Puppet) -> None:
    await puppet.wait_until_ready()
    left = asyncio.create_task(event(puppet, "guild_remove"))
    await asyncio.sleep(0)
    sandbox.remove_bot(sandbox.second_guild)
    assert (await left).id == sandbox.second_guild.id
    with pytest.raises(CommandHidden, match="isn't in this server"):
        await sandbox.invoke("say", text="hello", channel=sandbox.lobby)
    with pytest.raises(discord.Forbidden) as refused:
        await puppet.get_partial_messageable(sandbox.lobby.id).send("still here?")
    assert refused.value.code == 50001
    joined = asyncio.create_task(event(puppet, "guild_join"))
    await asyncio.sleep(0)
    sandbox.add_bot(sandbox.second_guild)
    assert (await joined).id == sandbox.second_guild.id
    await answered_in(sandbox, puppet, sandbox.lobby)


async def test_a_user_takes_the_app_where_the_bot_is_not(sandbox: Sandbox, puppet: Puppet) -> None:
    @app_commands.command(description="Comes along")
    @app_commands.allowed_installs(users=True)
    async def along(interaction: discord.Interaction[Puppet]) -> None:
        interaction.client.interactions.put_nowait(interaction)

    puppet.tree.add_command(along)
    await puppet.tree.sync()
    sandbox.remove_bot(sandbox.second_guild)
    run = await sandbox.invoke("along", user=sandbox.bob, channel=sandbox.lobby)
    interaction = await puppet.received()
    assert (interaction.guild_id, interaction.is_user_integration(), interaction.is_guild_integration()) == (
        sandbox.second_guild.id,
        True,
        False,
    )
    await interaction.response.send_message("here I am")
    assert (await run.answered()).content == "here I am"


async def test_an_outage_is_no_removal(sandbox: Sandbox, puppet: Puppet) -> None:
    await puppet.wait_until_ready()
    lost = asyncio.create_task(event(puppet, "guild_unavailable"))
    await asyncio.sleep(0)
    sandbox.begin_outage(sandbox.second_guild)
    await lost
    assert puppet.get_guild(sandbox.second_guild.id) is not None
    back = asyncio.create_task(event(puppet, "guild_available"))
    await asyncio.sleep(0)
    sandbox.end_outage(sandbox.second_guild)
    await back


async def test_a_bot_that_was_away_learns_which_servers_are_left(sandbox: Sandbox, connect: Connect) -> None:
    sandbox.remove_bot(sandbox.second_guild)
    sandbox.begin_outage(sandbox.guild)
    async with connect(sandbox) as puppet:
        await puppet.wait_until_ready()
        assert [(guild.id, guild.unavailable) for guild in puppet.guilds] == [(sandbox.guild.id, True)]


async def test_a_new_person_can_use_commands(sandbox: Sandbox, puppet: Puppet) -> None:
    carol = sandbox.add_person("carol")
    run = await sandbox.invoke("say", text="hello", user=carol)
    interaction = await puppet.received()
    assert (interaction.user.id, interaction.user.display_name) == (carol.id, "Carol")
    await interaction.response.send_message("heard", ephemeral=True)
    assert (await run.answered()).content == "heard"


async def test_without_the_intent_for_presences_a_bot_sees_no_members_but_itself(
    sandbox: Sandbox, http: aiohttp.ClientSession
) -> None:
    async with http.ws_connect(sandbox.gateway_url) as socket:
        await socket.send_json({"op": 2, "d": {"token": sandbox.token, "intents": 1}})
        _, _, server = [await socket.receive_json(timeout=TIMEOUT_SECONDS) for _ in range(3)]
    members = [member["user"]["id"] for member in server["d"]["members"]]
    assert (members, server["d"]["member_count"]) == ([str(sandbox.bot.id)], 3)


async def test_a_bot_is_told_of_a_server_that_is_founded(sandbox: Sandbox, puppet: Puppet) -> None:
    await puppet.wait_until_ready()
    joined = asyncio.create_task(event(puppet, "guild_join"))
    await asyncio.sleep(0)
    club = Guild(sandbox.new_id(), "Club", sandbox.alice.id, [], [], {}, decoration={"features": ["COMMUNITY"]})
    sandbox.add_guild(club)
    assert ((await joined).name, (await joined).features) == ("Club", ["COMMUNITY"])


async def test_a_forgotten_interaction_leaves_nothing(sandbox: Sandbox, puppet: Puppet) -> None:
    run = await sandbox.invoke("say", text="hello")
    interaction = await puppet.received()
    await interaction.response.send_message("heard")
    await interaction.followup.send("and more")
    await run.followed_up()
    sandbox.forget(run.interaction)
    assert sandbox.messages == []
    with pytest.raises(discord.NotFound, match="10015"):
        await interaction.edit_original_response(content="too late")
