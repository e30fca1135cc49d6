"""What the process does on signals: stop, or reload its settings."""

import asyncio
import errno
import signal
from collections.abc import Callable

STANDARD_STREAMS = 0, 1, 2
GONE = {errno.EIO, errno.ENXIO}


def on_signals(stop: Callable[[], object], reload: Callable[[], object]) -> None:
    """Stop on SIGTERM and Ctrl-C, and when the terminal was closed; any other SIGHUP reloads, as daemons do."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    loop.add_signal_handler(signal.SIGHUP, lambda: stop() if _is_terminal_gone() else reload())


def _is_terminal_gone() -> bool:
    return any(map(_is_gone, STANDARD_STREAMS))


def _is_gone(descriptor: int) -> bool:
    """Whether this is a terminal that has been closed; one that never was a terminal has another error."""
    import termios  # Windows, which has none, is refused in plain words

    try:
        termios.tcgetattr(descriptor)
    except termios.error as error:
        return error.args[0] in GONE
    return False
