"""`python -m benchmarks.training`: characters learned per second, beside a plain nn.LSTM loop of the same shapes.

PLAIN is the usual loop in fp32: embedding, nn.LSTM with dropout, linear, cross-entropy, clipping, AdamW. Ours moves its
weights by AdamW, too, or recurrent ones by Muon, as `train TEXT` does, which takes longer and learns more in a pass;
in bf16 where this machine can be trained in it. CEILING is no learning at all: only the matrix products of a step, each
as large as can be. All use one thread, each in a process of its own, and take turns on one core.
"""

import multiprocessing
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from benchmarks.rounds import Row, Target, chosen, interleaved, print_rows, ratios, use_one_core, write_csv
from tempera.models.auto_recipe.corpus_stats import corpus_stats
from tempera.models.auto_recipe.sizing import candidate_plans
from tempera.models.auto_recipe.wishes import Wishes
from tempera.models.formats.card import Architecture
from tempera.models.memory import keep_freed
from tempera.models.training.dataset import Dataset
from tempera.models.training.precision import resolve_precision
from tempera.models.training.recipe import Precision, Recipe
from tempera.models.training.trainer import Trainer

ROUNDS = 11
WARM_UP = 5  # steps until memory has grown to what a step needs
ALPHABET = "".join(map(chr, range(33, 98)))
CHARACTERS = 300_000
SIZE = 512
DTYPES = {"bf16": torch.bfloat16, "fp32": torch.float32}
PLAIN, FP32, BF16 = "plain loop, fp32", "ours, fp32", "ours, bf16"
TARGETS: dict[Precision, dict[str, Target]] = {"bf16": {BF16: Target(2)}, "fp32": {FP32: Target(1.2)}}
Step = Callable[[], object]


def recipe_for(path: Path, precision: Precision) -> Recipe:
    """Return what `train TEXT` would choose but for the size, which is that of the recipes."""
    wishes = Wishes(hidden_size=SIZE)
    (plan,) = candidate_plans(corpus_stats([path], "benchmark", "und", "", wishes), precision)
    return plan.recipe(30)


class PlainLoop(nn.Module):
    """A char-RNN and its training step as most tools write them."""

    def __init__(self, shape: Architecture, dropout: float) -> None:
        super().__init__()
        self.embedding = nn.Embedding(len(ALPHABET), shape.embedding_size)
        self.lstm = nn.LSTM(shape.embedding_size, shape.hidden_size, shape.layers, dropout=dropout)
        self.output = nn.Linear(shape.hidden_size, len(ALPHABET))
        self.state: tuple[Tensor, Tensor] | None = None
        self.optimizer = torch.optim.AdamW(self.parameters(), lr=0.003)

    def learn(self, inputs: Tensor, targets: Tensor) -> float:
        """Take one step; inputs and targets (time, rows)."""
        hidden, state = self.lstm(self.embedding(inputs), self.state)
        loss = functional.cross_entropy(self.output(hidden).flatten(0, 1), targets.flatten())
        self.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.parameters(), 0.5)
        self.optimizer.step()
        self.state = state[0].detach(), state[1].detach()
        return loss.item()


def trainer_of(text: Path, precision: Precision, muon: bool) -> Trainer:
    """Return a run as `train` begins it."""
    recipe = recipe_for(text, precision)
    config = recipe.optimization.model_copy(update={} if muon else {"recurrent_learning_rate": None})
    dataset = Dataset(recipe, text)
    return Trainer(recipe, dataset, config, dataset.ids("train"), None, text.parent)


def plain(text: Path) -> Step:
    """Return the usual step; its process handles memory as any does."""
    trainer = trainer_of(text, "fp32", muon=False)
    loop = PlainLoop(trainer.recipe.model, trainer.recipe.dropout.between)
    batch = trainer.replica.batches.batch(0)
    return partial(loop.learn, batch.inputs, batch.targets)


def tempera_step(precision: Precision, muon: bool, text: Path) -> Step:
    """Return our step."""
    keep_freed()
    return trainer_of(text, precision, muon).train_step


def forgetful(precision: Precision, text: Path) -> Step:
    """Return our step in a process that handles memory as any does."""
    return trainer_of(text, precision, muon=False).train_step


def ceiling(precision: Precision, text: Path) -> Step:
    """Return what a step cannot do without: its matrix products, forward and backward."""
    keep_freed()
    recipe, dtype = recipe_for(text, precision), DTYPES[precision]
    shape, rows = recipe.model, recipe.optimization.batch_size * recipe.optimization.sequence_length
    gates = torch.ones(rows, shape.gates * shape.hidden_size, dtype=dtype)
    widths = [shape.embedding_size] + [shape.hidden_size] * (2 * shape.layers - 1)  # from below, and from the last step
    inputs = [torch.ones(rows, width, dtype=dtype) for width in widths]
    weights = [torch.ones(gates.shape[1], width, dtype=dtype) for width in widths]

    def step() -> None:
        for read, weight in zip(inputs, weights, strict=True):
            functional.linear(read, weight), gates @ weight, gates.T @ read

    return step


def makers(precision: Precision) -> dict[str, Callable[[Path], Step]]:
    """Return everyone who learns, in the precision that this machine trains in."""
    return {
        PLAIN: plain,
        f"ours, {precision}": partial(tempera_step, precision, False),
        f"ours, {precision}, with Muon": partial(tempera_step, precision, True),
        f"ours, {precision}, freed memory not kept": partial(forgetful, precision),
        FP32: partial(tempera_step, "fp32", False),
        f"ceiling, {precision}": partial(ceiling, precision),
    }


def take_turns(pipe: Connection, make: Callable[[Path], Step], text: Path) -> None:
    """Answer each request with the seconds of a step, until there are no more."""
    torch.set_num_threads(1)
    step = make(text)
    for _ in range(WARM_UP):
        step()
    while pipe.recv():
        started = time.process_time()
        step()
        pipe.send(time.process_time() - started)


def characters_per_second(pipe: Connection, characters: int) -> float:
    """Let one contestant take a step."""
    pipe.send(True)
    return characters / float(pipe.recv())


def measure(text: Path, precision: Precision, rounds: int) -> dict[str, list[float]]:
    """Return everyone's characters per second, round by round."""
    config, everyone = recipe_for(text, precision).optimization, makers(precision)
    spawn = multiprocessing.get_context("spawn")
    pipes = {name: spawn.Pipe() for name in everyone}
    for name, (_, theirs) in pipes.items():
        spawn.Process(target=take_turns, args=(theirs, everyone[name], text), daemon=True).start()
        theirs.close()  # so that the end of a contestant is noticed
    turns = {
        name: partial(characters_per_second, pipe, config.batch_size * config.sequence_length)
        for name, (pipe, _) in pipes.items()
    }
    found = interleaved(turns, rounds)
    for pipe, _ in pipes.values():
        pipe.send(False)
    return found


def rows(found: dict[str, list[float]], precision: Precision) -> Iterator[Row]:
    """Yield everyone's ratio to the plain loop."""
    for name, speeds in found.items():
        yield Row(
            f"{name:34}{statistics.median(speeds):10,.0f}", ratios(speeds, found[PLAIN]), TARGETS[precision].get(name)
        )


def main() -> None:
    """Print characters per second and ratios to the plain loop."""
    options = chosen(__doc__, ROUNDS)
    core, precision = use_one_core(), resolve_precision("bf16", None, ["lstm"])
    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder) / "text.txt"
        text.write_text("".join(random.Random(1).choices(ALPHABET, k=CHARACTERS)), encoding="utf-8")
        config = recipe_for(text, precision).optimization
        found = measure(text, precision, options.rounds)
    shape = f"LSTM 2x{SIZE}, {config.batch_size} rows of {config.sequence_length}, alphabet of {len(ALPHABET)}"
    print(f"Training on core {core}, {options.rounds} rounds: characters per second, ratios to a plain nn.LSTM loop")
    print_rows(shape, rows(found, precision), f"trained in {precision}")
    if options.save:
        write_csv(options.save / "training.csv", found)


if __name__ == "__main__":
    main()
