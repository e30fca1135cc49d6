"""What the bot remembers of each server: what commands look at, and nothing that only takes up memory."""

import discord

from tempera.sandbox.server import Sandbox
from tempera.sandbox.state.guilds import Channel, ChannelType, Guild, Overwrite, Role
from tests.bot.conftest import RunBot
from tests.patience import until

TOPIC, DESCRIPTION = "Sit down", "A club"
EMOJI = {"id": "7", "name": "wave", "roles": [], "require_colons": True, "managed": False, "animated": False}


def furnished(sandbox: Sandbox) -> Guild:
    """Return a server with a category that Bob can't see, a channel in it, and some decoration."""
    guild_id, category_id = sandbox.new_id(), sandbox.new_id()
    category = Channel(category_id, "rooms", 0, kind=ChannelType.CATEGORY, guild_id=guild_id)
    lounge = Channel(sandbox.new_id(), "lounge", 1, topic=TOPIC, parent_id=category_id, guild_id=guild_id)
    hidden = {sandbox.bob.id: Overwrite(deny=discord.Permissions(view_channel=True).value)}
    return Guild(
        guild_id,
        "Club",
        sandbox.alice.id,
        [Role(guild_id, "@everyone", discord.Permissions(send_messages=True).value)],
        [category, lounge],
        {user.id: user for user in (sandbox.alice, sandbox.bob, sandbox.bot)},
        overwrites={category.id: hidden, lounge.id: hidden},
        decoration={"emojis": [EMOJI], "features": ["COMMUNITY"], "description": DESCRIPTION},
    )


async def test_names_categories_and_permissions_are_remembered_and_nothing_else(
    run_bot: RunBot, sandbox: Sandbox
) -> None:
    club = furnished(sandbox)
    async with run_bot() as bot:
        sandbox.add_guild(club)
        await until(lambda: bot.get_guild(club.id))
        guild = bot.get_guild(club.id)
        assert guild is not None
        (category,), (lounge,) = guild.categories, guild.text_channels
        assert (guild.name, guild.owner_id, category.name) == ("Club", sandbox.alice.id, "rooms")
        assert (lounge.name, lounge.category) == ("lounge", category)
        assert guild.default_role.permissions.send_messages
        assert [one.id for one in category.overwrites] == [sandbox.bob.id]
        assert [lounge.topic, guild.description] == [None, None]
        assert (lounge.overwrites, guild.emojis, guild.features) == ({}, (), [])
