"""The bot on an event loop that counts: `python -m benchmarks.load.counted_bot`; SIGUSR1 has the counts logged.

Each turn of asyncio's loop looks at its selector once. Each hop into another thread, SQLite's or any other, comes back
through `call_soon_threadsafe`.
"""

import asyncio
import logging
import os
import re
import selectors
import signal
import sys
from collections.abc import Callable
from contextvars import Context
from pathlib import Path
from typing import TypeVarTuple

from benchmarks.processes import BotProcess
from tempera.bot import __main__ as bot
from tests.patience import until

Ts = TypeVarTuple("Ts")
COUNTED_BOT = ("-m", "benchmarks.load.counted_bot")
COUNTS = re.compile(r"counted (\d+) turns, (\d+) hops")

log = logging.getLogger(__name__)


class CountingSelector(selectors.DefaultSelector):
    """A selector that counts how often it is looked at."""

    turns = 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Count a turn."""
        self.turns += 1
        return super().select(timeout)


class CountingLoop(asyncio.SelectorEventLoop):
    """An event loop that counts its turns and what comes back to it from other threads."""

    def __init__(self) -> None:
        self.selector, self.hops = CountingSelector(), 0
        super().__init__(self.selector)
        self.add_signal_handler(signal.SIGUSR1, self.report)

    def report(self) -> None:
        """Log the counts."""
        log.info("counted %d turns, %d hops", self.selector.turns, self.hops)

    def call_soon_threadsafe(
        self, callback: Callable[[*Ts], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.Handle:
        """Count a hop."""
        self.hops += 1
        return super().call_soon_threadsafe(callback, *args, context=context)


async def counts(running: BotProcess) -> tuple[int, int]:
    """Return the turns and hops since the start of such a bot."""
    before = len(reports(running))
    os.kill(running.pid, signal.SIGUSR1)
    await until(lambda: len(reports(running)) > before)
    return reports(running)[-1]


def reports(running: BotProcess) -> list[tuple[int, int]]:
    """Return all counts in the log."""
    found = COUNTS.findall(running.log.read_text(encoding="utf-8"))
    return [(int(turns), int(hops)) for turns, hops in found]


if __name__ == "__main__":
    bot.run(Path(sys.argv[-1]), CountingLoop)
