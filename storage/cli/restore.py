"""`python -m storage restore`: put a backup in place of the database, which is kept under another name."""

import argparse
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from tempera.storage.cli.arguments import Commands, progress_bar
from tempera.storage.errors import DatabaseUnusable, NoBackup, NoSuchDatabase
from tempera.storage.failures import opening
from tempera.storage.file.backups import STAMP, backups_of
from tempera.storage.file.copying import Progress, copy_database
from tempera.storage.file.instance_lock import only_instance
from tempera.storage.file.integrity import check_integrity, read_only
from tempera.storage.file.private import BESIDE
from tempera.storage.inspect import revision_of
from tempera.storage.url import database_url


def add_command(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("restore", help="go back to a backup; the database is kept under another name")
    parser.add_argument("backup", type=Path, nargs="?", metavar="FILE", help="the backup (default: the newest)")
    parser.set_defaults(run=_restore)


def _restore(options: argparse.Namespace) -> None:
    path: Path = options.path(options).resolve()
    backup = options.backup or next(iter(backups_of(path)), None)
    if backup is None:
        raise NoBackup(path)
    with only_instance(database_url(path)), progress_bar() as progress:
        kept = restore(path, backup, progress)
    print(f"Restored {path} from {backup}")
    if kept:
        print(f"The database that was there is now {kept}")


def restore(path: Path, backup: Path, progress: Progress | None = None) -> Path | None:
    """Replace a database that nobody has open; return where the former one is. Raises StorageError before that."""
    _check_backup(backup)
    fresh = path.with_name(f"{path.name}.restored")
    with opening(backup), closing(read_only(backup)) as source:
        source.execute("BEGIN")
        copy_database(source, fresh, progress)
    with opening(path):
        kept = _set_aside(path)
        fresh.replace(path)
    return kept


def _check_backup(backup: Path) -> None:
    if not backup.exists():
        raise NoSuchDatabase(str(backup), "there is no such file")
    check_integrity(backup)
    if revision_of(backup) is None:
        raise DatabaseUnusable(str(backup), "it is empty")


def _set_aside(path: Path) -> Path | None:
    """Rename a database with all its files: a log that stayed would be applied to the next one."""
    kept = path.with_name(f"{path.name}.replaced-{datetime.now(UTC).strftime(STAMP)}")
    found = [suffix for suffix in BESIDE if path.with_name(path.name + suffix).exists()]
    for suffix in found:
        path.with_name(path.name + suffix).rename(kept.with_name(kept.name + suffix))
    return kept if found else None
