"""Why files can't be written, and what to do about it."""

import errno
from dataclasses import dataclass
from pathlib import Path

from tempera.models.errors import ModelsError

REMEDIES = {
    errno.ENOSPC: "free some space on this disk",
    errno.EDQUOT: "delete some files: your quota is used up",
    errno.EFBIG: "allow larger files (ulimit -f)",
    errno.EROFS: "make the disk writable",
}


@dataclass
class NotWritten(ModelsError):
    """A file could not be written; the one before it, if any, is unchanged."""

    path: Path
    size_bytes: int
    cause: OSError

    def __str__(self) -> str:
        remedy = REMEDIES.get(self.cause.errno or 0, "make the folder writable")
        return (
            f"{self.path}: {self.size_bytes:,} bytes can't be written: {self.cause.strerror}; {remedy}, "
            "then run the command again (a training goes on with --resume)"
        )


@dataclass
class NotEnoughSpace(ModelsError):
    """The disk is too full for a training to begin."""

    folder: Path
    needed_bytes: int
    free_bytes: int

    def __str__(self) -> str:
        return (
            f"{self.folder}: a training writes up to {self.needed_bytes / 1e6:,.1f} MB here, and "
            f"{self.free_bytes / 1e6:,.1f} MB are free; free some space or choose another disk with --runs and "
            "--checkpoints, then run the command again (a run that has begun goes on with --resume)"
        )
