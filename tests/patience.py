"""Waiting for what happens soon, unless the machine has much else to do; or never, as who should bring it is dead."""

import asyncio
import subprocess
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from tempera.sandbox.client.exchange import TIMEOUT_SECONDS

LAST_WORDS_SECONDS = 1.0  # until what a process did last is seen
LONG_PATIENCE_SECONDS = 120.0  # for a process that has to import torch first


async def until(condition: Callable[[], object]) -> None:
    """Wait until the condition holds; raises TimeoutError."""
    async with asyncio.timeout(TIMEOUT_SECONDS):
        while True:
            if condition():
                return
            await asyncio.sleep(0.01)


class Watch:
    """Breaks a block off when a process ends in it that nobody expected to end."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._deadline = asyncio.timeout(None)
        self._watching = asyncio.create_task(self._watch())

    async def _watch(self) -> None:
        await self._process.wait()
        self._deadline.reschedule(asyncio.get_running_loop().time() + LAST_WORDS_SECONDS)

    def expect_the_end(self) -> None:
        """Go on after it."""
        self._watching.cancel()
        self._deadline.reschedule(None)

    @asynccontextmanager
    async def block(self, output: Callable[[], str]) -> AsyncIterator[None]:
        """Run a block; raises AssertionError with the process's output when it has to be broken off."""
        try:
            async with self._deadline:
                yield
        except TimeoutError:
            if not self._deadline.expired():
                raise
            raise AssertionError(f"ended with {self._process.returncode}:\n{output()}") from None
        finally:
            self._watching.cancel()


def wait_for(process: subprocess.Popen[bytes], condition: Callable[[], object], said: Path) -> None:
    """Wait until a process has brought something about; raises AssertionError with what it said if it ends before."""
    deadline = time.monotonic() + LONG_PATIENCE_SECONDS
    while True:
        ended = process.poll() is not None
        if condition():
            return
        assert not ended, f"ended with {process.returncode}:\n{said.read_text(encoding='utf-8')}"
        assert time.monotonic() < deadline, said.read_text(encoding="utf-8")
        time.sleep(0.001)
