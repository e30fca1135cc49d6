"""From a finished training run to a checkpoint: calibrate, store, describe."""

from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional

from models.card import Corpus, ModelCard, Training
from models.checkpoint import checksum, load_checkpoint, stored, write_checkpoint
from models.corpus import TRAIN_SHARE, TUNE_SHARE, Text
from models.evaluate import CHUNK, parallel, stream_loss
from models.recipe import CorpusFile, Recipe
from models.rnn import CharRNN
from models.run import TUNE_ROWS, Data, Run

SPLIT = f"first {TRAIN_SHARE:.0%} of each text, of which the last {TUNE_SHARE:.0%} selected and calibrated"
FACTORS = [index / 100 for index in range(50, 151)]


def release(recipe: Recipe, data: Data, stages: list[Run], folder: Path) -> Path:
    """Calibrate and write a checkpoint: the last stage's weights, the factor that the tune part gives the first's.

    Only the first stage has not learned the tune part.
    """
    selected, last = stages[0], stages[-1]
    tune = data.ids("tune")
    selected.model.load_state_dict(selected.best)
    factor = calibration_factor(selected.model.eval(), tune)
    tune_loss = stream_loss(_calibrated(selected, factor), tune)
    weights = stored(_calibrated(last, factor))
    write_checkpoint(folder, weights, _card(recipe, data, _training(recipe, data, stages, factor, tune_loss), weights))
    load_checkpoint(folder)
    return folder


@torch.no_grad()
def _calibrated(run: Run, factor: float) -> CharRNN:
    run.model.load_state_dict(run.best)
    run.model.output.weight.mul_(factor)
    run.model.output.bias.mul_(factor)
    return run.model.eval()


@torch.inference_mode()
def calibration_factor(model: CharRNN, ids: Tensor) -> float:
    """Return the factor on the logits, to 0.01, under which `ids` are most probable (arXiv:1706.04599)."""
    inputs, targets = parallel(ids, TUNE_ROWS)
    state, nats = model.initial_state(TUNE_ROWS), torch.zeros(len(FACTORS))
    for start in range(0, len(inputs), CHUNK):
        logits, state = model(inputs[start : start + CHUNK], state)
        nats += _nats_by_factor(logits.flatten(0, 1), targets[start : start + CHUNK].flatten())
    return FACTORS[int(nats.argmin())]


def _nats_by_factor(logits: Tensor, targets: Tensor) -> Tensor:
    return torch.stack([functional.cross_entropy(logits * factor, targets, reduction="sum") for factor in FACTORS])


def _training(recipe: Recipe, data: Data, stages: list[Run], factor: float, tune_loss: float) -> Training:
    return Training(
        corpora=tuple(map(_corpus, recipe.corpora, data.texts)),
        split=SPLIT if len(stages) == 1 else f"{SPLIT}, then learned too",
        passes=round(sum(run.progress.step / run.steps_per_pass for run in stages), 2),
        training_seconds=round(sum(run.progress.seconds for run in stages)),
        calibration_factor=factor,
        tune_stream_nats_per_character=round(tune_loss, 4),
    )


def _card(recipe: Recipe, data: Data, training: Training, weights: bytes) -> ModelCard:
    return ModelCard(
        name=recipe.name,
        title=recipe.title,
        description=recipe.description,
        languages=recipe.languages,
        licence=recipe.licence,
        architecture=recipe.model,
        characters="".join(data.vocabulary.characters),
        weights_sha256=checksum(weights),
        training=training,
    )


def _corpus(source: CorpusFile, text: Text) -> Corpus:
    return Corpus(
        title=source.title,
        file=text.path.name,
        sha256=text.sha256,
        characters=len(text.text),
        licence=source.licence,
    )
