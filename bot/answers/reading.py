"""Reading a text from its stream: at which speed, and how that ended."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Sequence

from tempera.bot.replies.answer import Ending
from tempera.storage.texts.history import Status


async def read_all(readings: Sequence[Coroutine[None, None, None]]) -> None:
    """Read texts at the same time; raises the error of the first that fails, and ends the others."""
    tasks = [asyncio.create_task(reading) for reading in readings]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


def outcome(reading: asyncio.Task[None], ending_if_cancelled: Ending) -> tuple[Status, Ending]:
    """Return how reading the text ended; raises the model's error."""
    if reading.cancelled():
        return Status.CANCELLED, ending_if_cancelled
    if isinstance(reading.exception(), TimeoutError):
        return Status.CANCELLED, Ending.OUT_OF_TIME
    reading.result()
    return Status.DONE, Ending.COMPLETE


async def paced(pieces: AsyncIterator[str], characters_per_second: float) -> AsyncIterator[str]:
    """Yield the text at the given speed, in steps of a tenth of a second; 0 = no limit."""
    async for piece in pieces:
        step = int(max(1, characters_per_second / 10)) if characters_per_second else len(piece)
        for start in range(0, len(piece), step):
            part = piece[start : start + step]
            yield part
            if characters_per_second:
                await asyncio.sleep(len(part) / characters_per_second)
