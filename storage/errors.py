"""Exceptions of the storage package; each carries its data.

StorageError
├── StorageUnavailable
│   ├── StorageBusy
│   ├── DiskFull
│   ├── DiskFailing
│   ├── DatabaseReadOnly
│   ├── DatabaseDamaged
│   ├── RowRefused
│   └── DatabaseGone
├── DatabaseUnusable
│   ├── NoSuchDatabase
│   ├── DatabaseTooNew
│   └── DatabaseInUse
├── CoolingDown
├── QuotaReached
├── WordLimitReached
├── QuotaReached
├── WordLimitReached
├── MigrationFailed
├── NoBackup
├── FileTaken
├── PresetNameTaken
├── PresetLimitReached
└── UnknownPreset
"""

from pathlib import Path


class StorageError(Exception):
    """Base class of all errors of this package."""


class StorageUnavailable(StorageError):
    """The database rejected a statement, and why; nothing was stored."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class StorageBusy(StorageUnavailable):
    """The database didn't answer in time."""


class DiskFull(StorageUnavailable):
    """There is no space left for the database."""


class DiskFailing(StorageUnavailable):
    """The disk, or the file system, didn't read or write what it was asked to."""


class DatabaseReadOnly(StorageUnavailable):
    """The file or its folder can't be written."""


class DatabaseDamaged(StorageUnavailable):
    """The file is damaged, or is no database."""


class RowRefused(StorageUnavailable):
    """A row breaks a rule of its table, such as a reference to one that doesn't exist."""


class DatabaseGone(StorageUnavailable):
    """The file was deleted or replaced while it was open."""


class DatabaseUnusable(StorageError):
    """The URL doesn't name a file that can be read and written as Tempera's database."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"{url}: {reason}")
        self.url = url
        self.reason = reason


class NoSuchDatabase(DatabaseUnusable):
    """There is no database, or the settings that should name it can't be read."""


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


class NoBackup(StorageError):
    """The database at `path` has no backup."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path}: there is no backup")
        self.path = path


class FileTaken(StorageError):
    """The file to be written exists already."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} exists already")
        self.path = path


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


class PinLimitReached(StorageError):
    """The server has already pinned the maximum number of presets."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"{limit} pinned presets")
        self.limit = limit


class UnknownPreset(StorageError):
    """There is no preset with this name; `known` lists those that exist."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(name)
        self.name = name
        self.known = known


class CoolingDown(StorageError):
    """The user's last text started too recently; the next one can start after this time, at most the cooldown."""

    def __init__(self, wait_seconds: float) -> None:
        super().__init__(f"for {wait_seconds:.1f} s")
        self.wait_seconds = wait_seconds


class QuotaReached(StorageError):
    """The user has requested as many texts as a server allows them in a day."""

    def __init__(self, limit: int, wait_seconds: float) -> None:
        super().__init__(f"{limit} texts a day")
        self.limit, self.wait_seconds = limit, wait_seconds


class WordLimitReached(StorageError):
    """The server blocks as many words as it can."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"{limit} words")
        self.limit = limit
