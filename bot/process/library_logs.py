"""One line, without a traceback, for what discord.py logs of failures that are foreseen."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from tempera.bot.discord_failure import DiscordFailure, brief, failure_of
from tempera.storage.errors import StorageUnavailable

LOGGERS = tuple(f"discord.{name}" for name in ("app_commands.tree", "client", "gateway", "state", "ui.view"))


@contextmanager
def brief_library_logs() -> Iterator[None]:
    """Shorten them until the block ends."""
    loggers = [logging.getLogger(name) for name in LOGGERS]
    for logger in loggers:
        logger.addFilter(_shortened)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeFilter(_shortened)


def _shortened(record: logging.LogRecord) -> bool:
    """Shorten a record, and return whether it says anything: nobody misses choices that came too late."""
    error = record.exc_info[1] if record.exc_info else None
    failure = failure_of(error) if error else None
    if failure is DiscordFailure.LATE:
        return False
    if error and (failure or isinstance(error, StorageUnavailable)):
        record.msg, record.args, record.exc_info = f"{record.getMessage()}: {brief(error)}", (), None
    return True
