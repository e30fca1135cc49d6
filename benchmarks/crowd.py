"""Many texts that are written all the time, beside which something else is measured."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tempera.models.engine.engine import Engine
from tempera.models.engine.request import SampleRequest
from tempera.models.engine.stream import TextStream
from tempera.models.sampling_params import SamplingParams

LONG = 4000
PROMPT = "The "


def request(model: str, length: int, seed: int = 0) -> SampleRequest:
    """Return a request for so many characters."""
    return SampleRequest(model=model, prompt=PROMPT, params=SamplingParams(temperature=0.8, length=length, seed=seed))


class Crowd:
    """Texts that are begun anew whenever one ends; the first ones end at different times."""

    def __init__(self, engine: Engine, model: str, size: int) -> None:
        self.streams: dict[int, TextStream] = {}
        self.gaps: list[float] = []  # ms from each piece of a text to its next one, all texts'
        self._engine, self._model = engine, model
        self._begun = [asyncio.Event() for _ in range(size)]

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[None]:
        """Write all of them until the block ends."""
        tasks = [asyncio.create_task(self._write(number)) for number in range(len(self._begun))]
        try:
            for begun in self._begun:
                await begun.wait()
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            for stream in self.streams.values():
                await stream.aclose()

    async def _write(self, number: int) -> None:
        length = LONG - number * LONG // (2 * len(self._begun))
        while True:
            self.streams[number] = self._engine.stream(request(self._model, length, number))
            await self._receive(number)
            length = LONG

    async def _receive(self, number: int) -> None:
        before = None
        async for _ in self.streams[number]:
            now = time.perf_counter()
            if before is not None:
                self.gaps.append(1000 * (now - before))
            before = now
            self._begun[number].set()
