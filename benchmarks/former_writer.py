"""The child process of `benchmarks.former`, with an earlier version's `models` on its path: writes when it is told to.

In: lines "TEXTS STEPS". Out: for each the seconds that this thread has taken for so many steps more of so many texts.
"""

import sys
import time
from collections.abc import Iterator
from itertools import cycle
from typing import Any

import torch
from models.card import Architecture  # type: ignore[import-not-found]
from models.engine.batches import CHUNK_STEPS  # type: ignore[import-not-found]  # of that version
from models.engine.network import DecodingNetwork  # type: ignore[import-not-found]
from models.rnn import CharRNN  # type: ignore[import-not-found]
from models.sampling import shaping  # type: ignore[import-not-found]

TEMPERATURE, CHUNKS = 0.8, 64


def network_of(path: str) -> Any:
    """Lay out the network that stands in a file."""
    saved = torch.load(path, weights_only=True)
    model = CharRNN(Architecture.model_validate_json(saved["architecture"]), saved["vocabulary_size"])
    model.load_state_dict(saved["weights"])
    return DecodingNetwork(model.eval().requires_grad_(requires_grad=False))


@torch.inference_mode()
def writing(network: Any, texts: int) -> Iterator[None]:
    """Write a chunk of each text whenever the next one is asked for."""
    how = shaping([TEMPERATURE] * texts, [0] * texts, [1.0] * texts)
    bias = network.output_bias.expand(texts, -1).contiguous()
    ids = torch.zeros(texts, dtype=torch.int64)
    state = network.initial_state(ids)
    for uniforms in cycle(torch.rand(CHUNKS, CHUNK_STEPS, texts, 1)):
        written, state = network.write(ids, state, bias, how, uniforms)
        ids = written[-1]
        written.tolist()
        yield


def main() -> None:
    """Answer until standard input closes."""
    torch.set_num_threads(1)
    network = network_of(sys.argv[1])
    begun: dict[int, Iterator[None]] = {}
    for line in sys.stdin:
        texts, steps = map(int, line.split())
        writer = begun.setdefault(texts, writing(network, texts))
        started = time.thread_time()
        for _ in range(steps // CHUNK_STEPS):
            next(writer)
        print(time.thread_time() - started, flush=True)


if __name__ == "__main__":
    main()
