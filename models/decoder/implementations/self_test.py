"""Check whether an implementation gives the specification's bits on this machine, once before it decodes."""

from collections.abc import Callable

import numpy as np

from tempera.models.decoder.arithmetic.network import Network, State
from tempera.models.decoder.arithmetic.quantized import FACTORS, Quantized, Weights, quantized
from tempera.models.decoder.arithmetic.sampling import EVERY_STEP, sampling_of
from tempera.models.decoder.implementations.specified import SpecifiedNetwork
from tempera.models.formats.checkpoint_files import parameter_shapes

UNITS, VOCABULARY, EMBEDDING, LAYERS = 64, 70, 8, 2  # one tile of inputs; outputs that don't fill a group
ROWS, STEPS = 11, 6  # enough for tiles, blocks and single rows


def is_exact(make: Callable[[Quantized], Network]) -> bool:
    """Run some steps with each cell and compare ids, states and logits, bit by bit."""
    return all(_same(quantized(cell, _weights(cell)), make) for cell in FACTORS)


def _same(network: Quantized, make: Callable[[Quantized], Network]) -> bool:
    return all(_bits(make(network), rows) == _bits(SpecifiedNetwork(network), rows) for rows in (1, ROWS))


def _bits(network: Network, rows: int) -> bytes:
    state = _state(network, rows)
    uniforms = np.random.default_rng(1).integers(0, 2**32, (STEPS, rows), dtype=np.uint32)
    written = network.write(state, uniforms)
    logits = network.logits(state, written)
    arrays = (written, logits, state.hidden[..., :UNITS], state.memory[..., :UNITS])
    return b"".join(np.ascontiguousarray(array).tobytes() for array in arrays)


def _state(network: Network, rows: int) -> State:
    state = network.begin(np.zeros(rows, np.intp))
    for row in range(rows):
        state.sampling[row] = sampling_of(EVERY_STEP[row % len(EVERY_STEP)], network.vocabulary_size)
    return state


def _weights(cell: str) -> Weights:
    """Return large weights, so that hidden states saturate and sums reach their maximum."""
    draw = np.random.default_rng(0)
    shapes = parameter_shapes(
        cell=cell,
        layers=LAYERS,
        hidden_size=UNITS,
        embedding_size=EMBEDDING,
        vocabulary_size=VOCABULARY,
        languages=1,
    )
    return {name: draw.normal(size=shape) for name, shape in shapes.items()}
