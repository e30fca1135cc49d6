"""`python -m benchmarks.training`: characters learned per second, beside a plain nn.LSTM loop of the same shapes.

PLAIN is the usual loop in fp32: embedding, nn.LSTM with dropout, linear, cross-entropy, clipping, AdamW.
Both use one thread, and take turns.
"""

import random
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional
from tqdm import tqdm

from models.card import Architecture
from models.plan import Plan, Source
from models.recipe import Recipe
from models.run import Data, Run

ROUNDS = 11
ALPHABET = "".join(map(chr, range(33, 98)))
CHARACTERS = 300_000
SIZE = 512


def recipe_of(path: Path, precision: str) -> Recipe:
    """Return what `train TEXT` would choose but for the size, which is that of the recipes."""
    source = Source(path, "benchmark", "Benchmark", "und", CHARACTERS, int(0.855 * CHARACTERS), len(ALPHABET))
    return Plan(source, SIZE, precision).recipe(30)


class PlainLoop(nn.Module):
    """A char-RNN and its training step as most tools write them."""

    def __init__(self, shape: Architecture, dropout: float) -> None:
        super().__init__()
        self.embedding = nn.Embedding(len(ALPHABET), shape.embedding_size)
        self.lstm = nn.LSTM(shape.embedding_size, shape.hidden_size, shape.layers, dropout=dropout)
        self.output = nn.Linear(shape.hidden_size, len(ALPHABET))
        self.state: tuple[Tensor, Tensor] | None = None
        self.optimiser = torch.optim.AdamW(self.parameters(), lr=0.003)

    def learn(self, inputs: Tensor, targets: Tensor) -> float:
        """Take one step; inputs and targets (time, rows)."""
        hidden, state = self.lstm(self.embedding(inputs), self.state)
        loss = functional.cross_entropy(self.output(hidden).flatten(0, 1), targets.flatten())
        self.optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.parameters(), 0.5)
        self.optimiser.step()
        self.state = state[0].detach(), state[1].detach()
        return loss.item()


def seconds(work: Callable[[], object]) -> float:
    """Time one call."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def measure(folder: Path) -> dict[str, list[float]]:
    """Return the seconds of each contestant's steps, round by round."""
    text = folder / "text.txt"
    text.write_text("".join(random.Random(1).choices(ALPHABET, k=CHARACTERS)), encoding="utf-8")
    recipes = {precision: recipe_of(text, precision) for precision in ("bf16", "fp32")}
    data = Data(recipes["bf16"], text)
    fit = data.ids("fit")
    ours = {name: Run(recipe, data, recipe.optimisation, fit, None, folder) for name, recipe in recipes.items()}
    plain = PlainLoop(recipes["fp32"].model, recipes["fp32"].dropout.between)
    window = ours["fp32"].learner.window(0)
    contestants: dict[str, Callable[[], object]] = {
        "plain": lambda: plain.learn(*window),
        "bf16": ours["bf16"].learn,
        "fp32": ours["fp32"].learn,
    }
    for warm_up in contestants.values():
        warm_up()
    found: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in tqdm(range(ROUNDS), unit="round", leave=False):
        for name, work in contestants.items():
            found[name].append(seconds(work))
    return found


def main() -> None:
    """Print characters per second and the ratios of each round."""
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder))
        how = recipe_of(Path(folder), "bf16").optimisation
    shape = f"LSTM 2x{SIZE}, {how.rows} rows of {how.window}, alphabet of {len(ALPHABET)}"
    print(f"Training, {shape}, one thread, {ROUNDS} rounds")
    for name, times in found.items():
        speeds = [how.rows * how.window / one for one in times]
        ratios = [plain / one for plain, one in zip(found["plain"], times, strict=True)]
        least, median, most = min(speeds), statistics.median(speeds), max(speeds)
        print(
            f"{name:>6} {median:9,.0f} chars/s (least {least:,.0f}, greatest {most:,.0f}), "
            f"{statistics.median(ratios):.2f} x plain ({min(ratios):.2f} to {max(ratios):.2f})"
        )


if __name__ == "__main__":
    main()
