"""Waiting for what happens soon, unless the machine has much else to do."""

import asyncio
from collections.abc import Callable

from sandbox.run import PATIENCE_SECONDS


async def until(condition: Callable[[], object]) -> None:
    """Wait until the condition holds; raises TimeoutError."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            if condition():
                return
            await asyncio.sleep(0.01)
