"""Exceptions of the storage package; each carries its data.

StorageError
├── StorageUnavailable
├── DatabaseUnusable
│   ├── DatabaseTooNew
│   └── DatabaseInUse
├── CoolingDown
├── MigrationFailed
├── PresetNameTaken
├── PresetLimitReached
└── UnknownPreset
"""

from datetime import datetime
from pathlib import Path


class StorageError(Exception):
    """Base class of all errors of this package."""


class StorageUnavailable(StorageError):
    """The database rejected a statement, and why; nothing was stored."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class DatabaseUnusable(StorageError):
    """The URL doesn't name a file that can be read and written as Tempera's database."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"{url}: {reason}")
        self.url = url
        self.reason = reason


class DatabaseTooNew(DatabaseUnusable):
    """The database was written by a newer version of Tempera, whose revision this one doesn't know."""

    def __init__(self, url: str, revision: str) -> None:
        super().__init__(url, f"revision {revision} is newer than this version of Tempera")
        self.revision = revision


class DatabaseInUse(DatabaseUnusable):
    """Another process is using the database."""

    def __init__(self, url: str) -> None:
        super().__init__(url, "another Tempera runs on it")


class MigrationFailed(StorageError):
    """An upgrade failed; the database at `path` is unchanged."""

    def __init__(self, path: Path, backup: Path | None, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.backup = backup  # None: the database was new, there was nothing to back up
        self.reason = reason


class PresetNameTaken(StorageError):
    """The user, or the server if `shared`, already has a preset with this name."""

    def __init__(self, name: str, *, shared: bool = False) -> None:
        super().__init__(name)
        self.name = name
        self.shared = shared


class PresetLimitReached(StorageError):
    """The user, or the server if `shared`, already has the maximum number of presets."""

    def __init__(self, limit: int, *, shared: bool = False) -> None:
        super().__init__(f"{limit} presets")
        self.limit = limit
        self.shared = shared


class UnknownPreset(StorageError):
    """There is no preset with this name; `known` lists those that exist."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(name)
        self.name = name
        self.known = known


class CoolingDown(StorageError):
    """The user's last text started too recently; the next one can start at `until`."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"until {until}")
        self.until = until
