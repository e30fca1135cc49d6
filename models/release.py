"""From a finished training run to a checkpoint: calibrate, store, describe."""

from pathlib import Path

import torch

from models.alphabets import alphabets
from models.beginnings import learn_beginnings
from models.calibration import calibration_factor
from models.card import Corpus, ModelCard, Training, vocabulary_entries
from models.checkpoint import checksum, stored, write_checkpoint
from models.corpus import TRAIN_SHARE, TUNE_SHARE, Text
from models.precision import attainable
from models.recipe import CorpusFile, Recipe
from models.rnn import CharRNN
from models.run import Data, Run, tune_loss
from models.samples import add_samples
from models.seen_words import write_seen_words

SPLIT = f"first {TRAIN_SHARE:.0%} of each text, of which the last {TUNE_SHARE:.0%} selected and calibrated"


def release(recipe: Recipe, data: Data, stages: list[Run], folder: Path) -> Path:
    """Calibrate and write a checkpoint: the last stage's weights, the factor that the tune part gives the first's.

    Only the first stage has not learned the tune part.
    """
    selected, last = stages[0], stages[-1]
    tune = data.ids("tune")
    selected.model.load_state_dict(selected.best)
    factor = calibration_factor(selected.model.eval(), tune)
    loss = tune_loss(_calibrated(selected, factor), tune, rows=1)
    if len(recipe.languages) > 1:
        _finish_beginnings(recipe, data, last, "train" if len(stages) > 1 else "fit")
    weights = stored(_calibrated(last, factor))
    write_checkpoint(folder, weights, _card(recipe, data, _training(recipe, data, stages, factor, loss), weights))
    write_seen_words(folder, (text.split("train") for text in data.texts))
    add_samples(folder)
    return folder


def _finish_beginnings(recipe: Recipe, data: Data, run: Run, learned: str) -> None:
    """Learn the initial states once more, from the part of the texts that the run has learned."""
    run.model.load_state_dict(run.best)
    precision = attainable(recipe.optimisation.precision, None, [recipe.model.cell])  # on the CPU, wherever it learned
    learn_beginnings(run.model, data.vocabulary, data.ids(learned), bf16=precision == "bf16")
    run.best = run.best | {"initial": run.model.initial.detach().clone()}


@torch.no_grad()
def _calibrated(run: Run, factor: float) -> CharRNN:
    run.model.load_state_dict(run.best)
    run.model.output.weight.mul_(factor)
    run.model.output.bias.mul_(factor)
    return run.model.eval()


def _training(recipe: Recipe, data: Data, stages: list[Run], factor: float, loss: float) -> Training:
    return Training(
        corpora=tuple(map(_corpus, recipe.corpora, data.texts)),
        split=SPLIT if len(stages) == 1 else f"{SPLIT}, then learned too",
        passes=round(sum(run.progress.step / run.steps_per_pass for run in stages), 2),
        training_seconds=round(sum(run.progress.seconds for run in stages)),
        calibration_factor=factor,
        tune_stream_nats_per_character=round(data.nats_per_character("tune", loss), 4),
        stopped_early=stages[0].stopped_early,
    )


def _card(recipe: Recipe, data: Data, training: Training, weights: bytes) -> ModelCard:
    return ModelCard(
        name=recipe.name,
        title=recipe.title,
        description=recipe.description,
        languages=recipe.languages,
        licence=recipe.licence,
        architecture=recipe.model,
        weights_sha256=checksum(weights),
        alphabets=alphabets(data.by_language("train")),
        training=training,
        **vocabulary_entries(data.vocabulary),
    )


def _corpus(source: CorpusFile, text: Text) -> Corpus:
    return Corpus(
        title=source.title,
        file=text.path.name,
        sha256=text.sha256,
        characters=len(text.text),
        licence=source.licence,
    )
