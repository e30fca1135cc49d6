"""What becomes of each model in a comparison."""

import csv
import time
from pathlib import Path

import numpy as np
from tqdm import tqdm

from models.card import Sample, Section
from models.checkpoint import load_checkpoint
from models.compare_recipes import characters_per_second
from models.corpus import Text
from models.evaluate import WINDOW, evaluate
from models.ngram import NGram
from models.recipe import Precision, Recipe
from models.run import Data, tune_loss
from models.samples import LENGTH, SEED, TEMPERATURES
from models.train import Machine, train
from models.vocabulary import Vocabulary
from models.writing import opening

ORDERS = range(1, 11)


class Outcome(Section):
    """What became of one model: losses in nats per character, seconds of processor time."""

    name: str
    text_sha256: str
    size: str
    parameters: int
    passes: float
    seconds: float
    tune: float
    stream: float
    win256: float
    skipped: int
    curve: tuple[dict[str, float], ...]  # pass, train, tune
    samples: tuple[Sample, ...]


def of_cell(path: Path, recipe: Recipe, text: Text, precision: Precision) -> Outcome:
    """Train as a recipe in a file says, or go on with it, and read the last 10 % with the result; raises BadRecipe."""
    runs, machine = path.parent, Machine(precision=precision)
    model, card = load_checkpoint(train(path, runs, runs / "checkpoints", resume=True, machine=machine))
    data, carried_out = Data(recipe, path), recipe.in_precision(precision)
    curve = _curve(runs / recipe.name / "losses.csv")
    losses = evaluate(model, card.vocabulary, text.split("val"))
    return Outcome(
        name=recipe.name.upper(),
        text_sha256=text.sha256,
        size=f"2 x {recipe.model.hidden_size}",
        parameters=card.parameters,
        passes=curve[-1]["pass"],
        seconds=curve[-1]["pass"] * len(text.split("fit")) / characters_per_second(carried_out, data),
        tune=tune_loss(model, data.ids("tune"), rows=1),
        stream=losses.stream,
        win256=losses.win256,
        skipped=losses.skipped,
        curve=curve,
        samples=card.samples,
    )


def _curve(path: Path) -> tuple[dict[str, float], ...]:
    with path.open(newline="") as file:
        return tuple({name: float(row[name]) for name in ("pass", "train", "tune")} for row in csv.DictReader(file))


def of_ngram(text: Text) -> Outcome:
    """Count n-grams of the length under which the tune part is most probable, and read the last 10 % with them."""
    vocabulary = Vocabulary.of(text.split("train"))
    fit, tune = (np.array(vocabulary.encode(text.split(part))) for part in ("fit", "tune"))
    orders = tqdm(ORDERS, unit="order", leave=False, disable=None)
    order = min(orders, key=lambda order: NGram(fit, len(vocabulary), order).loss(tune))
    started = time.process_time()
    model = NGram(fit, len(vocabulary), order)
    seconds = time.process_time() - started
    val = text.split("val")
    known = np.array([vocabulary.ids[character] for character in val if character in vocabulary.ids])
    return Outcome(
        name=f"{order}-gram",
        text_sha256=text.sha256,
        size=f"{order - 1} characters of context",
        parameters=len(model),
        passes=1,
        seconds=seconds,
        tune=model.loss(tune),
        stream=model.loss(known),
        win256=model.loss(known, WINDOW),
        skipped=len(val) - len(known),
        curve=(),
        samples=tuple(_sample(model, vocabulary, temperature) for temperature in TEMPERATURES),
    )


def _sample(model: NGram, vocabulary: Vocabulary, temperature: float) -> Sample:
    ids = model.sample(np.array(vocabulary.encode(opening(vocabulary))), temperature, LENGTH, SEED)
    return Sample(language="und", temperature=temperature, text=vocabulary.decode(ids))
