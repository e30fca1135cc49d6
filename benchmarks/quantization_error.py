"""`python -m benchmarks.quantization_error`: how far int8 is from fp32, on texts that each network writes itself.

Teacher-forced, so that both read the same tokens. KL divergence and cross-entropy in nats per token.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from benchmarks.decoder import decoding_network
from benchmarks.machine import measured_on
from benchmarks.shapes import CHECKPOINTS
from tempera.models.decoder.arithmetic.network import Network
from tempera.models.decoder.implementations.selection import best_implementation
from tempera.models.decoder.networks.model import DecodingModel
from tempera.models.engine.request import SampleRequest
from tempera.models.evaluation.generation import default_prompt, generate
from tempera.models.formats.card import ModelCard
from tempera.models.library import Library
from tempera.models.networks.checkpoint import load_checkpoint
from tempera.models.networks.decoding import as_decoding_model
from tempera.models.networks.rnn import CharRNN
from tempera.models.sampling_params import SamplingParams

MAX_KL, MAX_SHIFT = 2e-4, 1e-3  # targets: nats
TEXTS, CHARACTERS = 16, 500


@dataclass(frozen=True)
class Distance:
    """How next-token distributions differ from those of fp32; nats."""

    kl: Tensor  # (tokens,)
    shift: float  # of the cross-entropy

    @property
    def verdict(self) -> str:
        """Whether the targets are met."""
        return "met" if float(self.kl.mean()) <= MAX_KL and abs(self.shift) <= MAX_SHIFT else "MISSED"


def own_texts(writer: DecodingModel, card: ModelCard, language: int, texts: int, characters: int) -> Tensor:
    """Return the ids of texts that a network writes (time, texts), as long as the shortest."""
    prompt = default_prompt(card.vocabulary)
    requests = [
        SampleRequest(
            model=card.name,
            prompt=prompt,
            language=language,
            params=SamplingParams(temperature=1.0, length=characters, seed=seed),
        )
        for seed in range(texts)
    ]
    rows = [card.vocabulary.encode(prompt + text) for text in generate(writer, requests)]
    return torch.tensor([row[: min(map(len, rows))] for row in rows]).T


@torch.inference_mode()
def distance(model: CharRNN, network: Network, ids: Tensor, language: int) -> Distance:
    """Read texts (time, texts) in fp32 and in int8."""
    given, languages = ids[:-1], torch.full((ids.shape[1],), language)
    state = network.begin(languages.numpy().astype(np.intp))
    logits = (
        model(given, model.initial_state(languages))[0],
        torch.from_numpy(network.logits(state, np.ascontiguousarray(given.int().numpy()))),
    )
    exact, found = (one.double().log_softmax(-1) for one in logits)
    losses = [-scores.gather(-1, ids[1:].unsqueeze(-1)).mean() for scores in (exact, found)]
    return Distance((exact.exp() * (exact - found)).sum(-1).flatten(), float(losses[1] - losses[0]))


def lines(name: str) -> Iterator[str]:
    """Yield a line for each language of a released network."""
    model, card = load_checkpoint(CHECKPOINTS / name)
    writer, network = as_decoding_model(model, card.vocabulary, card.alphabet_by_language), decoding_network(model)
    for number, language in enumerate(card.languages):
        found = distance(model, network, own_texts(writer, card, number, TEXTS, CHARACTERS), number)
        kl = (found.kl.mean(), found.kl.quantile(0.99), found.kl.max())
        figures = "".join(f"{float(figure):10.1e}" for figure in kl)
        yield f"{name:18} {language:3}{figures}{found.shift:+12.1e}  {found.verdict}"


def main() -> None:
    """Print every released network's distances."""
    argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0]).parse_known_args()
    torch.set_num_threads(1)
    print(f"Distance from fp32 in nats per token; target: mean KL {MAX_KL:g}, cross-entropy shift {MAX_SHIFT:g}")
    print(measured_on(best_implementation().variant))
    print(f"{'':22}{'mean KL':>10}{'99 %':>10}{'max':>10}{'shift':>12}  target")
    for name in Library(CHECKPOINTS).names():
        for line in lines(name):
            print(line)


if __name__ == "__main__":
    main()
