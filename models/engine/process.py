"""The decoder's process: it is started, exchanges JSON lines, and is restarted whenever it dies."""

import asyncio
import contextlib
import json
import logging
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, Self, cast

from tempera.models.engine.command import ROOT, decoder_environment
from tempera.models.errors import DecoderFailed

FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 5.0
STOP_SECONDS = 2.0
LINE_LIMIT_BYTES = 2**22
Message = dict[str, Any]

log = logging.getLogger(__name__)


class DecoderProcess:
    """Keeps one decoder running; `received` gets its messages, and `died` is called whenever it dies."""

    def __init__(self, command: Sequence[str], received: Callable[[Message], None], died: Callable[[], None]) -> None:
        self._command, self._received, self._died = command, received, died
        self._process: asyncio.subprocess.Process | None = None
        self._ready = asyncio.Event()
        self._supervision: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Start the decoder and wait until it is ready; raises DecoderFailed if it doesn't start."""
        self._supervision = asyncio.create_task(self._supervise())
        ready = asyncio.create_task(self._ready.wait())
        try:
            await asyncio.wait({ready, self._supervision}, return_when=asyncio.FIRST_COMPLETED)
            if self._supervision.done():
                self._supervision.result()
        except BaseException:
            await self._stop_supervision()
            raise
        finally:
            ready.cancel()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the decoder for good."""
        await self._stop_supervision()

    @property
    def pid(self) -> int | None:
        """The process id while the decoder is running."""
        return self._process.pid if self._process else None

    def send(self, message: Message) -> None:
        """Send a message if the decoder is ready; otherwise drop it, as a `ready` message will follow."""
        if self._ready.is_set() and self._process and self._process.stdin:
            self._process.stdin.write(json.dumps(message).encode() + b"\n")

    async def _stop_supervision(self) -> None:
        if self._supervision:
            self._supervision.cancel()
            await asyncio.gather(self._supervision, return_exceptions=True)

    async def _supervise(self) -> None:
        if not await self._came_up():
            raise DecoderFailed("its process ended before it was ready; the log above says why")
        pause_seconds = 0.0
        while True:
            self._died()
            await asyncio.sleep(pause_seconds)
            came_up = await self._came_up()
            pause_seconds = 0.0 if came_up else min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS + 2 * pause_seconds)

    async def _came_up(self) -> bool:
        """Run a decoder until it ends and return whether it was ever ready; starting can fail if memory is short."""
        try:
            return await self._run()
        except OSError:
            log.exception("The decoder could not be started")
            return False

    async def _run(self) -> bool:
        """Run a decoder until it ends and return whether it was ever ready."""
        process = self._process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=LINE_LIMIT_BYTES,
            cwd=ROOT,
            env=decoder_environment(),
            start_new_session=True,  # Ctrl-C must only reach the bot, which finishes its texts first
        )
        try:
            came_up = await self._listen(process)
        finally:
            self._process = None
            self._ready.clear()
            await _end(process)
        log.warning("The decoder has ended with code %s and is started again", process.returncode)
        return came_up

    async def _listen(self, process: asyncio.subprocess.Process) -> bool:
        async for line in cast("asyncio.StreamReader", process.stdout):
            if not line.endswith(b"\n"):
                break  # it died while writing a message
            message = json.loads(line)
            if "ready" in message:
                self._ready.set()
            self._received(message)
        return self._ready.is_set()


async def _end(process: asyncio.subprocess.Process) -> None:
    """Close the process's input so that it ends, and kill it if it doesn't."""
    cast("asyncio.StreamWriter", process.stdin).close()
    try:
        async with asyncio.timeout(STOP_SECONDS):
            await process.wait()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
