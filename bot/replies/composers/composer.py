"""How the texts of an answer become its message: one text, or several."""

from collections.abc import Sequence
from typing import Protocol

from tempera.bot.discord_failure import DiscordFailure
from tempera.bot.replies.answer import ShownText, finished, growing, refused, waiting
from tempera.bot.replies.reply import Reply


class Composer(Protocol):
    """Composes the states of an answer."""

    def progress(self, texts: Sequence[ShownText], queue_position: int) -> Reply:
        """Compose an answer that is being written, or waits at a position in the queue, counted from 1."""

    def finished(self, texts: Sequence[ShownText]) -> Reply:
        """Compose the final state."""

    def refused(self, texts: Sequence[ShownText], failure: DiscordFailure) -> Reply:
        """Compose the final state of an answer that Discord refuses to show."""


class OneText:
    """Shows a single text."""

    def progress(self, texts: Sequence[ShownText], queue_position: int) -> Reply:
        """See Composer."""
        (one,) = texts
        return waiting(one.view, queue_position) if queue_position else growing(one.view, one.text)

    def finished(self, texts: Sequence[ShownText]) -> Reply:
        """See Composer."""
        (one,) = texts
        return finished(one.view, one.text, one.ending)

    def refused(self, texts: Sequence[ShownText], failure: DiscordFailure) -> Reply:
        """See Composer."""
        (one,) = texts
        return refused(one.view, one.text, failure)
