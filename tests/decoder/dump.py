"""Cases, and what the specification gives for them, in a file for harness.c."""

from collections.abc import Iterator
from ctypes import string_at
from typing import Any, BinaryIO

import numpy as np

from tempera.models.decoder.arithmetic.sampling import SAMPLING
from tempera.models.decoder.implementations.compiled import CompiledNetwork
from tempera.models.decoder.implementations.kernel import GROUP, PANEL, NetworkStruct, ProductStruct, WorkStruct
from tempera.models.decoder.implementations.panels import padded
from tempera.models.decoder.implementations.specified import SpecifiedNetwork
from tests.decoder.cases import Case, Outcome, outcome


class Recorder:
    """Stands where a kernel does, and keeps what one is told."""

    variants = ("generic",)

    def __init__(self, case: Case) -> None:
        self._case = case
        self.blobs: list[bytes] = []

    def scratch_bytes(self, _network: NetworkStruct, _rows: int) -> int:
        """Nothing is computed."""
        return 0

    def run(self, network: NetworkStruct, work: WorkStruct, _variant: int) -> int:
        """Keep everything in the order of harness.c."""
        head = (network.cell, network.layers, network.hidden, network.outputs, work.rows, work.steps)
        self.blobs = [np.array(head, np.int32).tobytes(), *self._network(network), *self._work(network, work)]
        return 0

    def _network(self, network: NetworkStruct) -> Iterator[bytes]:
        units, outputs = network.hidden, network.hidden * self._case.network.gates
        yield string_at(network.table, 2 * self._case.vocabulary * outputs)
        yield string_at(network.table_scale, 4 * outputs)
        for layer in range(network.layers):
            both = self._case.network.recurrent[layer].levels.shape[0] // self._case.network.units
            yield from _product(network.recurrent[layer], both * units, units)
            if network.candidate[layer].weights:
                yield from _product(network.candidate[layer], units, units)
            yield string_at(network.reset_bias[layer], 4 * units)
            if layer:
                yield from _product(network.input[layer], outputs, units)
                yield string_at(network.bias[layer], 4 * outputs)
        yield from _product(network.output, network.outputs, units)

    def _work(self, network: NetworkStruct, work: WorkStruct) -> Iterator[bytes]:
        rows, cells = 4 * work.rows, work.rows * network.layers * network.hidden
        tables = 4 * 2 * network.outputs  # two contexts
        sizes = {
            "ids": rows,
            "context": rows,
            "hidden": cells,
            "memory": 4 * cells,
            "bias": tables,
            "next_context": tables,
        }
        sizes |= {"sampling": SAMPLING.itemsize * work.rows, "uniform": rows * work.steps}
        for name, size in sizes.items():
            yield string_at(getattr(work, name), size)


def _product(product: ProductStruct, outputs: int, inputs: int) -> Iterator[bytes]:
    full, rest = divmod(outputs, GROUP * PANEL)
    last = rest * inputs if rest else GROUP * PANEL * inputs
    yield string_at(product.weights, (full + bool(rest) - 1) * product.group_bytes + last)
    yield np.int64(product.group_bytes).tobytes()
    yield string_at(product.scale, 4 * outputs)
    yield string_at(product.raised, 4 * outputs)


def _told(case: Case) -> list[bytes]:
    recorder = Recorder(case)
    network = CompiledNetwork(case.network, recorder, "generic")  # type: ignore[arg-type]  # a kernel in all that matters
    case.adjust(network)
    network.write(case.state(network), case.uniforms)
    return recorder.blobs


def _wanted(found: Outcome) -> Iterator[bytes]:
    arrays: tuple[Any, ...] = (
        found.written,
        padded(found.logits, 2, -np.inf),
        padded(found.hidden, 2),
        padded(found.memory, 2),
        found.context,
    )
    return (np.ascontiguousarray(array).tobytes() for array in arrays)


def dump(cases: list[Case], file: BinaryIO) -> None:
    """Write each array of each case, its length first."""
    file.write(np.int32(len(cases)).tobytes())
    for case in cases:
        blobs = (*_told(case), *_wanted(outcome(case, SpecifiedNetwork(case.network))))
        file.writelines(np.int64(len(blob)).tobytes() + blob for blob in blobs)
