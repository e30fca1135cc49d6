"""Export a finished training run as a checkpoint: calibrate, store, describe."""

from pathlib import Path

import torch

from tempera.models.copying.of_model import add_copied
from tempera.models.corpora.splits import TEST_FRACTION, VALIDATION_FRACTION, LearnedSplit
from tempera.models.corpora.text import Text
from tempera.models.evaluation.default_temperature import add_default_temperature
from tempera.models.evaluation.losses import validation_loss
from tempera.models.evaluation.samples import add_samples
from tempera.models.formats.card import ModelCard, checksum, vocabulary_entries, write_checkpoint
from tempera.models.formats.card_parts import Corpus, Lineage, Training
from tempera.models.formats.training_words import write_training_words
from tempera.models.networks.checkpoint import serialized
from tempera.models.networks.rnn import CharRNN
from tempera.models.tokenizers.alphabets import alphabets
from tempera.models.training.calibration import calibration_factor
from tempera.models.training.dataset import Dataset
from tempera.models.training.initial_states import train_initial_states
from tempera.models.training.precision import resolve_precision
from tempera.models.training.recipe import CorpusFile, Recipe
from tempera.models.training.trainer import Trainer

BY_END = f"first {1 - TEST_FRACTION:.0%} of each text, with the last {VALIDATION_FRACTION:.0%} of that for validation"


def export_checkpoint(
    recipe: Recipe, dataset: Dataset, stages: list[Trainer], folder: Path, started_from: Lineage | None = None
) -> Path:
    """Write a checkpoint: the last stage's weights, scaled by the calibration factor of the first stage's.

    Only the first stage was not trained on the validation part.
    """
    selected, last = stages[0], stages[-1]
    validation_ids = dataset.ids("validation")
    selected.model.load_state_dict(selected.best)
    factor = calibration_factor(selected.model.eval(), validation_ids, recipe.layout)
    loss = validation_loss(_calibrated(selected, factor), validation_ids, 1, recipe.layout)
    if len(recipe.languages) > 1:
        _finish_initial_states(recipe, dataset, last, "train+validation" if len(stages) > 1 else "train")
    weights = serialized(_calibrated(last, factor))
    training = _training(recipe, dataset, stages, factor, loss).model_copy(update={"started_from": started_from})
    write_checkpoint(folder, weights, _card(recipe, dataset, training, weights))
    write_training_words(folder, (text.split(_learned(recipe)) for text in dataset.texts))
    add_samples(folder)
    add_default_temperature(folder)
    if recipe.layout != "pairs":  # which answer inputs
        add_copied(folder, [text.split(recipe.finish.part if recipe.finish else "train") for text in dataset.texts])
    return folder


def _finish_initial_states(recipe: Recipe, dataset: Dataset, trainer: Trainer, split: str) -> None:
    """Fine-tune the initial states on the split that the stage was trained on."""
    trainer.model.load_state_dict(trainer.best)
    precision = resolve_precision(recipe.optimization.precision, None, [recipe.model.cell])  # always on the CPU
    train_initial_states(trainer.model, dataset.vocabulary, dataset.ids(split), bf16=precision == "bf16")
    trainer.best = trainer.best | {"initial": trainer.model.initial.detach().clone()}


@torch.no_grad()
def _calibrated(trainer: Trainer, factor: float) -> CharRNN:
    trainer.model.load_state_dict(trainer.best)
    trainer.model.output.weight.mul_(factor)
    trainer.model.output.bias.mul_(factor)
    return trainer.model.eval()


def _training(recipe: Recipe, dataset: Dataset, stages: list[Trainer], factor: float, loss: float) -> Training:
    return Training(
        corpora=tuple(map(_corpus, recipe.corpora, dataset.texts)),
        split=split_in_words(recipe, dataset),
        held_out=recipe.held_out,
        learned=_learned(recipe),
        epochs=round(sum(trainer.progress.step / trainer.steps_per_epoch for trainer in stages), 2),
        training_seconds=round(sum(trainer.progress.seconds for trainer in stages)),
        calibration_factor=factor,
        validation_stream_nats_per_character=round(dataset.nats_per_character("validation", loss), 4),
        stopped_early=stages[0].stopped_early,
    )


def _card(recipe: Recipe, dataset: Dataset, training: Training, weights: bytes) -> ModelCard:
    return ModelCard(
        name=recipe.name,
        title=recipe.title,
        description=recipe.description,
        languages=recipe.languages,
        licence=recipe.licence,
        architecture=recipe.model,
        layout=recipe.layout,
        weights_sha256=checksum(weights),
        alphabets=alphabets(dataset.by_language("train+validation")),
        training=training,
        **vocabulary_entries(dataset.vocabulary),
    )


def _learned(recipe: Recipe) -> LearnedSplit:
    """Return the split whose words the network may know."""
    return recipe.finish.part if recipe.finish else "train+validation"


def split_in_words(recipe: Recipe, dataset: Dataset) -> str:
    """Say how much of the texts was learned, and what was held out."""
    then = ", then included in training" if recipe.finish else ""
    if recipe.held_out == "end" and _learned(recipe) != "all":
        return BY_END + then
    learned, selecting, test, whole = (
        sum(len(text.split(part)) for text in dataset.texts) for part in ("train", "validation", "test", "all")
    )
    what = "the end" if recipe.held_out == "end" else f"{recipe.held_out} from everywhere"
    if _learned(recipe) == "all":
        return f"all {whole:,} characters; before that, without {test + selecting:,} in {what}, which chose the weights"
    return (
        f"{learned:,} of {whole:,} characters; {selecting:,} in {what} chose the weights{then}, "
        f"and {test:,} were held out"
    )


def _corpus(source: CorpusFile, text: Text) -> Corpus:
    return Corpus(
        title=source.title,
        file=text.path.name,
        sha256=text.sha256,
        characters=len(text.text),
        licence=source.licence,
    )
