"""The decoder's network as a contestant: the loop that the decoder runs, without queue, pipe and pieces."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import cycle

import numpy as np

from benchmarks.writing import TEMPERATURE, Write
from tempera.models.decoder.arithmetic.network import Network, State
from tempera.models.decoder.arithmetic.quantized import Quantized, quantized
from tempera.models.decoder.arithmetic.sampling import sampling_of
from tempera.models.decoder.batches import CHUNK_STEPS
from tempera.models.decoder.implementations.compiled import CompiledNetwork
from tempera.models.decoder.implementations.kernel import Kernel
from tempera.models.decoder.implementations.selection import LIBRARIES, best_implementation
from tempera.models.networks.rnn import CharRNN
from tempera.models.sampling_params import SamplingParams

CHUNKS = 64  # for which draws are ready, as a text's are before it begins
Make = Callable[[Quantized], Network]


def quantized_network(model: CharRNN) -> Quantized:
    """Return a network in the specification's numbers."""
    weights = {name: value.numpy() for name, value in model.state_dict().items()}
    return quantized(model.architecture.cell, weights)


def decoding_network(model: CharRNN) -> Network:
    """Lay out a network as the decoder does here."""
    return best_implementation().make(quantized_network(model))


def other_variants() -> Iterator[tuple[str, Make]]:
    """Yield the kernel's variants that this processor runs beside the one that decodes, by name."""
    chosen = best_implementation().variant
    path = next((path for path in LIBRARIES if path.exists()), None)
    kernel = Kernel(path) if path else None
    for variant in kernel.variants if kernel else ():
        if kernel and variant != chosen:
            yield variant, partial(CompiledNetwork, kernel=kernel, variant=variant)


def tempera_decoder(network: Network, streams: int, *, top_k: int = 0, top_p: float = 1.0) -> Write:
    """Return a call that writes so many characters more of each text, a chunk at a time."""
    state = _beginning(network, streams, top_k, top_p)
    draws = np.random.default_rng(0).integers(0, 2**32, (CHUNKS, CHUNK_STEPS, streams), dtype=np.uint32)
    chunks = cycle(draws)

    def write(steps: int) -> list[list[int]]:
        written: list[list[int]] = []
        while len(written) < steps:
            written += network.write(state, next(chunks)[: steps - len(written)]).tolist()
        return written

    return write


def _beginning(network: Network, streams: int, top_k: int, top_p: float) -> State:
    state = network.begin(np.zeros(streams, np.intp))
    params = SamplingParams(temperature=TEMPERATURE, top_k=top_k, top_p=top_p)
    state.sampling[:] = sampling_of(params, network.vocabulary_size)
    return state
