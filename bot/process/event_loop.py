"""The event loop: uvloop's where it is installed, otherwise asyncio's own, which takes more of the processor."""

import asyncio
import logging
from collections.abc import Callable

log = logging.getLogger(__name__)


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop]:
    """Return what makes the fastest event loop that there is here."""
    try:
        import uvloop
    except ImportError as error:  # it has no build for Windows
        log.info("Running on asyncio's event loop, without uvloop: %s", error)
        return asyncio.new_event_loop
    return uvloop.new_event_loop
