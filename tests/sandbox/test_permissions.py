"""Permissions: users' rights, visible commands, and what the bot itself is denied."""

from collections.abc import AsyncIterator

import discord
import pytest
from discord import app_commands

from tempera.sandbox.server import Sandbox
from tempera.sandbox.state.errors import CommandHidden, NotClickable
from tempera.sandbox.state.permissions import Permission
from tests.sandbox.puppet import Connect, Puppet


@pytest.fixture
async def guarded(sandbox: Sandbox, connect: Connect) -> AsyncIterator[Puppet]:
    """A puppet whose command /guard requires Manage Channels."""
    async with connect(sandbox) as puppet:
        puppet.tree.add_command(guard)
        await puppet.tree.sync()
        await puppet.wait_until_ready()
        yield puppet


@app_commands.command(description="For those who may manage channels")
@app_commands.default_permissions(manage_channels=True)
async def guard(interaction: discord.Interaction[Puppet]) -> None:
    interaction.client.interactions.put_nowait(interaction)


async def test_a_command_is_hidden_from_those_without_its_permissions(sandbox: Sandbox, guarded: Puppet) -> None:
    with pytest.raises(CommandHidden, match="Bob lacks the required permissions"):
        await sandbox.invoke("guard", user=sandbox.bob)
    sandbox.allow(sandbox.bob, Permission.MANAGE_CHANNELS, channel=sandbox.poems)
    with pytest.raises(CommandHidden):
        await sandbox.invoke("guard", user=sandbox.bob, channel=sandbox.general)
    await sandbox.invoke("guard", user=sandbox.bob, channel=sandbox.poems)
    interaction = await guarded.received()
    assert interaction.permissions.manage_channels
    assert not interaction.permissions.manage_guild
    await sandbox.invoke("guard", user=sandbox.alice)
    assert (await guarded.received()).permissions.manage_guild


async def test_a_command_for_nobody_is_for_administrators(sandbox: Sandbox, puppet: Puppet) -> None:
    @app_commands.command(description="For administrators")
    @app_commands.default_permissions()
    async def closed(interaction: discord.Interaction[Puppet]) -> None:
        interaction.client.interactions.put_nowait(interaction)

    puppet.tree.add_command(closed)
    await puppet.tree.sync()
    assert sandbox.commands["closed"]["default_member_permissions"] == "0"
    sandbox.allow(sandbox.bob, Permission.MANAGE_GUILD)
    with pytest.raises(CommandHidden):
        await sandbox.invoke("closed", user=sandbox.bob)
    sandbox.allow(sandbox.bob, Permission.ADMINISTRATOR)
    await sandbox.invoke("closed", user=sandbox.bob)
    assert (await puppet.received()).permissions.administrator


async def test_the_servers_admins_may_show_a_command_to_all(sandbox: Sandbox, guarded: Puppet) -> None:
    sandbox.unlock_command("guard")
    await sandbox.invoke("guard", user=sandbox.bob)
    assert not (await guarded.received()).permissions.manage_channels
    with pytest.raises(CommandHidden):
        await sandbox.invoke("guard", user=sandbox.alice, channel=sandbox.lobby)


async def test_a_servers_owner_is_a_plain_member_of_another(sandbox: Sandbox, guarded: Puppet) -> None:
    with pytest.raises(CommandHidden):
        await sandbox.invoke("guard", user=sandbox.alice, channel=sandbox.workshop)
    await sandbox.invoke("guard", user=sandbox.bob, channel=sandbox.workshop)
    interaction = await guarded.received()
    assert (interaction.guild_id, interaction.permissions.administrator) == (sandbox.second_guild.id, True)


async def test_a_role_gives_permissions_in_the_whole_server(sandbox: Sandbox, guarded: Puppet) -> None:
    sandbox.allow(sandbox.bob, Permission.MANAGE_CHANNELS)
    thread = sandbox.start_thread(sandbox.poems, "night")
    await sandbox.invoke("guard", user=sandbox.bob, channel=thread)
    interaction = await guarded.received()
    assert isinstance(interaction.user, discord.Member)
    assert isinstance(interaction.channel, discord.Thread)
    category = interaction.channel.category
    assert category is not None
    assert category.permissions_for(interaction.user).manage_channels
    sandbox.deny(sandbox.bob, Permission.MANAGE_CHANNELS)
    with pytest.raises(CommandHidden):
        await sandbox.invoke("guard", user=sandbox.bob)


async def test_a_category_gives_permissions_to_its_channels_and_their_threads(
    sandbox: Sandbox, guarded: Puppet
) -> None:
    category = sandbox.guild.channels[0]
    sandbox.allow(sandbox.bob, Permission.MANAGE_CHANNELS, channel=category)
    thread = sandbox.start_thread(sandbox.poems, "night")
    for place in (sandbox.poems, thread):
        await sandbox.invoke("guard", user=sandbox.bob, channel=place)
        interaction = await guarded.received()
        assert interaction.permissions.manage_channels
        assert isinstance(interaction.user, discord.Member)
        assert isinstance(interaction.channel, discord.TextChannel | discord.Thread)
        assert interaction.channel.permissions_for(interaction.user).manage_channels


async def test_who_does_not_see_a_channel_can_neither_play_nor_click_there(sandbox: Sandbox, guarded: Puppet) -> None:
    run = await sandbox.invoke("say", text="hello")
    view = discord.ui.View().add_item(discord.ui.Button(label="Go", custom_id="go"))
    await (await guarded.received()).response.send_message("text", view=view)
    sandbox.deny(sandbox.bob, Permission.VIEW_CHANNEL, channel=sandbox.general)
    with pytest.raises(CommandHidden, match="can't use commands in #general"):
        await sandbox.invoke("say", text="hello", user=sandbox.bob)
    with pytest.raises(NotClickable, match="can't see"):
        await sandbox.click(await run.answered(), "Go", user=sandbox.bob)


async def test_the_bot_is_told_what_it_may_do(sandbox: Sandbox, guarded: Puppet) -> None:
    sandbox.deny(sandbox.bot, Permission.ATTACH_FILES, channel=sandbox.general)
    await sandbox.invoke("say", text="hello")
    interaction = await guarded.received()
    assert (interaction.app_permissions.attach_files, interaction.app_permissions.send_messages) == (False, True)
    assert isinstance(interaction.channel, discord.TextChannel)
    assert not interaction.channel.permissions_for(interaction.channel.guild.me).attach_files


@pytest.mark.parametrize(
    ("denied", "code"), [(Permission.SEND_MESSAGES, 50013), (Permission.VIEW_CHANNEL, 50001), (Permission(0), 0)]
)
async def test_the_bot_cannot_write_where_it_may_not(
    sandbox: Sandbox, guarded: Puppet, denied: Permission, code: int
) -> None:
    sandbox.deny(sandbox.bot, denied, channel=sandbox.poems)
    channel = guarded.get_partial_messageable(sandbox.poems.id)
    if not code:
        await channel.send("allowed")
        return
    with pytest.raises(discord.Forbidden) as refused:
        await channel.send("forbidden")
    assert refused.value.code == code


async def test_a_thread_needs_a_permission_of_its_own(sandbox: Sandbox, guarded: Puppet) -> None:
    thread = sandbox.start_thread(sandbox.general, "night")
    channel = guarded.get_partial_messageable(thread.id)
    await channel.send("allowed")
    sandbox.deny(sandbox.bot, Permission.SEND_MESSAGES_IN_THREADS)
    with pytest.raises(discord.Forbidden) as refused:
        await channel.send("forbidden")
    assert refused.value.code == 50013


async def test_deleting_anothers_message_needs_manage_messages(sandbox: Sandbox, guarded: Puppet) -> None:
    message = await sandbox.post("mine")
    handle = guarded.get_partial_messageable(sandbox.general.id).get_partial_message(message.id)
    with pytest.raises(discord.Forbidden) as refused:
        await handle.delete()
    assert refused.value.code == 50013
    sandbox.allow(sandbox.bot, Permission.MANAGE_MESSAGES)
    await handle.delete()
    assert message.deleted
