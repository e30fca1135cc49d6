"""A reader of the tensors in what torch.save wrote (`.pt`, `.pth`): a zip archive, or one pickle after another.

Format: torch/serialization.py in github.com/pytorch/pytorch. Nothing is unpickled: see inert_pickle.
"""

import struct
import zipfile
from collections.abc import Callable, Iterator
from io import SEEK_SET, BytesIO
from typing import Any, cast

import numpy as np

from tempera.models.importing.inert_pickle import (
    Instance,
    PickledStorage,
    PickledTensor,
    PickleRefused,
    read_pickle,
)
from tempera.models.importing.mapped_file import MappedFile, Storage, Tensor

DTYPES = {"FloatStorage": "<f4", "DoubleStorage": "<f8", "HalfStorage": "<f2"}
ZIP, LOCAL_HEADER, COUNT = b"PK\x03\x04", struct.Struct("<26xHH"), struct.Struct("<q")
MAGIC = 0x1950A86A20F9469CFC6C
MAX_PICKLE_BYTES = 2**20
MAX_READ_BYTES = 2**18  # of the archive's directory: some thousand tensors
BIG_ENDIAN = "was written on a big-endian machine"
MALFORMED = (zipfile.BadZipFile, struct.error, OSError, ValueError, KeyError, TypeError, RuntimeError)

Locate = Callable[[PickledStorage], Storage]


def read_pytorch(file: MappedFile) -> dict[str, Tensor]:
    """Return a network's tensors by name, from a saved module or a state_dict; raises BadCheckpoint."""
    try:
        value, locate = _from_archive(file) if file.content[: len(ZIP)] == ZIP else _from_pickles(file)
        return {name: _located(tensor, locate) for name, tensor in _named(value)}
    except PickleRefused as error:
        raise file.bad(str(error)) from None
    except MALFORMED as error:
        raise file.bad(f"is truncated or corrupt: {str(error)[:100]}") from None


def _located(tensor: PickledTensor, locate: Locate) -> Tensor:
    return Tensor(locate(tensor.storage), tensor.offset, tensor.shape, tensor.strides)


def _named(value: Any) -> Iterator[tuple[str, PickledTensor]]:
    """Yield the tensors of a state_dict, or of a module and the modules in it, each module once."""
    if isinstance(value, dict):
        yield from ((str(name), tensor) for name, tensor in value.items() if isinstance(tensor, PickledTensor))
    found, seen = [("", value)], set[int]()
    while found:
        prefix, module = found.pop()
        if not isinstance(module, Instance) or id(module) in seen:
            continue
        seen.add(id(module))
        yield from (
            (prefix + name, tensor)
            for name, tensor in _part(module, "_parameters")
            if isinstance(tensor, PickledTensor)
        )
        found += [(f"{prefix}{name}.", inner) for name, inner in _part(module, "_modules")]


def _part(module: Instance, name: str) -> list[tuple[str, Any]]:
    part = module.fields.get(name)
    return [(str(key), value) for key, value in part.items()] if isinstance(part, dict) else []


class _Frugal:
    """What zipfile reads: a little at a time, since it would hold a directory of any size."""

    def __init__(self, file: MappedFile) -> None:
        self._content, self._at = file.content, 0

    def seek(self, offset: int, whence: int = SEEK_SET) -> int:
        """Move, and return the position."""
        self._at = max(0, offset + (0, self._at, len(self._content))[whence])
        return self._at

    def tell(self) -> int:
        """Return the position."""
        return self._at

    def read(self, size: int = -1) -> bytes:
        """Return some bytes; raises BadZipFile if they are many."""
        size = len(self._content) - self._at if size < 0 else size
        if size > MAX_READ_BYTES:
            raise zipfile.BadZipFile("its directory is too large")
        self._at += size
        return self._content[self._at - size : self._at]


def _from_archive(file: MappedFile) -> tuple[Any, Locate]:
    """Read a zip archive: a pickle, and a storage in each other entry; torch compresses none."""
    infos = zipfile.ZipFile(cast("Any", _Frugal(file))).infolist()
    entries = {info.filename.partition("/")[2]: info for info in infos}

    def start_of(name: str, size: int) -> int:
        info = entries.get(name)
        if info is None or info.compress_type != zipfile.ZIP_STORED or info.file_size < size:
            raise file.bad(f"has no {name} in it as torch.save would write it")
        lengths = LOCAL_HEADER.unpack_from(file.content, info.header_offset)
        return int(info.header_offset + LOCAL_HEADER.size + sum(lengths))

    def locate(storage: PickledStorage) -> Storage:
        dtype = _dtype(file, storage)
        start = start_of(f"data/{storage.key}", storage.count * np.dtype(dtype).itemsize)
        return file.storage(dtype, start, storage.count)

    start = start_of("data.pkl", 1)
    if "byteorder" in entries and not file.content[start_of("byteorder", 1) :][:6].startswith(b"little"):
        raise file.bad(BIG_ENDIAN)
    size = min(entries["data.pkl"].file_size, MAX_PICKLE_BYTES)
    return read_pickle(BytesIO(file.content[start : start + size]), {}), locate


def _from_pickles(file: MappedFile) -> tuple[Any, Locate]:
    """Read what torch.save wrote before version 1.6: five pickles, then each storage after its number of elements."""
    stream, storages = BytesIO(file.content[:MAX_PICKLE_BYTES]), dict[str, PickledStorage]()
    magic, _, machine, value, keys = (read_pickle(stream, storages) for _ in range(5))
    if magic != MAGIC or not isinstance(machine, dict) or not isinstance(keys, list):
        raise file.bad("is a pickle, but not one of torch.save")
    if not machine.get("little_endian", True):
        raise file.bad(BIG_ENDIAN)
    start, found = stream.tell(), dict[str, Storage]()
    for key in keys:
        dtype = _dtype(file, storages[key])
        (count,) = COUNT.unpack_from(file.content, start)
        found[key] = file.storage(dtype, start + COUNT.size, count)
        start += COUNT.size + count * np.dtype(dtype).itemsize
    return value, lambda storage: found[storage.key]


def _dtype(file: MappedFile, storage: PickledStorage) -> str:
    if storage.kind not in DTYPES:
        raise file.bad(f"holds weights as {storage.kind[:40]}; save them as float32 first")
    return DTYPES[storage.kind]
