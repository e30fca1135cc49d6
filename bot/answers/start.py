"""The only way to start an answer, for commands and buttons alike."""

import secrets
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack, aclosing
from dataclasses import asdict, dataclass, replace

import discord

from tempera.bot.answers.answer import Answer
from tempera.bot.answers.message import AnswerMessage
from tempera.bot.answers.part import Part
from tempera.bot.exceptions import BlockedPrompt
from tempera.bot.moderation.moderated import ModeratedStream
from tempera.bot.moderation.rules import ServerRules
from tempera.bot.moderation.words import BlockedWords
from tempera.bot.replies.answer import AnswerView
from tempera.bot.replies.composers.composer import Composer, OneText
from tempera.bot.resources import Resources
from tempera.bot.running.limits import ActiveGeneration
from tempera.bot.scopes.asker import Asker, answer_locale
from tempera.bot.scopes.limits import limits_of
from tempera.models.engine.request import SampleRequest
from tempera.models.engine.stream import TextStream
from tempera.models.sampling_params import SPECS
from tempera.models.tokenizers.characters import FittedText
from tempera.storage.servers.rules import GuildRules
from tempera.storage.texts.history import NewGeneration
from tempera.storage.texts.usage import ServerLimits, start_generations

Interaction = discord.Interaction[discord.Client]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRequest:
    """A text to generate, and properties of its answer."""

    sample: SampleRequest  # with the prompt as typed
    private: bool = False
    parent_id: int | None = None  # the generation whose button was clicked
    earlier_seed: bool = False  # the seed comes from a text of an earlier version
    note: str = ""  # shown above the details
    detected: bool = False  # the model was chosen by the prompt's language


def random_seed() -> int:
    """Return a random seed."""
    return secrets.randbelow(SPECS["seed"].maximum + 1)


async def start(resources: Resources, interaction: Interaction, request: AnswerRequest) -> None:
    """Answer with a text; every refusal is raised before anything is sent."""
    await start_together(
        resources, interaction, [request], OneText(), lambda generation_id: AnswerMessage(interaction, generation_id)
    )


async def start_together(
    resources: Resources,
    asker: Asker,
    requests: Sequence[AnswerRequest],
    composer: Composer,
    message_of: Callable[[int], AnswerMessage],
) -> None:
    """Reserve places in the queue and answer with texts in one message; they count as one for their user and server.

    message_of: makes the message that is named by a generation.
    """
    limits, private = resources.settings.fairness, requests[0].private
    resources.blocks.check(asker.user.id, asker.guild_id)
    rules = await resources.rules.of(asker.guild_id)
    check_prompts(rules.words, requests)
    fitted = [resources.library.fit_prompt(each.sample.model, each.sample.prompt) for each in requests]
    resources.limits.check_user(asker.user.id, limits.max_running_per_user)
    submitted_at = time.monotonic()
    async with AsyncExitStack() as settling, AsyncExitStack() as running:  # settled once the places are free
        streams = [
            await running.enter_async_context(
                aclosing(_stream(resources, replace(each.sample, prompt=fit.text), rules))
            )
            for each, fit in zip(requests, fitted, strict=True)
        ]
        active = ActiveGeneration(asker.user.id, asker.guild_id, streams[-1])
        running.enter_context(resources.limits.counted(active, limits.max_waiting_per_guild))
        news = [_new_generation(asker, *each) for each in zip(requests, streams, strict=True)]
        server = server_limits(asker, rules.stored)
        ids = await start_generations(resources.database, news, limits.cooldown_seconds, server)
        pinned = tuple((each.id, each.name) for each in await resources.pins.of(asker.guild_id))
        views = [replace(_view(resources, asker, *each), pinned=pinned) for each in zip(requests, fitted, strict=True)]
        parts = [Part(resources, *each, submitted_at) for each in zip(views, streams, ids, strict=True)]
        answer = Answer(resources, parts, composer, message_of(ids[0]), submitted_at)
        settling.push_async_callback(answer.settle, private=private)
        await answer.write(private=private)


def check_prompts(words: BlockedWords, requests: Sequence[AnswerRequest]) -> None:
    """Raise BlockedPrompt for a prompt that holds a word which the server blocks."""
    for prompt in {each.sample.prompt for each in requests} if words else ():
        if match := words.first(prompt):
            raise BlockedPrompt(match.word)


def _stream(resources: Resources, sample: SampleRequest, rules: ServerRules) -> TextStream | ModeratedStream:
    if not rules.words:
        return resources.engine.stream(sample)
    return ModeratedStream(resources.engine, sample, rules.words)


def server_limits(asker: Asker, rules: GuildRules) -> ServerLimits | None:
    """Return what a server allows this member, None if it has no limits: the largest quota of their roles holds."""
    if asker.guild_id is None or not (rules.cooldown_seconds or rules.quotas):
        return None
    roles = getattr(asker.user, "roles", [])
    ids = {str(role.id) for role in roles} | {str(asker.guild_id)}  # everyone's role has the server's id
    quotas = [texts for role, texts in rules.quotas.items() if role in ids]
    return ServerLimits(asker.guild_id, rules.cooldown_seconds, max(quotas, default=None))


def _view(resources: Resources, asker: Asker, request: AnswerRequest, fitted: FittedText) -> AnswerView:
    return AnswerView(
        request.sample,
        fitted,
        answer_locale(asker, private=request.private),
        limits_of(resources.settings, request.sample.model).temperature,
        earlier_seed=request.earlier_seed,
        note=request.note,
        detected=request.detected,
        asked_by=asker.user.id if request.parent_id else None,
        layout=resources.library.layout(request.sample.model),
    )


def _new_generation(asker: Asker, request: AnswerRequest, stream: TextStream | ModeratedStream) -> NewGeneration:
    sample = request.sample
    return NewGeneration(
        user_id=asker.user.id,
        guild_id=asker.guild_id,
        channel_id=asker.channel_id,
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
