"""What a bot remembers of each server that it is in."""

import asyncio
import random
from collections.abc import Callable
from pathlib import Path

from tqdm import tqdm

from benchmarks.load.presses import People
from benchmarks.processes import memory, started_bot
from benchmarks.rounds import Row, Target
from tempera.sandbox.server import Sandbox, running_sandbox
from tempera.sandbox.state.guilds import Channel, ChannelType, Guild, Overwrite, Role
from tempera.sandbox.state.permissions import Permission
from tests.patience import until

CATEGORIES, CHANNELS, ROLES, EMOJIS = 5, 25, 15, 30
SETTLED_SECONDS = 2.0
WORDS = ("general", "support", "off-topic", "announcements", "memes", "music", "art", "introductions", "bot-commands")
EACH = "bot RSS for each server, KB"
TARGETS = {EACH: Target(25, at_most=True)}
NewId = Callable[[], int]


async def measure(config: Path, servers: int) -> dict[str, float]:
    """Return the bot's memory in the sandbox's own servers, then in many more."""
    few, many = await resident(config, 0), await resident(config, servers)
    labels = (f"bot RSS in {count:,} servers, MiB" for count in (2, servers + 2))
    return dict(zip(labels, (few, many), strict=True)) | {EACH: (many - few) * 2**20 / 1000 / servers}


async def resident(config: Path, servers: int) -> float:
    """Return the MiB that a bot holds once it knows of so many more servers, and has written a text."""
    async with running_sandbox() as sandbox:
        for number in tqdm(range(servers), unit="server", leave=False, disable=None):
            sandbox.add_guild(guild(sandbox, number))
        people = People(sandbox, 1)
        async with started_bot(sandbox, config) as bot:
            await until(lambda: sandbox.gateway.identified)  # and told of all servers
            await people.write(1, 1, 1, ended=int)  # what is sent after the servers is answered after them
            await asyncio.sleep(SETTLED_SECONDS)
            return memory(bot.pid)["RSS"]


def guild(sandbox: Sandbox, number: int) -> Guild:
    """Return a server as communities furnish theirs: categories, channels with topics, roles, emojis."""
    draw, new_id = random.Random(number), sandbox.new_id
    guild_id = new_id()
    roles = [Role(guild_id, "@everyone", Permission.MEMBER)]
    roles += [Role(new_id(), f"{draw.choice(WORDS)} team {index}", Permission.MEMBER) for index in range(ROLES - 1)]
    categories = [
        Channel(new_id(), f"{draw.choice(WORDS)} {index}", index, kind=ChannelType.CATEGORY, guild_id=guild_id)
        for index in range(CATEGORIES)
    ]
    channels = [channel(draw, new_id(), index, draw.choice(categories).id, guild_id) for index in range(CHANNELS)]
    closed = {role.id: Overwrite(deny=Permission.VIEW_CHANNEL) for role in roles[:2]}
    return Guild(
        guild_id,
        f"The {draw.choice(WORDS)} club {number}",
        new_id(),
        roles,
        [*categories, *channels],
        {sandbox.bot.id: sandbox.bot},
        overwrites={each.id: dict(closed) for each in (*categories, *channels[::3])},
        decoration={"emojis": [emoji(new_id(), index) for index in range(EMOJIS)], "features": ["COMMUNITY", "NEWS"]},
    )


def channel(draw: random.Random, channel_id: int, position: int, parent_id: int, guild_id: int) -> Channel:
    """Return a channel with a topic."""
    topic = f"Everything about {draw.choice(WORDS)}. Be kind, and read the rules in number {position} first."
    name = f"{draw.choice(WORDS)}-{position}"
    return Channel(channel_id, name, position, topic=topic, parent_id=parent_id, guild_id=guild_id)


def emoji(emoji_id: int, number: int) -> dict[str, object]:
    """Return an emoji object."""
    flags = {"require_colons": True, "managed": False, "animated": False, "available": True}
    return {"id": str(emoji_id), "name": f"emoji_{number}", "roles": [], **flags}


def rows(found: dict[str, list[float]]) -> list[Row]:
    """Return every figure with its target."""
    return [Row(what, each, TARGETS.get(what)) for what, each in found.items()]
