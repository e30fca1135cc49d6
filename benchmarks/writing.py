"""What every contestant does: write so many characters of each of its texts, at one temperature."""

import time
from collections.abc import Callable

TEMPERATURE = 0.8
Write = Callable[[int], list[list[int]]]  # characters of each text -> their ids (characters, texts)


def characters_per_second(write: Write, streams: int, steps: int) -> float:
    """Time one turn."""
    started = time.perf_counter()
    write(steps)
    return streams * steps / (time.perf_counter() - started)
