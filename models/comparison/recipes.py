"""Recipes of a comparison: identical for every cell except the recurrent learning rate and the hidden size."""

import statistics
import time
from collections.abc import Callable
from math import prod
from pathlib import Path

import yaml

from tempera.models.corpora.text import Text
from tempera.models.errors import BadRecipe
from tempera.models.formats.card import Architecture
from tempera.models.formats.checkpoint_files import write_atomically
from tempera.models.formats.file_names import shown_name
from tempera.models.tokenizers.characters import Vocabulary
from tempera.models.training.dataset import Dataset
from tempera.models.training.recipe import CorpusFile, DropoutRates, Optimization, Precision, Recipe, read_recipe
from tempera.models.training.trainer import Trainer

EPOCHS = 10
PRECISION: Precision = "bf16"
# Muon's: a third of what gives tinyshakespeare's best validation loss in a one-epoch run. Here the rates stay high for
# longer: at two thirds, RNN and GRU diverge in the second or third epoch.
RECURRENT_LEARNING_RATES = {"rnn": 0.004, "gru": 0.008, "lstm": 0.008}
CELLS = tuple(RECURRENT_LEARNING_RATES)
HIDDEN_SIZES = range(1, 4097)
TIMED_STEPS = 8


def recipe_for(cell: str, text: Text, parameters: float, epochs: float) -> Recipe:
    """Return the recipe that trains a cell on a text."""
    return Recipe(
        name=cell,
        title=f"{cell.upper()} on {shown_name(text.path.stem)}"[:80],
        description="One of the networks of a comparison.",
        languages=("und",),
        licence="not for release",
        corpora=(CorpusFile(file=str(text.path.resolve()), title=shown_name(text.path.stem), licence="not stated"),),
        model=architecture(cell, len(Vocabulary.of(text.text)), parameters),
        dropout=DropoutRates(input=0.05, between=0.2, output=0.2, recurrent_weight=0.1),
        optimization=Optimization(
            epochs=epochs,
            batch_size=32,
            sequence_length=128,
            recurrent_learning_rate=RECURRENT_LEARNING_RATES[cell],
            learning_rate=0.004,
            betas=(0.9, 0.99),
            weight_decay=0.02,
            warmup_fraction=0.04,
            clip_norm=0.5,
            state_reset_probability=0.02,
            precision=PRECISION,
            seed=1,
        ),
    )


def architecture(cell: str, vocabulary_size: int, parameters: float) -> Architecture:
    """Return the two-layer architecture whose number of parameters is closest."""
    shapes = (
        Architecture.model_validate({"cell": cell, "layers": 2, "hidden_size": size, "embedding_size": 64})
        for size in HIDDEN_SIZES
    )
    return min(shapes, key=lambda shape: abs(count_parameters(shape, vocabulary_size) - parameters))


def count_parameters(shape: Architecture, vocabulary_size: int) -> int:
    """Return the number of parameters of a network with one language."""
    return sum(map(prod, shape.shapes(vocabulary_size, 1).values()))


def load_or_write_recipe(
    path: Path, text: Text, parameters: float, minutes: float | None, precision: Precision
) -> Recipe:
    """Write the recipe of the cell that the file is named after, or read it; raises BadRecipe if it doesn't match.

    The number of epochs is fixed when a comparison starts: as many as the minutes allow in this precision.
    """
    if not path.exists():
        recipe = recipe_for(path.stem, text, parameters, EPOCHS)
        if minutes:
            speed = characters_per_second(recipe.in_precision(precision), Dataset(recipe, path))
            recipe = recipe_for(path.stem, text, parameters, 60 * minutes * speed / len(text.split("train")))
        write_atomically(path, yaml.safe_dump(recipe.model_dump(mode="json"), sort_keys=False).encode())
    recipe = read_recipe(path)
    if recipe != recipe_for(path.stem, text, parameters, recipe.optimization.epochs):
        raise BadRecipe(path, "belongs to another comparison; use another --runs folder, or delete this one")
    return recipe


def characters_per_second(recipe: Recipe, dataset: Dataset) -> float:
    """Measure training throughput in CPU time."""
    config = recipe.optimization
    trainer = Trainer(recipe, dataset, config.model_copy(update={"epochs": 1000}), dataset.ids("train"), None, Path())
    return config.batch_size * config.sequence_length / cpu_seconds(trainer.train_step)


def cpu_seconds(step: Callable[[], object]) -> float:
    """Return the median CPU time of some steps, which other load on the machine hardly affects."""
    seconds = []
    for _ in range(TIMED_STEPS):
        started = time.process_time()
        step()
        seconds.append(time.process_time() - started)
    return statistics.median(seconds)
