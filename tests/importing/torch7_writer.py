"""A writer of torch7's binary files, for tests."""

import struct
from dataclasses import dataclass, field
from typing import Any

import numpy as np

TENSORS = {"float32": "Float", "float64": "Double", "float16": "Half", "int64": "Long", "uint8": "Byte"}


@dataclass(eq=False)
class Thing:
    """An object of a Lua class."""

    name: str
    fields: dict[Any, Any] = field(default_factory=dict)


@dataclass(eq=False)
class Function:
    """A Lua function: its bytecode, and what it has captured."""

    code: bytes
    captured: dict[Any, Any] = field(default_factory=dict)


@dataclass(eq=False)
class Cuda:
    """A tensor that was on a GPU."""

    values: Any


def torch7_bytes(value: Any) -> bytes:
    """Return a value as torch.save would write it."""
    writer = Writer()
    writer.write(value)
    return bytes(writer.out)


class Writer:
    """Writes each table, object and tensor once, and its index where it comes again."""

    def __init__(self) -> None:
        self.out = bytearray()
        self._indexes: dict[int, int] = {}
        self._kept: list[Any] = []  # so that no two have the same id

    def write(self, value: Any) -> None:
        if value is None:
            self._int(0)
        elif isinstance(value, bool):
            self._int(5)
            self._int(int(value))
        elif isinstance(value, int | float):
            self._int(1)
            self._pack("<d", value)
        elif isinstance(value, str | bytes):
            self._int(2)
            self._text(value.encode() if isinstance(value, str) else value)
        else:
            self._write_once(value)

    def _write_once(self, value: Any) -> None:
        kind = {dict: 3, Function: 8}.get(type(value), 4)
        if not self._is_new(kind, value):
            return
        if isinstance(value, dict):
            self._table(value)
        elif isinstance(value, Thing):
            self._class(value.name)
            self.write(value.fields)
        elif isinstance(value, Function):
            self._text(value.code)
            self.write(value.captured)
        elif isinstance(value, Cuda):
            self._tensor("Cuda", value.values)
        else:
            self._tensor(TENSORS[value.dtype.name], value)

    def _table(self, table: dict[Any, Any]) -> None:
        self._int(len(table))
        for key, value in table.items():
            self.write(key)
            self.write(value)

    def _is_new(self, kind: int, value: Any) -> bool:
        self._int(kind)
        known = id(value) in self._indexes
        self._int(self._indexes.setdefault(id(value), len(self._indexes) + 1))
        self._kept.append(value)
        return not known

    def _tensor(self, kind: str, values: Any) -> None:
        self._class(f"torch.{kind}Tensor")
        self._int(values.ndim)
        flat = np.ascontiguousarray(values)
        for number in (*flat.shape, *(step // flat.itemsize for step in flat.strides), 1):
            self._pack("<q", number)
        self._int(4)
        self._int(len(self._indexes) + 1)
        self._indexes[-len(self._indexes) - 1] = len(self._indexes) + 1
        self._class(f"torch.{kind}Storage")
        self._pack("<q", flat.size)
        self.out += flat.tobytes()

    def _class(self, name: str) -> None:
        self._text(b"V 1")
        self._text(name.encode())

    def _text(self, text: bytes) -> None:
        self._int(len(text))
        self.out += text

    def _int(self, number: int) -> None:
        self._pack("<i", number)

    def _pack(self, form: str, number: float) -> None:
        self.out += struct.pack(form, number)
