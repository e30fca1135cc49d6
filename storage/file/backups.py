"""Backups beside the database: made while it is in use, and the oldest are deleted."""

import logging
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tempera.storage.failures import opening
from tempera.storage.file.copying import Progress, copy_file

STAMP = "%Y%m%d-%H%M%S"  # UTC; the names sort by time
STAMPED = re.compile(r"\.backup-(?P<stamp>\d{8}-\d{6})$")

log = logging.getLogger(__name__)


def backup_path(path: Path) -> Path:
    """Return the path of a backup that is made now."""
    return path.with_name(f"{path.name}.backup-{datetime.now(UTC).strftime(STAMP)}")


def back_up(path: Path, progress: Progress | None = None) -> Path:
    """Copy the database; return the path of the copy. Raises StorageUnavailable, such as DiskFull."""
    backup = backup_path(path)
    copy_file(path, backup, progress)
    return backup


def backups_of(path: Path) -> list[Path]:
    """Return the backups, newest first."""
    return sorted((each for each in path.parent.glob("*") if _stamp(path, each)), reverse=True)


def drop_old_backups(path: Path, kept: int) -> None:
    """Delete all but the newest; raises StorageError."""
    for old in backups_of(path)[kept:]:
        with opening(old):
            old.unlink(missing_ok=True)
        log.info("Deleted the old backup %s", old)


def is_backup_due(path: Path, interval: timedelta) -> bool:
    """Whether the newest backup is older than that; one from the future was made under a wrong clock."""
    ages = [datetime.now(UTC) - made for each in backups_of(path) if (made := _stamp(path, each))]
    return not any(timedelta(0) <= age < interval for age in ages)


def _stamp(path: Path, backup: Path) -> datetime | None:
    """Return when a backup of this database was made; None for any other file."""
    found = STAMPED.fullmatch(backup.name.removeprefix(path.name)) if backup.name.startswith(path.name) else None
    try:
        return datetime.strptime(found["stamp"], STAMP).replace(tzinfo=UTC) if found else None
    except ValueError:
        return None
