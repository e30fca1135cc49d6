"""People who press /generate, and what each of them gets, followed without polling: the sandbox tells every change."""

import asyncio
import itertools
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tempera.sandbox.server import Sandbox
from tempera.sandbox.state.guilds import User
from tempera.sandbox.state.interactions import CallbackType, Interaction, StoredMessage
from tempera.sandbox.state.world import Change, Subject

PROMPT = "The "
PATIENCE_SECONDS = 60.0
WHOLE, AT_A_TIME = "Delete", "<t:"  # a button of a text's last state; in a refusal that says when to come back


class Outcome(StrEnum):
    """What somebody got in the end."""

    TEXT = "text"
    LATER = "private refusal with a time"
    REFUSED = "other refusal"
    LATE = "not acknowledged in time"
    LOST = "no end"


@dataclass(frozen=True, slots=True)
class Press:
    """One /generate that has come to its end."""

    outcome: Outcome
    acknowledged_seconds: float | None
    seconds: float  # until its last state was shown
    message: StoredMessage | None


class Presses:
    """Presses /generate, and waits for what comes of it."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._pending: dict[int, asyncio.Future[Outcome]] = {}
        sandbox.listeners.append(self._changed)

    async def press(self, user: User, **options: Any) -> Press:
        """Send one /generate and return what it came to; the sandbox forgets it afterwards."""
        pressed = time.monotonic()
        exchange = await self._sandbox.invoke("generate", user=user, **options)
        interaction = exchange.interaction
        ended = self._pending[interaction.id] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                outcome = await ended
        except TimeoutError:
            outcome = Outcome.LOST
        del self._pending[interaction.id]
        seconds = time.monotonic() - pressed
        self._sandbox.forget(interaction)
        return Press(outcome, interaction.acknowledged_after_seconds, seconds, interaction.original)

    def _changed(self, _: Change, subject: Subject) -> None:
        interaction = subject.interaction if isinstance(subject, StoredMessage) else subject
        ended = self._pending.get(interaction.id) if interaction else None
        if ended and interaction and not ended.done() and (outcome := outcome_of(interaction)):
            ended.set_result(outcome)


def outcome_of(interaction: Interaction) -> Outcome | None:
    """Return what an interaction has come to; None while it goes on."""
    message = interaction.original
    if interaction.failed:
        return Outcome.LATE
    if message is None or interaction.callback is None:
        return None
    if message.deleted:
        return Outcome.LOST
    if any(button.label == WHOLE for button in message.buttons):
        return Outcome.TEXT
    if message.ephemeral and interaction.callback is CallbackType.REPLY:
        return Outcome.LATER if AT_A_TIME in message.content else Outcome.REFUSED
    return None


class People:
    """People who press one after another, so that no cooldown is left when it is somebody's turn again."""

    def __init__(self, sandbox: Sandbox, count: int) -> None:
        self._presses = Presses(sandbox)
        self._turns = itertools.cycle([sandbox.add_person(f"person{number}") for number in range(count)])

    async def write(self, texts: int, at_a_time: int, characters: int, ended: Callable[[], object]) -> Counter[Outcome]:
        """Have texts written, so many at the same time; return what they came to.

        ended: called after each.
        """
        numbers, outcomes = iter(range(texts)), Counter[Outcome]()

        async def one_after_another() -> None:
            for _ in numbers:
                press = await self._presses.press(next(self._turns), prompt=PROMPT, length=characters)
                outcomes[press.outcome] += 1
                ended()

        await asyncio.gather(*(one_after_another() for _ in range(at_a_time)))
        return outcomes
