"""/generate: a network writes on from the user's words."""

import secrets
import time
from contextlib import aclosing
from dataclasses import asdict, replace
from typing import Any

import discord
from discord import app_commands
from discord.app_commands import Choice, Range

from bot.answer import Answer
from bot.message import Message
from bot.replies import Subject
from bot.resolve import Options, resolve
from bot.resources import Resources
from models.engine.request import SampleRequest
from storage import history
from storage.history import NewGeneration

MAX_CHOICES = 25  # of Discord
SEEDS = 2**31

Interaction = discord.Interaction[discord.Client]


def generate_command(resources: Resources) -> app_commands.Command[Any, ..., None]:
    """Build the command for these resources."""
    limits = resources.settings.generation

    @app_commands.command(description="Write on from your words, character by character")
    @app_commands.describe(
        prompt="How the text begins",
        temperature=f"0 = only the likeliest, 2 = wild (default {limits.default_temperature:g})",
        model=f"Who writes (default {resources.settings.models.default})",
        length=f"Characters to write (default {limits.default_length})",
        seed="The same seed gives the same text (default: drawn)",
        top_k="Choose among the k likeliest characters only (default: all)",
        top_p="Choose among the likeliest with this much probability (default 1: all)",
        private="Only you see the answer",
    )
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def generate(
        interaction: Interaction,
        prompt: Range[str, 1, 1500],
        temperature: Range[float, 0.0, 2.0] | None = None,
        model: Range[str, 1, 100] | None = None,
        length: Range[int, 1, limits.max_length] | None = None,
        seed: Range[int, 0, SEEDS - 1] | None = None,
        top_k: Range[int, 1, 1000] | None = None,
        top_p: Range[float, 0.01, 1.0] | None = None,
        private: bool = False,
    ) -> None:
        options = Options(
            prompt=prompt, temperature=temperature, model=model, length=length, seed=seed, top_k=top_k, top_p=top_p
        )
        await _answer(resources, interaction, options, private=private)

    @generate.autocomplete("model")
    async def complete_model(_: Interaction, typed: str) -> list[Choice[str]]:
        return [Choice(name=name, value=name) for name in ranked(resources.library.names(), typed)]

    return generate


def ranked(names: tuple[str, ...], typed: str) -> list[str]:
    """Return the names that hold what was typed, those that begin with it first."""
    typed = typed.strip().lower()
    return sorted((name for name in names if typed in name), key=lambda name: not name.startswith(typed))[:MAX_CHOICES]


async def _answer(resources: Resources, interaction: Interaction, options: Options, *, private: bool) -> None:
    """Refuse by raising before anything is sent, else answer; the place in the engine is held from the start."""
    request = resolve(options, resources.settings, secrets.randbelow(SEEDS))
    fitted = resources.library.fit_prompt(request.model, request.prompt)
    submitted_at = time.monotonic()
    async with aclosing(resources.engine.stream(replace(request, prompt=fitted.text))) as stream:
        row = await history.begin(resources.database, _row(resources, interaction, request, private=private))
        subject, message = Subject(options.prompt, fitted, request), Message(interaction)
        answer = Answer(resources, subject, stream, message, row=row, submitted_at=submitted_at)
        await answer.write(private=private)


def _row(resources: Resources, interaction: Interaction, request: SampleRequest, *, private: bool) -> NewGeneration:
    return NewGeneration(
        user_id=interaction.user.id,
        guild_id=interaction.guild_id,
        channel_id=interaction.channel_id,
        model_sha256=resources.library.card(request.model).weights_sha256,
        arithmetic=resources.engine.arithmetic,
        private=private,
        **asdict(request),
    )
