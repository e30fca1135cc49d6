"""Messages about a database that can't be used; nothing was saved then."""

from tempera.bot.replies.translation.catalog import N_, catalog
from tempera.storage.errors import DatabaseDamaged, DatabaseGone, DatabaseReadOnly, DiskFailing, DiskFull, StorageBusy

MESSAGES: dict[type[Exception], str] = {
    StorageBusy: N_("The database isn't answering. Nothing was saved; try again in a few seconds."),
    DiskFull: N_("Tempera's disk is full, so nothing was saved. Its operator finds what to do in the log."),
    DiskFailing: N_("Tempera's disk isn't working, so nothing was saved. Its operator finds what to do in the log."),
    DatabaseReadOnly: N_(
        "Tempera can't write to its database, so nothing was saved. Its operator finds why in the log."
    ),
    DatabaseDamaged: N_(
        "Tempera's database is damaged, so nothing was saved. Its operator finds what to do in the log."
    ),
    DatabaseGone: N_("Tempera has lost its database, so nothing was saved. Its operator finds what to do in the log."),
}


def about_storage(error: Exception, locale: str) -> str | None:
    """Return why nothing was saved."""
    message = MESSAGES.get(type(error))
    return message and catalog(locale).text(message)
