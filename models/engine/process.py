"""The decoder's process: it is started, exchanges JSON lines, and is restarted whenever it dies."""

import asyncio
import contextlib
import json
import logging
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, Self, cast

from tempera.models.engine.command import ROOT, decoder_environment
from tempera.models.engine.pulse import Pulse
from tempera.models.errors import DecoderFailed

FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 5.0
START_SECONDS = 60.0  # until it is ready
WORRYING_PINGS = 3  # without an answer
STOP_SECONDS = 0.5  # it has nothing to finish
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
        self._pulse = Pulse(lambda: self.send({"ping": True}))
        self.restarts = 0

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

    @property
    def is_ready(self) -> bool:
        """Whether messages reach it; otherwise a `ready` message will follow."""
        return self._ready.is_set()

    @property
    def is_answering(self) -> bool:
        """Whether it is ready and has answered lately."""
        return self.is_ready and self._pulse.silent_pings < WORRYING_PINGS

    def send(self, message: Message) -> None:
        """Send a message if the decoder is ready; otherwise drop it. Never blocks: what it doesn't read yet is kept."""
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
            self.restarts += 1
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
        watch = asyncio.create_task(self._kill_if_hung(process))
        try:
            came_up = await self._listen(process)
        finally:
            watch.cancel()
            self._process = None
            self._ready.clear()
            await _end(process)
        log.warning("The decoder has ended with code %s and is started again", process.returncode)
        return came_up

    async def _listen(self, process: asyncio.subprocess.Process) -> bool:
        """Take its messages until it ends, or says what can't be understood; return whether it was ever ready."""
        try:
            async for line in cast("asyncio.StreamReader", process.stdout):
                if not line.endswith(b"\n"):
                    break  # it died while writing a message
                self._take(json.loads(line))
        except Exception as error:
            log.error("The decoder sent no message of its protocol (%r)", error)
        return self._ready.is_set()

    def _take(self, message: Message) -> None:
        self._pulse.heard()
        if "ready" in message:
            self._ready.set()
        self._received(message)

    async def _kill_if_hung(self, process: asyncio.subprocess.Process) -> None:
        """Kill it when it doesn't come up, or has stopped answering."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(START_SECONDS):
                await self._ready.wait()
        if self.is_ready:
            await self._pulse.until_silent()
        log.warning("The decoder has not answered for a while, and is killed")
        _kill(process)


def _kill(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.kill()


async def _end(process: asyncio.subprocess.Process) -> None:
    """Close the process's input so that it ends, and kill it if it doesn't."""
    cast("asyncio.StreamWriter", process.stdin).close()
    try:
        async with asyncio.timeout(STOP_SECONDS):
            await process.wait()
    except TimeoutError:
        _kill(process)
        await process.wait()
