"""Tables and objects of torch7, and how to read their fields, which may hold anything."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tempera.models.importing.mapped_file import MappedFile, Tensor

PAIR = np.dtype([("key_kind", "<i4"), ("key", "<f8"), ("kind", "<i4"), ("value", "<f8")])  # as in the file
NO_PAIRS: NDArray[Any] = np.empty(0, PAIR)


class Table(dict[Any, Any]):
    """A Lua table; entries of a number by a number, at its beginning, stand in `pairs` instead."""

    __slots__ = ("pairs",)
    __hash__ = object.__hash__  # type: ignore[assignment]  # a table can be a key

    def __init__(self) -> None:
        super().__init__()
        self.pairs = NO_PAIRS

    def listed(self, most: int) -> list[Any]:
        """Return the values of the keys 1, 2, 3, and so on, as far as there are any."""
        return [self[number] for number in range(1, min(len(self), most) + 1) if number in self]


@dataclass(eq=False, slots=True)
class Object:
    """An object of a class that is only a name here."""

    name: str
    fields: Any = None

    def get(self, key: str) -> Any:
        """Return a field, None without it."""
        return self.fields.get(key) if isinstance(self.fields, Table) else None


NO_TABLE = Table()


def part(value: Any, key: str) -> Any:
    """Return a field of a table or object, None if there is none."""
    return value.get(key) if isinstance(value, Table | Object) else None


def table(value: Any, key: str) -> Table:
    """Return the table in a field, an empty one if there is none."""
    found = part(value, key)
    return found if isinstance(found, Table) else NO_TABLE


def weight(file: MappedFile, module: Object | None, name: str, dimensions: int) -> NDArray[np.float32]:
    """Return a module's tensor; raises BadCheckpoint if it has none of so many dimensions."""
    tensor = part(module, name)
    if not isinstance(tensor, Tensor) or len(tensor.shape) != dimensions:
        raise file.bad(f"has a module without a {name} of {dimensions} dimensions")
    return file.array(tensor)


def check_dropout(file: MappedFile, module: Object) -> None:
    """Raise BadCheckpoint for dropout of early 2015, which also scales when a network writes."""
    if module.name == "nn.Dropout" and module.get("p") and not module.get("v2"):
        raise file.bad("has dropout as torch7 had it before 2015, which is not supported")
