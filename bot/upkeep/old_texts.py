"""Delete texts that are older than the operator wants them kept."""

import logging
from datetime import timedelta

from tempera.bot.resources import Resources
from tempera.storage.retention import purge_old

log = logging.getLogger(__name__)


async def purge_old_texts(resources: Resources) -> None:
    """Delete texts and usage that are too old, if they aren't kept for ever; raises StorageUnavailable."""
    keep_days = resources.settings.storage.keep_days
    if not keep_days:
        return
    if deleted := await purge_old(resources.database, timedelta(days=keep_days)):
        log.info("Deleted texts older than %s days: %s", keep_days, deleted)
