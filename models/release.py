"""From a finished training run to a checkpoint: calibrate, store, describe."""

from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional

from models.card import Corpus, ModelCard, Training
from models.checkpoint import checksum, load_checkpoint, stored, write_checkpoint
from models.corpus import TRAIN_SHARE, TUNE_SHARE, Text
from models.evaluate import CHUNK, stream_loss
from models.recipe import CorpusFile
from models.rnn import CharRNN
from models.run import TUNE_ROWS, Run

SPLIT = f"first {TRAIN_SHARE:.0%} of each text, of which the last {TUNE_SHARE:.0%} selected and calibrated"
FACTORS = [index / 100 for index in range(50, 151)]


def release(run: Run, folder: Path) -> Path:
    """Calibrate the best weights on the tune part and write them as a checkpoint."""
    run.model.load_state_dict(run.best)
    run.model.eval()
    factor = calibration_factor(run.model, run.tune)
    with torch.no_grad():
        run.model.output.weight.mul_(factor)
        run.model.output.bias.mul_(factor)
    weights = stored(run.model)
    write_checkpoint(folder, weights, _card(run, weights, factor, stream_loss(run.model, run.tune)))
    load_checkpoint(folder)
    return folder


@torch.inference_mode()
def calibration_factor(model: CharRNN, ids: Tensor) -> float:
    """Return the factor on the logits, to 0.01, under which `ids` are most probable (arXiv:1706.04599)."""
    time = (len(ids) - 1) // TUNE_ROWS
    inputs = ids[: time * TUNE_ROWS].view(TUNE_ROWS, time).T
    targets = ids[1 : time * TUNE_ROWS + 1].view(TUNE_ROWS, time).T
    state, nats = model.initial_state(TUNE_ROWS), torch.zeros(len(FACTORS))
    for start in range(0, time, CHUNK):
        logits, state = model(inputs[start : start + CHUNK], state)
        nats += _nats_by_factor(logits.flatten(0, 1), targets[start : start + CHUNK].flatten())
    return FACTORS[int(nats.argmin())]


def _nats_by_factor(logits: Tensor, targets: Tensor) -> Tensor:
    return torch.stack([functional.cross_entropy(logits * factor, targets, reduction="sum") for factor in FACTORS])


def _card(run: Run, weights: bytes, factor: float, tune_loss: float) -> ModelCard:
    recipe = run.recipe
    training = Training(
        corpora=tuple(map(_corpus, recipe.corpora, run.texts)),
        split=SPLIT,
        passes=round(run.progress.step / run.steps_per_pass, 2),
        training_seconds=round(run.progress.seconds),
        calibration_factor=factor,
        tune_stream_nats_per_character=round(tune_loss, 4),
    )
    return ModelCard(
        name=recipe.name,
        title=recipe.title,
        description=recipe.description,
        languages=recipe.languages,
        licence=recipe.licence,
        architecture=recipe.model,
        characters="".join(run.vocabulary.characters),
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
