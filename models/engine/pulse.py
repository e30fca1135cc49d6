"""Whether the decoder still answers: asked every second, and noticed when it hasn't for a while."""

import asyncio
import time
from collections.abc import Callable

PING_SECONDS = 1.0
SILENT_PINGS = 10  # in a row without an answer; the longest turn of the slowest decoder takes about one second
LATE_FACTOR = 2.0  # a pause that took so much longer: this process was suspended itself, and nothing is known


class Pulse:
    """Asks, and remembers whether anything was heard since."""

    def __init__(self, ask: Callable[[], None]) -> None:
        self._ask = ask
        self._heard = False
        self.silent_pings = 0  # in a row, so far

    def heard(self) -> None:
        """Note a message of any kind."""
        self._heard = True

    async def until_silent(self) -> None:
        """Return when there was no answer for too long."""
        self.silent_pings = 0
        while self.silent_pings < SILENT_PINGS:
            self._heard, asked_at = False, time.monotonic()
            self._ask()
            await asyncio.sleep(PING_SECONDS)
            is_late = time.monotonic() - asked_at > LATE_FACTOR * PING_SECONDS
            self.silent_pings = 0 if self._heard or is_late else self.silent_pings + 1
