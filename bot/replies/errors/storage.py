"""Messages about a database that can't be used; nothing was saved then."""

from tempera.bot.replies.catalog import catalog
from tempera.storage.errors import DatabaseDamaged, DatabaseGone, DatabaseReadOnly, DiskFailing, DiskFull, StorageBusy

MESSAGES: dict[type[Exception], str] = {
    StorageBusy: "The database isn't answering. Nothing was saved; try again in a few seconds.",
    DiskFull: "Tempera's disk is full, so nothing was saved. Its operator finds what to do in the log.",
    DiskFailing: "Tempera's disk isn't working, so nothing was saved. Its operator finds what to do in the log.",
    DatabaseReadOnly: "Tempera can't write to its database, so nothing was saved. Its operator finds why in the log.",
    DatabaseDamaged: "Tempera's database is damaged, so nothing was saved. Its operator finds what to do in the log.",
    DatabaseGone: "Tempera has lost its database, so nothing was saved. Its operator finds what to do in the log.",
}


def about_storage(error: Exception, locale: str) -> str | None:
    """Return why nothing was saved."""
    message = MESSAGES.get(type(error))
    return message and catalog(locale).text(message)
