"""Who has how many texts on the way, and who is told to come back later."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from models.engine.stream import TextStream


@dataclass(frozen=True, slots=True, eq=False)
class Turn:
    """A text on its way, and whose it is."""

    user_id: int
    guild_id: int | None
    stream: TextStream


@dataclass
class TooManyRunning(Exception):
    """A person has as many texts on the way as one may have."""

    limit: int
    wait_seconds: float


@dataclass
class GuildQueueFull(Exception):
    """As many of a server's texts wait as may wait."""

    limit: int
    wait_seconds: float


class Turns:
    """The texts on their way, whether they wait or run."""

    def __init__(self) -> None:
        self._turns: set[Turn] = set()

    def check_user(self, user_id: int, limit: int) -> None:
        """Raise TooManyRunning for one text too many."""
        theirs = [turn for turn in self._turns if turn.user_id == user_id]
        if len(theirs) >= limit:
            raise TooManyRunning(limit, _first_end_seconds(theirs))

    @contextmanager
    def taken(self, turn: Turn, waiting_limit: int) -> Iterator[None]:
        """Count a text until the block ends; raises GuildQueueFull if it would wait as one too many of its server."""
        theirs = [other for other in self._turns if other.guild_id == turn.guild_id and other.stream.place]
        if turn.stream.place and turn.guild_id is not None and len(theirs) >= waiting_limit:
            everyone = [other for other in self._turns if other.guild_id == turn.guild_id]
            raise GuildQueueFull(waiting_limit, _first_end_seconds(everyone))
        self._turns.add(turn)
        try:
            yield
        finally:
            self._turns.discard(turn)


def _first_end_seconds(turns: list[Turn]) -> float:
    return min((turn.stream.expected_seconds for turn in turns), default=0.0)
