"""`python -m benchmarks.faithful`: how far int8 and bf16 are from fp32, on texts that each network writes itself.

Teacher-forced, so that all arithmetics read the same characters. KL divergence and cross-entropy in nats per token.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from benchmarks.shapes import CHECKPOINTS
from models.card import ModelCard
from models.checkpoint import load_checkpoint
from models.engine.network import DecodingNetwork
from models.engine.products import Arithmetic
from models.engine.request import SampleRequest
from models.library import Library
from models.rnn import CharRNN
from models.writing import opening, write

MOST_KL, MOST_SHIFT = 2e-4, 1e-3  # wanted of int8: nats
TEXTS, CHARACTERS = 16, 500


@dataclass(frozen=True)
class Distance:
    """How another arithmetic's next-token distributions differ from those of fp32; nats."""

    kl: Tensor  # (tokens,)
    shift: float  # of the cross-entropy


def own_texts(model: CharRNN, card: ModelCard, language: int, texts: int, characters: int) -> Tensor:
    """Return the ids of texts that a network writes (time, texts), as long as the shortest."""
    prompt = opening(card.vocabulary)
    requests = [
        SampleRequest(model=card.name, prompt=prompt, temperature=1.0, length=characters, seed=seed, language=language)
        for seed in range(texts)
    ]
    rows = [card.vocabulary.encode(prompt + text) for text in write(DecodingNetwork(model), card.vocabulary, requests)]
    return torch.tensor([row[: min(map(len, rows))] for row in rows]).T


@torch.inference_mode()
def distance(model: CharRNN, network: DecodingNetwork, ids: Tensor, language: int) -> Distance:
    """Read texts (time, texts) in fp32 and in another arithmetic."""
    beginning = torch.full((ids.shape[1],), language)
    wanted, found = (
        reader(ids, reader.initial_state(beginning))[0][:-1].double().log_softmax(-1) for reader in (model, network)
    )
    losses = [-scores.gather(-1, ids[1:].unsqueeze(-1)).mean() for scores in (wanted, found)]
    return Distance((wanted.exp() * (wanted - found)).sum(-1).flatten(), float(losses[1] - losses[0]))


def lines(name: str, arithmetics: tuple[Arithmetic, ...] = ("int8", "bf16")) -> Iterator[str]:
    """Yield a line for each language and arithmetic of a released network."""
    model, card = load_checkpoint(CHECKPOINTS / name)
    for number, language in enumerate(card.languages):
        ids = own_texts(model, card, number, TEXTS, CHARACTERS)
        for arithmetic in arithmetics:
            found = distance(model, DecodingNetwork(model, arithmetic), ids, number)
            mean, late = float(found.kl.mean()), float(found.kl.quantile(0.99))
            met = "met" if mean <= MOST_KL and abs(found.shift) <= MOST_SHIFT else "MISSED"
            figures = f"KL {mean:.1e} (99 %: {late:.1e}, most {float(found.kl.max()):.1e})  {found.shift:+.1e}"
            yield f"{name:18} {language}  {arithmetic}  {figures}" + (f"  {met}" if arithmetic == "int8" else "")


def main() -> None:
    """Print every released network's distances."""
    argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0]).parse_known_args()
    torch.set_num_threads(1)
    print(f"Distance from fp32 in nats per token; wanted of int8: mean KL {MOST_KL:g}, cross-entropy {MOST_SHIFT:g}")
    for name in Library(CHECKPOINTS).names():
        for line in lines(name):
            print(line)


if __name__ == "__main__":
    main()
