"""Finds the visitor and the channel that a request names, and the channels that a visitor sees."""

from aiohttp import web

from tempera.sandbox.payloads.objects import channel_json
from tempera.sandbox.state.guilds import Channel, User
from tempera.sandbox.state.json_object import Json
from tempera.sandbox.state.visibility import sees_channel
from tempera.sandbox.state.world import World


def visitor_named(world: World, name: str | None) -> User:
    """Return the user with this name, or Alice if there is no name; raises HTTPNotFound."""
    for user in (world.alice, world.bob):
        if user.name == (name or world.alice.name):
            return user
    raise web.HTTPNotFound(text="There is no such user.")


def channel_named(world: World, name_or_id: str) -> Channel:
    """Return the channel with this name or id; raises HTTPNotFound."""
    try:
        return world.channel(name_or_id)
    except KeyError:
        raise web.HTTPNotFound(text="There is no such channel.") from None


def visible_channels(world: World, visitor: User) -> list[Channel]:
    """Return the channels that the visitor sees: those of each guild, then the DM with the bot."""
    channels = [channel for guild in world.guilds.values() for channel in guild.channels]
    return [one for one in (*channels, *world.dm_channels.values()) if sees_channel(world, visitor, one)]


def channel_view(world: World, channel: Channel) -> Json:
    """Return a channel object for the page, in which DMs have a name too."""
    return {**channel_json(channel, world.guild_of(channel)), "name": channel.name}
