"""One thing that a user did (a command, a click, a filled-in form): what the bot answered, and waiting for it."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from sandbox.client.modals import Modal
from sandbox.state.errors import NotAcknowledged, WaitedInVain
from sandbox.state.interactions import CallbackKind, Interaction, Message
from sandbox.state.world import World

PATIENCE_SECONDS = 30.0  # for what a bot does soon, unless the machine has much else to do
AcknowledgementKind = Literal["reply", "defer", "defer_update", "update", "modal"]
KINDS: dict[CallbackKind | None, AcknowledgementKind] = {
    CallbackKind.REPLY: "reply",
    CallbackKind.DEFER: "defer",
    CallbackKind.DEFER_UPDATE: "defer_update",
    CallbackKind.UPDATE: "update",
    CallbackKind.MODAL: "modal",
}


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """How the bot first answered."""

    kind: AcknowledgementKind
    ephemeral: bool
    seconds: float


class Run:
    """A command, click or form that a user sent, and everything that the bot answered to it."""

    def __init__(self, world: World, interaction: Interaction) -> None:
        self._world = world
        self.interaction = interaction

    @property
    def message(self) -> Message | None:
        """The answer as it stands, if there is one; after an update of the clicked message, that message."""
        return self.interaction.original

    @property
    def modal(self) -> Modal | None:
        """The form that the bot opened, if it did."""
        return None if self.interaction.modal is None else Modal(self.interaction)

    @property
    def followups(self) -> list[Message]:
        """The messages after the answer."""
        return self.interaction.followups

    def _last(self) -> str:
        return repr(self.message.content) if self.message else "no answer"

    async def acknowledged(self, timeout_seconds: float = PATIENCE_SECONDS) -> Acknowledgement:
        """Return how the bot answered first; raises NotAcknowledged after Discord's three seconds."""
        seconds = await self._first_answer(timeout_seconds)
        return Acknowledgement(KINDS[self.interaction.callback], self.interaction.ephemeral, seconds)

    async def _first_answer(self, timeout_seconds: float) -> float:
        interaction = self.interaction
        await self._world.until(
            lambda: interaction.failed or interaction.acknowledged_after_seconds is not None,
            f"the first answer to {interaction.title}",
            timeout_seconds,
        )
        if interaction.acknowledged_after_seconds is None:
            raise NotAcknowledged(interaction.title)
        return interaction.acknowledged_after_seconds

    async def opened(self, timeout_seconds: float = PATIENCE_SECONDS) -> Modal:
        """Return the form once the bot has opened it; raises WaitedInVain when it answered otherwise."""
        await self._first_answer(timeout_seconds)
        if self.modal is None:
            raise WaitedInVain(f"{self.interaction.title} to open a form", timeout_seconds, self._last())
        return self.modal

    async def answered(self, timeout_seconds: float = PATIENCE_SECONDS) -> Message:
        """Return the answer once it shows anything (no longer "thinking")."""
        return await self.shows(lambda message: not message.loading, timeout_seconds)

    async def shows(
        self, wanted: str | Callable[[Message], bool], timeout_seconds: float = PATIENCE_SECONDS
    ) -> Message:
        """Return the answer once it contains the text, or once the condition holds for it."""
        await self._first_answer(timeout_seconds)

        def found() -> Message | None:
            message = self.message
            if message is None or message.deleted:
                return None
            held = wanted in message.content if isinstance(wanted, str) else wanted(message)
            return message if held else None

        what = f"{self.interaction.title} to show {wanted if isinstance(wanted, str) else 'what is wanted'}"
        return await self._world.until(found, what, timeout_seconds, self._last)

    async def settled(self, quiet_seconds: float = 1.5, timeout_seconds: float = PATIENCE_SECONDS) -> Message:
        """Return the answer once it has not changed for a while; prefer `shows` where the end is known."""
        message = await self.answered(timeout_seconds)
        deadline = time.monotonic() + timeout_seconds
        while time.monotonic() < deadline:
            if not await self._edited(message, quiet_seconds):
                return message
        raise WaitedInVain("the answer to stand still", timeout_seconds, self._last())

    async def _edited(self, message: Message, within_seconds: float) -> bool:
        edits = len(message.history)
        try:
            return await self._world.until(lambda: len(message.history) > edits, "an edit", within_seconds)
        except WaitedInVain:
            return False

    async def gone(self, timeout_seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until the bot has deleted its answer."""
        await self._world.until(
            lambda: self.message is not None and self.message.deleted,
            f"the answer to {self.interaction.title} to be deleted",
            timeout_seconds,
            self._last,
        )

    async def followed_up(self, count: int = 1, timeout_seconds: float = PATIENCE_SECONDS) -> Message:
        """Return the follow-up of this number, counted from 1, once it is there."""
        await self._world.until(lambda: len(self.followups) >= count, f"follow-up {count}", timeout_seconds, self._last)
        return self.followups[count - 1]
