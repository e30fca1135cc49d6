"""What to do about an error of the database, in a line for whoever runs Tempera."""

from tempera.storage.errors import (
    DatabaseDamaged,
    DatabaseGone,
    DatabaseInUse,
    DatabaseReadOnly,
    DatabaseTooNew,
    DiskFailing,
    DiskFull,
    FileTaken,
    MigrationFailed,
    NoBackup,
    NoSuchDatabase,
    StorageBusy,
    StorageError,
)

OTHER_FILE = "set another file under storage › url in config.yaml"
RESTORE = "stop Tempera, then run: python -m storage restore"
REMEDIES: dict[type[StorageError], str] = {
    StorageBusy: "Close the program that is using the database, such as a database browser, then try again.",
    DiskFull: "Make room on that disk, then try again.",
    DiskFailing: "Look at that disk and the system's log; if the disk fails, move the data to another one.",
    DatabaseReadOnly: f"Let this user write to the file and its folder, or {OTHER_FILE}.",
    DatabaseDamaged: f"Go back to the last backup: {RESTORE}. Or {OTHER_FILE}.",
    DatabaseGone: f"Put the file back, or go back to the last backup: {RESTORE}",
    DatabaseInUse: f"Stop the other one, or {OTHER_FILE}.",
    NoSuchDatabase: "Name it with --database FILE, or the settings that name it with --config FILE.",
    NoBackup: "If there is one elsewhere: python -m storage restore FILE",
    FileTaken: "Choose another name.",
    DatabaseTooNew: f"Run the newer version of Tempera, or {OTHER_FILE}.",
}


def remedy(error: StorageError) -> str:
    """Return what to do about an error."""
    if isinstance(error, MigrationFailed):
        backup = f" A copy is at {error.backup}." if error.backup else ""
        return f"The database is unchanged; run the previous version of Tempera.{backup}"
    return REMEDIES.get(type(error), "Set a file that Tempera can write under storage › url in config.yaml.")
