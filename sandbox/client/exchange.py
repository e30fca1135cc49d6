"""A user's interaction and the bot's response to it, with ways to wait for that response."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from tempera.sandbox.client.modals import Modal
from tempera.sandbox.state.errors import NotAcknowledged, WaitTimeout
from tempera.sandbox.state.interactions import CallbackType, Interaction, StoredMessage
from tempera.sandbox.state.world import World

TIMEOUT_SECONDS = 30.0  # generous, since the machine may be busy
AcknowledgementKind = Literal["reply", "defer", "defer_update", "update", "modal"]
KIND_NAMES: dict[CallbackType | None, AcknowledgementKind] = {
    CallbackType.REPLY: "reply",
    CallbackType.DEFER: "defer",
    CallbackType.DEFER_UPDATE: "defer_update",
    CallbackType.UPDATE: "update",
    CallbackType.MODAL: "modal",
}


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """The bot's first response to an interaction, and how long it took."""

    kind: AcknowledgementKind
    ephemeral: bool
    seconds: float


class Exchange:
    """A command, click or submission that a user sent, and everything that the bot responds with."""

    def __init__(self, world: World, interaction: Interaction) -> None:
        self._world = world
        self.interaction = interaction

    @property
    def message(self) -> StoredMessage | None:
        """The response as it is now, if any; after an update of the clicked message, that message."""
        return self.interaction.original

    @property
    def modal(self) -> Modal | None:
        """The modal that the bot opened, if any."""
        return None if self.interaction.modal is None else Modal(self.interaction)

    @property
    def followups(self) -> list[StoredMessage]:
        """The messages sent after the response."""
        return self.interaction.followups

    def _last(self) -> str:
        return repr(self.message.content) if self.message else "no response"

    async def acknowledged(self, timeout_seconds: float = TIMEOUT_SECONDS) -> Acknowledgement:
        """Return the bot's first response; raises NotAcknowledged if it takes longer than three seconds."""
        seconds = await self._acknowledged_after(timeout_seconds)
        return Acknowledgement(KIND_NAMES[self.interaction.callback], self.interaction.ephemeral, seconds)

    async def _acknowledged_after(self, timeout_seconds: float) -> float:
        interaction = self.interaction
        await self._world.wait_until(
            lambda: interaction.failed or interaction.acknowledged_after_seconds is not None,
            f"the first response to {interaction.title}",
            timeout_seconds,
        )
        if interaction.acknowledged_after_seconds is None:
            raise NotAcknowledged(interaction.title)
        return interaction.acknowledged_after_seconds

    async def modal_opened(self, timeout_seconds: float = TIMEOUT_SECONDS) -> Modal:
        """Return the modal once the bot has opened it; raises WaitTimeout if it responded otherwise."""
        await self._acknowledged_after(timeout_seconds)
        if self.modal is None:
            raise WaitTimeout(f"{self.interaction.title} to open a modal", timeout_seconds, self._last())
        return self.modal

    async def answered(self, timeout_seconds: float = TIMEOUT_SECONDS) -> StoredMessage:
        """Return the response once it is no longer deferred ("thinking")."""
        return await self.shows(lambda message: not message.loading, timeout_seconds)

    async def shows(
        self, expected: str | Callable[[StoredMessage], bool], timeout_seconds: float = TIMEOUT_SECONDS
    ) -> StoredMessage:
        """Return the response once it contains the expected text or satisfies the condition."""
        await self._acknowledged_after(timeout_seconds)

        def matching() -> StoredMessage | None:
            message = self.message
            if message is None or message.deleted:
                return None
            matches = expected in message.content if isinstance(expected, str) else expected(message)
            return message if matches else None

        description = expected if isinstance(expected, str) else "the expected content"
        awaited = f"{self.interaction.title} to show {description}"
        return await self._world.wait_until(matching, awaited, timeout_seconds, self._last)

    async def gone(self, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        """Wait until the bot has deleted its response."""
        await self._world.wait_until(
            lambda: self.message is not None and self.message.deleted,
            f"the response to {self.interaction.title} to be deleted",
            timeout_seconds,
            self._last,
        )

    async def followed_up(self, count: int = 1, timeout_seconds: float = TIMEOUT_SECONDS) -> StoredMessage:
        """Return the nth follow-up, counted from 1, once it has been sent."""
        await self._world.wait_until(
            lambda: len(self.followups) >= count, f"follow-up {count}", timeout_seconds, self._last
        )
        return self.followups[count - 1]
