"""`python -m benchmarks`: what decoding costs, as ratios measured side by side in one run.

FAIR is the usual loop: nn.LSTM one character at a time with oneDNN off, softmax, multinomial, .item().
"""

import statistics
import time
from collections.abc import Callable

import torch
from torch import nn
from tqdm import tqdm

from models.card import Architecture
from models.engine.batch import Batch
from models.engine.request import SampleRequest
from models.rnn import CharRNN
from models.vocabulary import Vocabulary

ROUNDS = 11
STEPS = 64
ROWS = (1, 16, 64)
ALPHABET = Vocabulary(tuple(map(chr, range(33, 133))))
SHAPE = Architecture(cell="lstm", layers=2, hidden_size=512, embedding_size=512)


class FairLoop(nn.Module):
    """A char-RNN as most tools write it."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(len(ALPHABET), SHAPE.embedding_size)
        self.lstm = nn.LSTM(SHAPE.embedding_size, SHAPE.hidden_size, SHAPE.layers)
        self.output = nn.Linear(SHAPE.hidden_size, len(ALPHABET))

    @torch.inference_mode()
    def write(self) -> None:
        """Write STEPS characters at temperature 0.8."""
        character, state = torch.tensor([[0]]), None
        with torch.backends.mkldnn.flags(enabled=False):
            for _ in range(STEPS):
                hidden, state = self.lstm(self.embedding(character), state)
                shares = torch.softmax(self.output(hidden)[0, 0] / 0.8, 0)
                character = torch.tensor([[torch.multinomial(shares, 1).item()]])


def write_together(model: CharRNN, rows: int) -> Callable[[], None]:
    """Return a call that takes STEPS steps with `rows` texts in one batch."""

    def write() -> None:
        batch = Batch(model, ALPHABET)
        for key in range(rows):
            request = SampleRequest(model="", prompt="A", temperature=0.8, length=STEPS, seed=key)
            batch.admit(key, request)
        batch.advance(STEPS)

    return write


def characters_per_second(write: Callable[[], None], rows: int) -> float:
    """Time one call."""
    started = time.perf_counter()
    write()
    return rows * STEPS / (time.perf_counter() - started)


def main() -> None:
    """Interleave all contestants in every round and print the ratios' median, least and greatest."""
    torch.set_num_threads(1)
    fair = FairLoop().eval()
    model = CharRNN(SHAPE, len(ALPHABET)).eval()
    contestants = {rows: write_together(model, rows) for rows in ROWS}
    ratios: dict[int, list[float]] = {rows: [] for rows in ROWS}
    speeds = []
    for _ in tqdm(range(ROUNDS), unit="round", leave=False):
        speeds.append(characters_per_second(fair.write, 1))
        for rows, write in contestants.items():
            ratios[rows].append(characters_per_second(write, rows) / speeds[-1])
    print(f"FAIR, one text, LSTM 2x512, alphabet of 100: {statistics.median(speeds):,.0f} chars/s")
    for rows, found in ratios.items():
        median, least, most = statistics.median(found), min(found), max(found)
        print(f"{rows:>3} texts together: {median:5.1f} x FAIR alone (least {least:.1f}, greatest {most:.1f})")


if __name__ == "__main__":
    main()
