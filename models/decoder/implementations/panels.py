"""The memory layout in which the kernel reads a network: units and outputs in panels, in groups of four (kernel.h)."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tempera.models.decoder.arithmetic.quantized import FACTORS, Product, Quantized
from tempera.models.decoder.arithmetic.specification import Levels
from tempera.models.decoder.implementations.kernel import GROUP, MAX_LAYERS, PANEL, NetworkStruct, ProductStruct

TABLE_ROWS = 64
RAISED = 128  # added to each activation by products of unsigned bytes


def whole(size: int) -> int:
    """Round up to whole panels."""
    return -(-size // PANEL) * PANEL


def padded(array: NDArray[Any], axis: int, value: float = 0) -> NDArray[Any]:
    """Pad an axis to whole panels."""
    more = [(0, 0)] * array.ndim
    more[axis] = (0, whole(array.shape[axis]) - array.shape[axis])
    return np.pad(array, more, constant_values=value) if more[axis][1] else array


class Panels:
    """A network in the kernel's layout; `struct` points into arrays that this object keeps alive. Raises ValueError."""

    def __init__(self, network: Quantized) -> None:
        layers = len(network.recurrent)
        if layers > MAX_LAYERS:
            raise ValueError(f"{layers} layers are more than the {MAX_LAYERS} that the kernel has room for")
        self._units, self._gates, self._kept = network.units, network.gates, list[NDArray[Any]]()
        cell = list(FACTORS).index(network.cell)
        struct = self.struct = NetworkStruct(cell, layers, whole(network.units), whole(len(network.output_bias)))
        struct.table = self._table(network.table.levels)
        struct.table_scale = self._keep(self._by_gates(network.table.scale, 0))
        struct.recurrent[0] = self._gate_products(network.recurrent[0])[0]
        for layer, product in enumerate(network.candidate):
            (struct.candidate[layer],) = self._gate_products(product)
        for layer in range(1, layers):
            pair = network.recurrent[layer], network.input[layer - 1]
            struct.recurrent[layer], struct.input[layer] = self._pair(*pair)
            struct.bias[layer] = self._keep(self._by_gates(network.bias[layer - 1], 0))
        for layer in range(layers):
            struct.reset_bias[layer] = self._keep(padded(network.reset_bias[layer], 0))
        output = network.output
        struct.output = self._products(Product(padded(output.levels, 0), padded(output.scale, 0, 1)))[0]
        self.size_bytes = sum(array.nbytes for array in self._kept)

    def _table(self, levels: NDArray[np.int16]) -> int:
        """Lay out some rows at a time, since two more copies of the table would take too much memory."""
        room = aligned((len(levels), whole(self._units) * self._gates), levels.dtype)
        for start in range(0, len(levels), TABLE_ROWS):
            room[start : start + TABLE_ROWS] = self._by_gates(levels[start : start + TABLE_ROWS], 1)
        self._kept.append(room)
        return int(room.ctypes.data)

    def _pair(self, recurrent: Product, below: Product) -> list[ProductStruct]:
        """Lay out a layer's products: side by side, if they have as many gates."""
        if recurrent.levels.shape == below.levels.shape:
            return self._gate_products(recurrent, below)
        return [*self._gate_products(recurrent), *self._gate_products(below)]

    def _gate_products(self, *products: Product) -> list[ProductStruct]:
        ordered = [Product(self._by_gates(one.levels, 0), self._by_gates(one.scale, 0)) for one in products]
        return self._products(*ordered)

    def _products(self, *products: Product) -> list[ProductStruct]:
        """Lay out products whose groups are read alternately, side by side."""
        levels = [padded(product.levels, 1) for product in products]
        arena = np.stack([_groups(one) for one in levels], 1)  # (groups, products, bytes)
        start, group_bytes = self._keep(arena), arena[0].nbytes
        sums = [self._keep(RAISED * one.sum(1, dtype=np.int32)) for one in levels]
        scales = [self._keep(product.scale) for product in products]
        return [
            ProductStruct(start + index * arena[0, 0].nbytes, group_bytes, scale, raised)
            for index, (scale, raised) in enumerate(zip(scales, sums, strict=True))
        ]

    def _by_gates(self, array: NDArray[Any], axis: int) -> NDArray[Any]:
        """Reorder an axis from (gates, units) to (units / 16, gates, 16)."""
        before, after = array.shape[:axis], array.shape[axis + 1 :]
        gates = array.shape[axis] // self._units
        apart = padded(array.reshape(*before, gates, self._units, *after), axis + 1)
        panels = apart.reshape(*before, gates, -1, PANEL, *after).swapaxes(axis, axis + 1)
        return panels.reshape(*before, -1, *after)

    def _keep(self, array: NDArray[Any]) -> int:
        """Copy an array to the start of a cache line and return its address."""
        room = aligned(array.shape, array.dtype)
        room[...] = array
        self._kept.append(room)
        return int(room.ctypes.data)


def _groups(levels: Levels) -> Levels:
    """levels (outputs, inputs) -> (groups, bytes); the panels of a partial last group are at its start."""
    outputs, inputs = levels.shape
    full, rest = divmod(outputs, GROUP * PANEL)
    room = np.zeros((full + bool(rest), GROUP * PANEL * inputs), np.int8)
    room[:full] = _interleaved(levels[: outputs - rest], GROUP).reshape(full, GROUP * PANEL * inputs)
    if rest:
        room[full, : rest * inputs] = _interleaved(levels[outputs - rest :], rest // PANEL).ravel()
    return room


def _interleaved(levels: Levels, panels: int) -> Levels:
    """levels (n * panels * 16, inputs) -> (n, inputs / 4, panels, 16, 4)."""
    return levels.reshape(-1, panels, PANEL, levels.shape[1] // 4, 4).transpose(0, 3, 1, 2, 4)


def aligned(shape: tuple[int, ...], dtype: Any, by: int = 64) -> NDArray[Any]:
    """Return an array whose address is a multiple of `by`."""
    size = int(np.prod(shape)) * np.dtype(dtype).itemsize
    raw = np.empty(size + by, np.uint8)
    start = -raw.ctypes.data % by
    room: NDArray[Any] = raw[start : start + size].view(dtype).reshape(shape)
    return room
