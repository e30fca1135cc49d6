"""The samples on a model card."""

from itertools import product
from pathlib import Path

from tempera.models.decoder.networks.loading import load
from tempera.models.decoder.networks.model import DecodingModel
from tempera.models.engine.request import SampleRequest
from tempera.models.evaluation.generation import generate
from tempera.models.formats.card import ModelCard, read_card, write_card
from tempera.models.formats.card_parts import Sample
from tempera.models.sampling_params import SamplingParams

TEMPERATURES = (0.5, 0.8, 1.0)
LENGTH = 300
SEED = 1


def add_samples(folder: Path) -> None:
    """Generate samples with a checkpoint and add them to its card; raises BadCheckpoint."""
    card = read_card(folder)
    model = load(folder, card.weights_sha256)
    write_card(folder, card.model_copy(update={"samples": samples(model, card)}))


def samples(model: DecodingModel, card: ModelCard) -> tuple[Sample, ...]:
    """Generate a text for each language and temperature in one batch; what answers inputs writes none by itself."""
    combinations = [] if card.layout == "pairs" else list(product(card.languages, TEMPERATURES))
    requests = [
        SampleRequest(
            model=card.name,
            prompt="",
            language=card.language_index(language),
            params=SamplingParams(temperature=temperature, length=LENGTH, seed=SEED),
        )
        for language, temperature in combinations
    ]
    texts = generate(model, requests)
    return tuple(
        Sample(language=language, temperature=temperature, text=text)
        for (language, temperature), text in zip(combinations, texts, strict=True)
    )
