"""What can go wrong with the database, as types that carry the facts.

StorageError
├── DatabaseUnusable
│   └── DatabaseTooNew
└── MigrationFailed
"""

from pathlib import Path


class StorageError(Exception):
    """Stand for every fault of the storage."""


class DatabaseUnusable(StorageError):
    """Tell that the URL names nothing that can be read and written as Tempera's database."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"{url}: {reason}")
        self.url = url
        self.reason = reason


class DatabaseTooNew(DatabaseUnusable):
    """Tell that the database was written by a newer Tempera, whose revision this one does not know."""

    def __init__(self, url: str, revision: str) -> None:
        super().__init__(url, f"revision {revision} is newer than this version of Tempera")
        self.revision = revision


class MigrationFailed(StorageError):
    """Tell that an upgrade broke off: the database at the path is as it was before."""

    def __init__(self, path: Path, backup: Path | None, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.backup = backup  # None: the database was new, there was nothing to keep
        self.reason = reason
