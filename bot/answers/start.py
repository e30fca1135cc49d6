"""The one way to a new answer, for commands and buttons alike."""

import secrets
import time
from contextlib import aclosing
from dataclasses import asdict, replace

import discord

from bot.answers.answer import Answer
from bot.answers.message import Message
from bot.answers.next_request import limits_of
from bot.replies.answer import Subject
from bot.resources import Resources
from bot.running.limits import Turn
from models.engine.request import SampleRequest
from models.engine.stream import TextStream
from models.sampling_params import SPECS
from storage.history import NewGeneration
from storage.usage import start_generation


def random_seed() -> int:
    """Return a seed for a text of its own."""
    return secrets.randbelow(SPECS["seed"].maximum + 1)


async def answer(
    resources: Resources,
    interaction: discord.Interaction[discord.Client],
    request: SampleRequest,
    prompt_shown: str,
    *,
    private: bool,
    parent_id: int | None,
    earlier_seed: bool = False,
) -> None:
    """Refuse by raising before anything is sent, else answer; the place in the engine is held from the start."""
    limits, turns = resources.settings.fairness, resources.running.turns
    fitted = resources.library.fit_prompt(request.model, request.prompt)
    turns.check_user(interaction.user.id, limits.max_running_per_user)
    submitted_at = time.monotonic()
    async with aclosing(resources.engine.stream(replace(request, prompt=fitted.text))) as stream:
        turn = Turn(interaction.user.id, interaction.guild_id, stream)
        with turns.taken(turn, limits.max_waiting_per_guild):
            new = _new_row(interaction, request, stream, private=private, parent_id=parent_id)
            beginning = start_generation(resources.database, new, limits.cooldown_seconds)
            row = await resources.running.in_time(beginning)
            hottest = limits_of(resources.settings, request.model).temperature
            subject = Subject(prompt_shown, fitted, request, hottest, earlier_seed=earlier_seed)
            message = Message(interaction, row)
            text = Answer(resources, subject, stream, message, row=row, submitted_at=submitted_at)
            await text.write(private=private)


def _new_row(
    interaction: discord.Interaction[discord.Client],
    request: SampleRequest,
    stream: TextStream,
    *,
    private: bool,
    parent_id: int | None,
) -> NewGeneration:
    return NewGeneration(
        user_id=interaction.user.id,
        guild_id=interaction.guild_id,
        channel_id=interaction.channel_id,
        model_sha256=stream.card.weights_sha256,
        arithmetic=stream.arithmetic,
        model=request.model,
        prompt=request.prompt,
        params=asdict(request.params),
        first_draw=request.first_draw,
        language=stream.language,
        private=private,
        parent_id=parent_id,
    )
