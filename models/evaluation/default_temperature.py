"""The default temperature on a model card."""

from pathlib import Path

from tempera.models.decoder.networks.loading import load
from tempera.models.decoder.networks.model import DecodingModel
from tempera.models.evaluation.fluency import CANDIDATES, LENGTH, SEED, TEXTS, Fluency, default_temperature, fluency
from tempera.models.evaluation.generation import generate
from tempera.models.evaluation.prompts import draw_prompts
from tempera.models.formats.card import ModelCard, read_card, write_card
from tempera.models.formats.training_words import TrainingWords, read_training_words


def add_default_temperature(folder: Path) -> None:
    """Measure a checkpoint's default temperature and keep it in its card; raises BadCheckpoint.

    Nothing changes without a list of training words. A model of pairs answers greedily.
    """
    card, training_words = read_card(folder), read_training_words(folder)
    if card.layout == "pairs":
        record(folder, 0.0)  # the most likely output is the answer
    elif training_words is not None:
        model = load(folder, card.weights_sha256)
        record(folder, default_temperature(fluencies(model, card, training_words)))


def record(folder: Path, temperature: float | None) -> None:
    """Keep a default temperature in a card; raises BadCheckpoint."""
    write_card(folder, read_card(folder).model_copy(update={"default_temperature": temperature}))


def fluencies(model: DecodingModel, card: ModelCard, training_words: TrainingWords) -> dict[float, Fluency]:
    """Generate texts at all candidates in one batch, and return their fluency by temperature."""
    starts = draw_prompts(model, card, TEXTS, SEED)
    requests = [
        start.with_params(temperature=temperature, length=LENGTH) for temperature in CANDIDATES for start in starts
    ]
    texts = generate(model, requests, bar=True)
    return {
        temperature: fluency(texts[first : first + TEXTS], training_words)
        for temperature, first in zip(CANDIDATES, range(0, len(texts), TEXTS), strict=True)
    }
