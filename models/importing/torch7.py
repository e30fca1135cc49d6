"""A reader of torch7's binary files (`.t7`), which runs nothing in them.

Little-endian, with longs of 8 bytes, as torch7 writes on 64-bit machines (File.lua in github.com/torch/torch7). Strings
become text in Latin-1, byte for byte; tables Table, tensors Tensor, objects of other classes Object, functions None.
"""

import re
import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tempera.models.importing.mapped_file import MAX_DIMENSIONS, TRUNCATED, MappedFile, Storage, Tensor
from tempera.models.importing.torch_objects import NO_PAIRS, PAIR, Object, Table

DTYPES = {
    "Float": "<f4", "Cuda": "<f4", "Double": "<f8", "CudaDouble": "<f8", "Half": "<f2", "CudaHalf": "<f2",
    "Long": "<i8", "CudaLong": "<i8", "Int": "<i4", "CudaInt": "<i4", "Short": "<i2", "CudaShort": "<i2",
    "Byte": "u1", "CudaByte": "u1", "Char": "i1", "CudaChar": "i1",
}  # fmt: skip
VERSION = re.compile(r"V \d+")
NUMBERS = re.compile(r"torch\.(\w+)(Tensor|Storage)")
MAX_VALUES = 60_000  # a network of eight layers with its whole graph has some 20,000
MAX_TEXT_BYTES = 4 * 2**20  # of all strings
MAX_DEPTH = 4000  # the nodes of a graph lead to each other


class Kind(IntEnum):
    """What comes next in a file."""

    NIL = 0
    NUMBER = 1
    STRING = 2
    TABLE = 3
    OBJECT = 4
    BOOLEAN = 5
    FUNCTION = 6
    EARLIER_CLOSURE = 7
    CLOSURE = 8


@dataclass(slots=True)
class Open:
    """A table, an object or a function, of which so many values are still to come."""

    value: Table | Object | None
    left: int
    key: Any = None

    def take(self, value: Any) -> None:
        """Add the next value; a table's keys and values alternate."""
        self.left -= 1
        if isinstance(self.value, Object):
            self.value.fields = value
        elif isinstance(self.value, Table):
            if self.left % 2:
                self.key = value
            else:
                self.value[self.key] = value


def read_torch7(file: MappedFile) -> Any:
    """Return the value that a file holds; raises BadCheckpoint."""
    return Reader(file).read()


class Reader:
    """Reads one file from beginning to end; what is nested waits in a list, not on Python's stack."""

    def __init__(self, file: MappedFile) -> None:
        self._file, self._at = file, 0
        self._values_left, self._text_left = MAX_VALUES, MAX_TEXT_BYTES
        self._known: dict[int, Any] = {}  # by the index that back references name
        self._open: list[Open] = []

    def read(self) -> Any:
        """Return the first value, with all that is in it."""
        whole = Object("file")
        self._open.append(Open(whole, 1))
        while self._open:
            last = self._open[-1]
            if last.left:
                last.take(self._value())
            else:
                self._open.pop()
        return whole.fields

    def _value(self) -> Any:
        """Return the next value; one that has more in it is opened."""
        self._values_left -= 1
        if not self._values_left:
            raise self._file.bad(f"holds more than {MAX_VALUES:,} values")
        match kind := self._int():
            case Kind.NIL:
                return None
            case Kind.NUMBER:
                return self._unpacked("<d")
            case Kind.STRING:
                return self._text()
            case Kind.BOOLEAN:
                return self._int() == 1
            case Kind.FUNCTION:
                return self._skip_function()
            case Kind.TABLE | Kind.OBJECT | Kind.CLOSURE | Kind.EARLIER_CLOSURE:
                return self._indexed(kind)
        raise self._file.bad(f"is no torch7 file, or a corrupt one: it has a value of kind {kind}")

    def _indexed(self, kind: int) -> Any:
        """Return a value that is written once; where it comes again, only its index is."""
        index = self._int()
        if index not in self._known:
            read = {Kind.TABLE: self._table, Kind.OBJECT: self._object}.get(Kind(kind), self._skip_function)
            self._known[index] = read()
        return self._known[index]

    def _table(self) -> Table:
        table, count = Table(), self._count(self._int(), 8)
        table.pairs = self._pairs(count)
        self._enter(table, 2 * (count - len(table.pairs)))
        return table

    def _pairs(self, count: int) -> NDArray[Any]:
        """Return the entries up to the first one that isn't a number by a number, without copying them."""
        most, found, some = min(count, (len(self._file) - self._at) // PAIR.itemsize), 0, 16
        pairs = np.frombuffer(self._file.content, PAIR, most, self._at) if most else NO_PAIRS
        while found < most:
            next_ones = pairs[found : found + some]
            fitting = (next_ones["key_kind"] == Kind.NUMBER) & (next_ones["kind"] == Kind.NUMBER)
            found += len(next_ones) if fitting.all() else int(fitting.argmin())
            if not fitting.all():
                break
            some *= 2
        self._at += found * PAIR.itemsize
        return pairs[:found]

    def _object(self) -> Tensor | Storage | Object:
        name = self._class_name()
        if found := NUMBERS.fullmatch(name):
            if found[1] not in DTYPES:
                raise self._file.bad(f"holds a {name[:40]}, which is not supported")
            return self._tensor() if found[2] == "Tensor" else self._storage(DTYPES[found[1]])
        thing = Object(name)
        self._enter(thing, 1)
        return thing

    def _class_name(self) -> str:
        name = self._text()
        return self._text() if VERSION.fullmatch(name) else name  # the earliest files have no version

    def _tensor(self) -> Tensor:
        dimensions = self._count(self._int(), 16)
        if dimensions > MAX_DIMENSIONS:
            raise self._file.bad("holds a tensor of too many dimensions")
        shape, strides = (tuple(self._unpacked("<q") for _ in range(dimensions)) for _ in range(2))
        offset = self._unpacked("<q") - 1
        return Tensor(self._storage_of_tensor(), offset, shape, strides)

    def _storage_of_tensor(self) -> Storage:
        if (kind := self._int()) == Kind.NIL:
            return Storage("<f4", 0, 0)
        index = self._int()
        if kind == Kind.OBJECT and index not in self._known:
            found = NUMBERS.fullmatch(self._class_name())
            if found and found[2] == "Storage" and found[1] in DTYPES:
                self._known[index] = self._storage(DTYPES[found[1]])
        storage = self._known.get(index)
        if not isinstance(storage, Storage):
            raise self._file.bad("holds a tensor without a storage")
        return storage

    def _storage(self, dtype: str) -> Storage:
        count = self._unpacked("<q")
        storage = self._file.storage(dtype, self._at, count)
        self._at += count * np.dtype(dtype).itemsize
        return storage

    def _skip_function(self) -> None:
        """Skip a function's code, and what it has captured."""
        size = self._count(self._int(), 1)
        self._at += size
        self._enter(None, 1)

    def _enter(self, value: Table | Object | None, count: int) -> None:
        if len(self._open) > MAX_DEPTH:
            raise self._file.bad("is nested too deeply")
        self._open.append(Open(value, count))

    def _text(self) -> str:
        size = self._count(self._int(), 1)
        self._text_left -= size
        if self._text_left < 0:
            raise self._file.bad(f"holds more than {MAX_TEXT_BYTES:,} bytes of text")
        self._at += size
        return self._file.content[self._at - size : self._at].decode("latin-1")

    def _int(self) -> int:
        return int(self._unpacked("<i"))

    def _count(self, count: int, least_bytes: int) -> int:
        """Return a count of things that take at least so many bytes each, if the file has room for them."""
        if not 0 <= count * least_bytes <= len(self._file) - self._at:
            raise self._file.bad(TRUNCATED)
        return count

    def _unpacked(self, form: str) -> Any:
        try:
            (number,) = struct.unpack_from(form, self._file.content, self._at)
        except struct.error:
            raise self._file.bad(TRUNCATED) from None
        self._at += struct.calcsize(form)
        return number
