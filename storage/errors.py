"""What can go wrong with the database and what is kept in it, as types that carry the facts.

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
    """Stand for every fault of the storage."""


class StorageUnavailable(StorageError):
    """Tell that the database refused a statement, and why; nothing of it was kept."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


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


class DatabaseInUse(DatabaseUnusable):
    """Tell that another process runs on the database."""

    def __init__(self, url: str) -> None:
        super().__init__(url, "another Tempera runs on it")


class MigrationFailed(StorageError):
    """Tell that an upgrade broke off: the database at the path is as it was before."""

    def __init__(self, path: Path, backup: Path | None, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.backup = backup  # None: the database was new, there was nothing to keep
        self.reason = reason


class PresetNameTaken(StorageError):
    """Tell that the person, or with `shared` the server, has a preset of this name already."""

    def __init__(self, name: str, *, shared: bool = False) -> None:
        super().__init__(name)
        self.name = name
        self.shared = shared


class PresetLimitReached(StorageError):
    """Tell that the person, or with `shared` the server, has as many presets as are allowed."""

    def __init__(self, limit: int, *, shared: bool = False) -> None:
        super().__init__(f"{limit} presets")
        self.limit = limit
        self.shared = shared


class UnknownPreset(StorageError):
    """Tell that no preset has this name, and which ones there are."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(name)
        self.name = name
        self.known = known


class CoolingDown(StorageError):
    """Tell that a person's last text began too short a time ago, and until when."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"until {until}")
        self.until = until
