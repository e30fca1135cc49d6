"""The decoder's network as a contestant: the loop that the decoder runs, without queue, pipe and pieces."""

import torch

from benchmarks.writing import TEMPERATURE, Write
from models.engine.batches import CHUNK_STEPS
from models.engine.network import DecodingNetwork
from models.rnn import CharRNN
from models.sampling import shaping

LONGEST = 1024  # steps for which draws are ready, as a text's are before it begins


def decoding_network(model: CharRNN, *, script: bool = True) -> DecodingNetwork:
    """Lay out a network as the decoder does by default, or as it does where there is no torch.jit."""
    return DecodingNetwork(model, script=script)


def ours(network: DecodingNetwork, streams: int, *, top_k: int = 0, top_p: float = 1.0) -> Write:
    """Return a call that writes so many characters of each text, a chunk at a time."""
    how = shaping([TEMPERATURE] * streams, [top_k] * streams, [top_p] * streams)
    bias = network.output_bias.expand(streams, -1).contiguous()
    uniforms = torch.rand(LONGEST, streams, 1)
    languages = torch.zeros(streams, dtype=torch.int64)

    @torch.inference_mode()
    def write(steps: int) -> list[list[int]]:
        ids, state = languages, network.initial_state(languages)
        written: list[list[int]] = []
        for chunk in uniforms[:steps].split(CHUNK_STEPS):
            chunk_ids, state = network.write(ids, state, bias, how, chunk)
            ids = chunk_ids[-1]
            written += chunk_ids.tolist()
        return written

    return write
