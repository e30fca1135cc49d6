"""Gateway events that discord.py can't read: dropped, where they would end the connection."""

import logging
from collections.abc import Callable
from functools import partial
from typing import Any

Parse = Callable[[Any], None]

NEEDED = {"READY"}  # without it the bot isn't connected at all

log = logging.getLogger(__name__)


def dropping_unreadable(parsers: dict[str, Parse], dropped: Callable[[], object]) -> dict[str, Parse]:
    """Return parsers that drop an event instead of raising what is wrong with it, and call `dropped` then."""
    return {
        event: parse if event in NEEDED else partial(_parse, event, parse, dropped) for event, parse in parsers.items()
    }


def _parse(event: str, parse: Parse, dropped: Callable[[], object], data: Any) -> None:
    try:
        parse(data)
    except Exception as error:
        dropped()
        log.warning("Dropped a %s from Discord that discord.py can't read (%s)", event, type(error).__name__)
