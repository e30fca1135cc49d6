"""Limits on the texts in progress per user, and on the waiting texts per server."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from tempera.bot.exceptions import GuildQueueFull, TooManyRunning


class Waiting(Protocol):
    """A text on its way; see tempera.models.engine.stream.TextStream."""

    @property
    def queue_position(self) -> int:
        """Its position in the queue, 0 if it isn't waiting."""

    @property
    def expected_seconds(self) -> float:
        """The estimated seconds until it ends."""


@dataclass(frozen=True, slots=True, eq=False)
class ActiveGeneration:
    """A text in progress, with its user and server."""

    user_id: int
    guild_id: int | None
    stream: Waiting

    @property
    def is_waiting(self) -> bool:
        """Whether it is still in the queue."""
        return self.stream.queue_position > 0


class ConcurrencyLimits:
    """The texts in progress, waiting or being written."""

    def __init__(self) -> None:
        self._active: set[ActiveGeneration] = set()

    def check_user(self, user_id: int, limit: int) -> None:
        """Raise TooManyRunning if the user has reached the limit."""
        theirs = [each for each in self._active if each.user_id == user_id]
        if len(theirs) >= limit:
            raise TooManyRunning(limit, _first_end_seconds(theirs))

    def has_active(self, user_id: int) -> bool:
        """Whether a text of this user is in progress."""
        return any(each.user_id == user_id for each in self._active)

    @contextmanager
    def counted(self, new: ActiveGeneration, waiting_limit: int) -> Iterator[None]:
        """Count a text until the block ends; raises GuildQueueFull if its server has too many waiting texts."""
        theirs = [each for each in self._active if each.guild_id == new.guild_id]
        waiting = sum(each.is_waiting for each in theirs)
        if new.is_waiting and new.guild_id is not None and waiting >= waiting_limit:
            raise GuildQueueFull(waiting_limit, _first_end_seconds(theirs))
        self._active.add(new)
        try:
            yield
        finally:
            self._active.discard(new)


def _first_end_seconds(active: list[ActiveGeneration]) -> float:
    return min((each.stream.expected_seconds for each in active), default=0.0)
