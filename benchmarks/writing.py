"""What every contestant does: write so many characters of each of its texts, at one temperature."""

import time
from collections.abc import Callable

TEMPERATURE = 0.8
TURN_SECONDS = 0.05  # at least
Write = Callable[[int], list[list[int]]]  # characters of each text -> their ids (characters, texts)


def spent(work: Callable[[], object], clock: Callable[[], float] = time.thread_time) -> tuple[int, float]:
    """Do something again and again for a turn; return how often, and its seconds.

    The thread's own seconds unless another clock is given: who else uses the core doesn't count.
    """
    times, started = 0, clock()
    while (seconds := clock() - started) < TURN_SECONDS:
        work()
        times += 1
    return times, seconds


def characters_per_second(
    write: Write, streams: int, steps: int, clock: Callable[[], float] = time.thread_time
) -> float:
    """Time one turn."""
    times, seconds = spent(lambda: write(steps), clock)
    return times * streams * steps / seconds
