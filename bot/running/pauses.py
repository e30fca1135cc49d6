"""Pauses between tries that grow."""

from collections.abc import Iterator


def growing_pauses(first_seconds: float, longest_seconds: float) -> Iterator[float]:
    """Yield pauses in seconds, each twice as long as the one before, up to the longest."""
    pause_seconds = first_seconds
    while True:
        yield pause_seconds
        pause_seconds = min(longest_seconds, 2 * pause_seconds)
