"""Train, fit and test the models of a comparison."""

import csv
import time
from pathlib import Path

import numpy as np
from tqdm import tqdm

from tempera.models.comparison.ngram import NGram
from tempera.models.comparison.recipes import characters_per_second
from tempera.models.corpora.text import Text
from tempera.models.evaluation.generation import default_prompt
from tempera.models.evaluation.losses import WINDOW, evaluate, validation_loss
from tempera.models.evaluation.samples import LENGTH, SEED, TEMPERATURES
from tempera.models.formats.card_parts import Sample, StrictModel
from tempera.models.formats.old_names import renamed
from tempera.models.networks.checkpoint import load_checkpoint
from tempera.models.tokenizers.characters import Vocabulary
from tempera.models.training.dataset import Dataset
from tempera.models.training.recipe import Precision, Recipe
from tempera.models.training.run_files import LOSSES_FILE
from tempera.models.training.train import RunOptions, train

ORDERS = range(1, 11)


class CurvePoint(StrictModel):
    """Losses at a point of the training."""

    epoch: float
    train: float
    validation: float


class ModelResult(StrictModel):
    """One model's result: losses in nats per character, seconds of CPU time."""

    name: str
    text_sha256: str
    size: str
    parameters: int
    epochs: float
    seconds: float
    validation: float
    stream: float
    win256: float
    skipped: int
    curve: tuple[CurvePoint, ...]
    samples: tuple[Sample, ...]


def train_cell(path: Path, recipe: Recipe, text: Text, precision: Precision) -> ModelResult:
    """Train a cell by its recipe file, or resume, and test it; raises BadRecipe."""
    runs, options = path.parent, RunOptions(precision=precision)
    model, card = load_checkpoint(train(path, runs, runs / "checkpoints", resume=True, options=options))
    dataset, adapted = Dataset(recipe, path), recipe.in_precision(precision)
    curve = _curve(runs / recipe.name / LOSSES_FILE)
    losses = evaluate(model, card.vocabulary, text.split("test"))
    return ModelResult(
        name=recipe.name.upper(),
        text_sha256=text.sha256,
        size=f"2 x {recipe.model.hidden_size}",
        parameters=card.parameters,
        epochs=curve[-1].epoch,
        seconds=curve[-1].epoch * len(text.split("train")) / characters_per_second(adapted, dataset),
        validation=validation_loss(model, dataset.ids("validation"), rows=1),
        stream=losses.stream,
        win256=losses.win256,
        skipped=losses.skipped,
        curve=curve,
        samples=card.samples,
    )


def _curve(path: Path) -> tuple[CurvePoint, ...]:
    with path.open(newline="") as file:
        rows = [renamed(row) for row in csv.DictReader(file)]
    return tuple(CurvePoint(**{name: float(row[name]) for name in CurvePoint.model_fields}) for row in rows)


def fit_ngram(text: Text) -> ModelResult:
    """Choose the n-gram length with the lowest validation loss, count n-grams and score the test part."""
    vocabulary = Vocabulary.of(text.text)
    train_ids, validation = (np.array(vocabulary.encode(text.split(part))) for part in ("train", "validation"))
    orders = tqdm(ORDERS, unit="order", leave=False, disable=None)
    order = min(orders, key=lambda order: NGram(train_ids, len(vocabulary), order).loss(validation))
    started = time.process_time()
    model = NGram(train_ids, len(vocabulary), order)
    seconds = time.process_time() - started
    test = text.split("test")
    known = np.array([vocabulary.ids[character] for character in test if character in vocabulary.ids])
    return ModelResult(
        name=f"{order}-gram",
        text_sha256=text.sha256,
        size=f"{order - 1} characters of context",
        parameters=len(model),
        epochs=1,
        seconds=seconds,
        validation=model.loss(validation),
        stream=model.loss(known),
        win256=model.loss(known, WINDOW),
        skipped=len(test) - len(known),
        curve=(),
        samples=tuple(_sample_text(model, vocabulary, temperature) for temperature in TEMPERATURES),
    )


def _sample_text(model: NGram, vocabulary: Vocabulary, temperature: float) -> Sample:
    ids = model.sample(np.array(vocabulary.encode(default_prompt(vocabulary))), temperature, LENGTH, SEED)
    return Sample(language="und", temperature=temperature, text=vocabulary.decode(ids))
