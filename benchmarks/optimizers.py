"""`python -m benchmarks.optimizers TEXT.txt`: one network's validation loss after so many characters, by optimizer.

Everything else is what `train TEXT` would choose for so many characters and the size of the recipes; one thread, bf16
where it can be trained in, a few minutes each.
"""

import argparse
import time
from pathlib import Path

import torch
from tqdm import tqdm

from tempera.models.auto_recipe.corpus_stats import corpus_stats
from tempera.models.auto_recipe.sizing import candidate_plans
from tempera.models.auto_recipe.wishes import Wishes
from tempera.models.memory import keep_freed
from tempera.models.training.dataset import Dataset
from tempera.models.training.precision import resolve_precision
from tempera.models.training.recipe import Recipe
from tempera.models.training.trainer import Trainer

CHARACTERS = 3_000_000
SIZE = 512
RATES: dict[str, dict[str, float | int | None]] = {
    "AdamW 0.003": {"recurrent_learning_rate": None, "learning_rate": 0.003},
    "AdamW 0.003, half the rows": {"recurrent_learning_rate": None, "learning_rate": 0.003, "batch_size": 32},
    "Muon 0.012, AdamW 0.004": {"recurrent_learning_rate": 0.012, "learning_rate": 0.004},
    "Muon 0.03, AdamW 0.004": {"recurrent_learning_rate": 0.03, "learning_rate": 0.004},
}


def loss_after(recipe: Recipe, dataset: Dataset, change: dict[str, float | int | None]) -> float:
    """Train from the beginning and return the loss on the validation part, nats per character."""
    config = recipe.optimization.model_copy(update=change)
    trainer = Trainer(recipe, dataset, config, dataset.ids("train"), dataset.ids("validation"), Path())
    for _ in tqdm(range(trainer.steps), unit="step", leave=False, disable=None):
        trainer.train_step()
    trainer.validate()
    return trainer.progress.losses[-1]["validation"]


def main() -> None:
    """Print a line for each optimiser."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("text", type=Path)
    parser.add_argument("--characters", type=int, default=CHARACTERS)
    options = parser.parse_args()
    torch.set_num_threads(1)
    corpus = corpus_stats([options.text], "benchmark", "und", "", Wishes(hidden_size=SIZE))
    precision = resolve_precision("bf16", None, ["lstm"])
    recipe = candidate_plans(corpus, precision)[0].recipe(options.characters / corpus.train_characters)
    dataset = Dataset(recipe, options.text)
    keep_freed()
    read = f"{options.characters:,} characters of {corpus.path.name}"
    print(f"LSTM 2x{SIZE} in {precision} after {read}: validation loss, nats per character")
    for name, change in RATES.items():
        started = time.perf_counter()
        loss = loss_after(recipe, dataset, change)
        print(f"{name:30}{loss:8.4f}{time.perf_counter() - started:8.0f} s", flush=True)


if __name__ == "__main__":
    main()
