"""A file to import, mapped into memory: nothing of it is copied before its size has been checked."""

import mmap
from dataclasses import dataclass
from math import prod
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tempera.models.errors import BadCheckpoint
from tempera.models.formats.checkpoint_files import open_regular

MAX_FILE_BYTES = 512 * 2**20
MAX_DIMENSIONS = 8
TRUNCATED = "is truncated or corrupt: it declares more than it holds"


@dataclass(frozen=True, slots=True)
class Storage:
    """Numbers in the file."""

    dtype: str  # as NumPy spells it, little-endian
    start: int  # bytes from the beginning of the file
    count: int


@dataclass(frozen=True, slots=True)
class Tensor:
    """A tensor over a storage, not read yet; offset and strides in elements."""

    storage: Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


class MappedFile:
    """The content of a regular file."""

    def __init__(self, path: Path, content: mmap.mmap) -> None:
        self.path, self.content = path, content
        self._unread = len(content)  # bytes that tensors may still take, as none needs the same ones twice

    def __len__(self) -> int:
        return len(self.content)

    def bad(self, reason: str) -> BadCheckpoint:
        """Return the reason why this file can't be imported, to raise it."""
        return BadCheckpoint(self.path, reason)

    def storage(self, dtype: str, start: int, count: int) -> Storage:
        """Return a storage that lies within the file; raises BadCheckpoint."""
        if start < 0 or count < 0 or start + count * np.dtype(dtype).itemsize > len(self):
            raise self.bad(TRUNCATED)
        return Storage(dtype, start, count)

    def array(self, tensor: Tensor) -> NDArray[np.float32]:
        """Return a tensor's numbers in fp32; raises BadCheckpoint if it exceeds its storage."""
        storage, sizes = tensor.storage, tensor.shape
        numbers = [tensor.offset, *sizes, *tensor.strides]
        if len(sizes) != len(tensor.strides) or len(sizes) > MAX_DIMENSIONS or min(numbers) < 0:
            raise self.bad("holds a tensor of an impossible shape")
        last = tensor.offset + sum((size - 1) * step for size, step in zip(sizes, tensor.strides, strict=True))
        if prod(sizes) > storage.count or last >= storage.count:
            raise self.bad("holds a tensor that exceeds its storage")
        self._unread -= prod(sizes) * np.dtype(storage.dtype).itemsize
        if self._unread < 0:
            raise self.bad("holds tensors that together exceed the file")
        values = np.frombuffer(self.content, storage.dtype, storage.count, storage.start)[tensor.offset :]
        steps = [step * values.itemsize for step in tensor.strides]
        return np.lib.stride_tricks.as_strided(values, sizes, steps, writeable=False).astype(np.float32)


def mapped(path: Path) -> MappedFile:
    """Map a file; raises BadCheckpoint if it is missing, empty, not regular or too large."""
    with open_regular(path, MAX_FILE_BYTES) as file:
        try:
            return MappedFile(path, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        except (ValueError, OSError):
            raise BadCheckpoint(path, "is empty, or can't be mapped into memory") from None
