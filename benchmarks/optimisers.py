"""`python -m benchmarks.optimisers TEXT.txt`: the tune loss of one network after so many characters, by optimiser.

Everything else is what `train TEXT` would choose for so many characters and the size of the recipes; one thread, bf16
where it can be trained in, a few minutes each.
"""

import argparse
import time
from pathlib import Path

import torch
from tqdm import tqdm

from models.memory import keep_freed
from models.plan import Plan
from models.precision import attainable
from models.recipe import Recipe
from models.run import Data, Run
from models.train_command import look

CHARACTERS = 3_000_000
SIZE = 512
RATES: dict[str, dict[str, float | int | None]] = {
    "AdamW 0.003": {"recurrent_learning_rate": None, "learning_rate": 0.003},
    "AdamW 0.003, half the rows": {"recurrent_learning_rate": None, "learning_rate": 0.003, "rows": 32},
    "Muon 0.012, AdamW 0.004": {"recurrent_learning_rate": 0.012, "learning_rate": 0.004},
    "Muon 0.03, AdamW 0.004": {"recurrent_learning_rate": 0.03, "learning_rate": 0.004},
}


def loss_after(recipe: Recipe, data: Data, change: dict[str, float | int | None]) -> float:
    """Train from the beginning and return the loss on the tune part, nats per character."""
    how = recipe.optimisation.model_copy(update=change)
    run = Run(recipe, data, how, data.ids("fit"), data.ids("tune"), Path())
    for _ in tqdm(range(run.steps), unit="step", leave=False):
        run.learn()
    run.assess()
    return run.progress.losses[-1]["tune"]


def main() -> None:
    """Print a line for each optimiser."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("text", type=Path)
    parser.add_argument("--characters", type=int, default=CHARACTERS)
    options = parser.parse_args()
    torch.set_num_threads(1)
    source = look(options.text, "benchmark", "und")
    precision = attainable("bf16", None, ["lstm"])
    recipe = Plan(source, SIZE, precision).recipe(options.characters / source.fit_characters)
    data = Data(recipe, options.text)
    keep_freed()
    read = f"{options.characters:,} characters of {source.path.name}"
    print(f"LSTM 2x{SIZE} in {precision} after {read}: tune loss, nats per character")
    for name, change in RATES.items():
        started = time.perf_counter()
        loss = loss_after(recipe, data, change)
        print(f"{name:30}{loss:8.4f}{time.perf_counter() - started:8.0f} s", flush=True)


if __name__ == "__main__":
    main()
