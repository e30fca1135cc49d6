"""Who visits the page, and which channels they see."""

from aiohttp import web

from sandbox.payloads.objects import channel_json
from sandbox.state.interactions import Channel, Json, User
from sandbox.state.visibility import sees_channel
from sandbox.state.world import World


def visitor_named(world: World, name: str | None) -> User:
    """Return the person of this name, Alice without one; raises HTTPNotFound."""
    for user in (world.alice, world.bob):
        if user.name == (name or world.alice.name):
            return user
    raise web.HTTPNotFound(text="no such person")


def channel_named(world: World, name_or_id: str) -> Channel:
    """Return the channel; raises HTTPNotFound."""
    try:
        return world.channel(name_or_id)
    except KeyError:
        raise web.HTTPNotFound(text="no such channel") from None


def visible_channels(world: World, visitor: User) -> list[Channel]:
    """Return the channels of every server, then the conversation with the bot."""
    channels = [channel for guild in world.guilds.values() for channel in guild.channels]
    return [one for one in (*channels, *world.direct_channels.values()) if sees_channel(world, visitor, one)]


def channel_view(world: World, channel: Channel) -> Json:
    """Return a channel as the page shows it, a conversation by its name too."""
    return {**channel_json(channel, world.guild_of(channel)), "name": channel.name}
