"""Files and folders that only their owner can read, whatever the umask: they hold what people wrote."""

import logging
import os
from pathlib import Path

FILE_MODE, FOLDER_MODE = 0o600, 0o700
OTHERS = 0o077  # permissions of the group and of everyone else
BESIDE = ("", "-wal", "-shm", "-journal")  # the files of a SQLite database; new ones get the permissions of the first

log = logging.getLogger(__name__)


def make_private_folder(folder: Path) -> None:
    """Create a folder and those above it that are missing; existing ones stay as they are. Raises OSError."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir(mode=FOLDER_MODE, exist_ok=True)


def make_private_file(path: Path) -> None:
    """Create an empty file if there is none, and close existing ones of this database to others. Raises OSError."""
    # An existing file is never opened: closing it would release the locks that SQLite holds in this process.
    if not path.exists():
        os.close(os.open(path.resolve(), os.O_CREAT | os.O_RDWR, FILE_MODE))
    for suffix in BESIDE:
        _tighten(path.with_name(path.name + suffix))


def _tighten(path: Path) -> None:
    """Take a file's permissions from everyone but its owner; a file of another user, or system, is left alone."""
    try:
        found = path.stat()
        if found.st_uid != os.geteuid() or not found.st_mode & OTHERS:
            return
        path.chmod(FILE_MODE)
        remains = path.stat().st_mode & OTHERS
    except FileNotFoundError:
        return
    except OSError:
        remains = OTHERS
    if remains:
        log.warning("%s can be read by other users, and this file system doesn't let that be changed", path)
    else:
        log.info("%s could be read by other users; now only its owner can", path)
