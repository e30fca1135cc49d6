"""The only way to start an answer, for commands and buttons alike."""

import secrets
import time
from contextlib import AsyncExitStack, aclosing
from dataclasses import asdict, dataclass, replace

import discord

from tempera.bot.answers.answer import Answer
from tempera.bot.answers.message import AnswerMessage
from tempera.bot.replies.answer import AnswerView
from tempera.bot.resources import Resources
from tempera.bot.respond import locale_of
from tempera.bot.running.limits import ActiveGeneration
from tempera.bot.scopes.limits import limits_of
from tempera.models.engine.request import SampleRequest
from tempera.models.engine.stream import TextStream
from tempera.models.sampling_params import SPECS
from tempera.models.tokenizers.characters import FittedText
from tempera.storage.history import NewGeneration
from tempera.storage.usage import start_generation

Interaction = discord.Interaction[discord.Client]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRequest:
    """A text to generate, and properties of its answer."""

    sample: SampleRequest  # with the prompt as typed
    private: bool = False
    parent_id: int | None = None  # the generation whose button was clicked
    earlier_seed: bool = False  # the seed comes from a text of an earlier version
    note: str = ""  # shown above the details


def random_seed() -> int:
    """Return a random seed."""
    return secrets.randbelow(SPECS["seed"].maximum + 1)


async def start(resources: Resources, interaction: Interaction, request: AnswerRequest) -> None:
    """Reserve a place in the queue and answer with a text; every refusal is raised before anything is sent."""
    sample, limits = request.sample, resources.settings.fairness
    fitted = resources.library.fit_prompt(sample.model, sample.prompt)
    resources.limits.check_user(interaction.user.id, limits.max_running_per_user)
    submitted_at = time.monotonic()
    async with (
        AsyncExitStack() as settling,  # once the text has ended and its place is free
        aclosing(resources.engine.stream(replace(sample, prompt=fitted.text))) as stream,
    ):
        active = ActiveGeneration(interaction.user.id, interaction.guild_id, stream)
        with resources.limits.counted(active, limits.max_waiting_per_guild):
            new = _new_generation(interaction, request, stream)
            generation_id = await start_generation(resources.database, new, limits.cooldown_seconds)
            view = _view(resources, interaction, request, fitted)
            message = AnswerMessage(interaction, generation_id)
            answer = Answer(resources, view, stream, message, generation_id, submitted_at)
            settling.push_async_callback(answer.settle, private=request.private)
            await answer.write(private=request.private)


def _view(resources: Resources, interaction: Interaction, request: AnswerRequest, fitted: FittedText) -> AnswerView:
    return AnswerView(
        request.sample,
        fitted,
        locale_of(interaction),
        limits_of(resources.settings, request.sample.model).temperature,
        earlier_seed=request.earlier_seed,
        note=request.note,
        asked_by=interaction.user.id if request.parent_id else None,
    )


def _new_generation(interaction: Interaction, request: AnswerRequest, stream: TextStream) -> NewGeneration:
    sample = request.sample
    return NewGeneration(
        user_id=interaction.user.id,
        guild_id=interaction.guild_id,
        channel_id=interaction.channel_id,
        model=sample.model,
        model_sha256=stream.card.weights_sha256,
        arithmetic=stream.arithmetic,
        prompt=sample.prompt,
        params=asdict(sample.params),
        first_draw=sample.first_draw,
        language=stream.language,
        private=request.private,
        parent_id=request.parent_id,
    )
