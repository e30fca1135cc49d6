"""A real discord.py bot that hands each interaction to the test, which responds in its place."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, Literal

import discord
from discord import app_commands
from discord.app_commands import Range

from tempera.sandbox.client.exchange import TIMEOUT_SECONDS
from tempera.sandbox.server import Sandbox


class Puppet(discord.Client):
    """A bot that does nothing by itself; `received` returns the next interaction."""

    def __init__(self, intents: discord.Intents, allowed_mentions: discord.AllowedMentions | None) -> None:
        super().__init__(intents=intents, guild_ready_timeout=0.1, allowed_mentions=allowed_mentions)
        self.tree = app_commands.CommandTree(self)
        self.interactions: asyncio.Queue[discord.Interaction] = asyncio.Queue()
        self.seen_messages: asyncio.Queue[discord.Message] = asyncio.Queue()
        self.tree.add_command(say)
        self.tree.add_command(memory)

    async def setup_hook(self) -> None:
        await self.tree.sync()

    async def received(self) -> discord.Interaction:
        return await asyncio.wait_for(self.interactions.get(), timeout=TIMEOUT_SECONDS)

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        if interaction.type in (discord.InteractionType.component, discord.InteractionType.modal_submit):
            self.interactions.put_nowait(interaction)

    async def on_message(self, message: discord.Message) -> None:
        self.seen_messages.put_nowait(message)


@app_commands.command(description="Say something")
@app_commands.describe(text="What to say", volume="How loud", times="How often", mood="How it feels", word="A word")
async def say(
    interaction: discord.Interaction[Puppet],
    text: Range[str, 1, 50],
    volume: Range[float, 0.0, 2.0] = 1.0,
    times: Range[int, 1, 5] = 1,
    mood: Literal["glad", "sad"] = "glad",
    loud: bool = False,
    whom: discord.Member | None = None,
    where: discord.TextChannel | None = None,
    word: str = "",
) -> None:
    given = {"text": text, "volume": volume, "times": times, "mood": mood, "loud": loud, "word": word}
    interaction.extras.update(given, whom=whom, where=where)
    interaction.client.interactions.put_nowait(interaction)


@say.autocomplete("word")
async def _words(interaction: discord.Interaction[Puppet], typed: str) -> list[app_commands.Choice[str]]:
    loud = interaction.namespace.loud
    words = ["Anna", "Anton", "Berta", "Bert"]
    return [app_commands.Choice(name=w.upper() if loud else w, value=w) for w in words if w.startswith(typed)]


@say.autocomplete("times")
async def _times(_interaction: discord.Interaction[Puppet], _typed: str) -> list[app_commands.Choice[int]]:
    return [app_commands.Choice(name=name, value=value) for name, value in (("once", 1), ("twice", 2))]


memory = app_commands.Group(name="memory", description="What is kept")


@memory.command(description="Keep a thing")
async def keep(interaction: discord.Interaction[Puppet], name: str) -> None:
    interaction.extras["name"] = name
    interaction.client.interactions.put_nowait(interaction)


@memory.command(description="Forget everything")
async def forget(interaction: discord.Interaction[Puppet]) -> None:
    interaction.client.interactions.put_nowait(interaction)


@memory.command(description="Look for things")
async def search(interaction: discord.Interaction[Puppet], word: str = "any") -> None:
    interaction.extras["word"] = word
    interaction.client.interactions.put_nowait(interaction)


@memory.command(description="Set how much is remembered")
async def tune(interaction: discord.Interaction[Puppet], warmth: Range[float, 0.0, 2.0] = 1.0) -> None:
    interaction.extras["warmth"] = warmth
    interaction.client.interactions.put_nowait(interaction)


@tune.autocomplete("warmth")
async def _notches(_: discord.Interaction[Puppet], typed: object) -> list[app_commands.Choice[float]]:
    if isinstance(typed, str):
        return [app_commands.Choice(name=typed, value=float(typed))]
    return [app_commands.Choice(name=f"{name} · {value}", value=value) for name, value in (("mild", 0.4), ("hot", 1.5))]


Connect = Callable[..., AbstractAsyncContextManager[Puppet]]


def data_of(interaction: discord.Interaction) -> Mapping[str, Any]:
    """Return the interaction's data, which discord.py types as a union of TypedDicts with different keys."""
    assert interaction.data is not None
    return interaction.data


def callback_url(sandbox: Sandbox, interaction: discord.Interaction) -> str:
    return f"{sandbox.api_url}/interactions/{interaction.id}/{interaction.token}/callback"
