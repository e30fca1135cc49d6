"""How much a model copies at each temperature, on its card."""

from collections.abc import Iterable, Sequence
from itertools import product
from pathlib import Path

from tempera.models.copying.report import Copies, find_copies
from tempera.models.decoder.networks.loading import load
from tempera.models.decoder.networks.model import DecodingModel
from tempera.models.engine.request import SampleRequest
from tempera.models.evaluation.generation import generate
from tempera.models.evaluation.samples import TEMPERATURES
from tempera.models.formats.card import ModelCard, read_card, write_card
from tempera.models.formats.card_parts import Copied
from tempera.models.sampling_params import SamplingParams

TEXTS = 10  # at each temperature
LENGTH = 1000  # characters per text
SEED = 1  # of the first text


def add_copied(folder: Path, training: Sequence[str]) -> None:
    """Measure how much a checkpoint copies from its training texts and add it to its card; raises BadCheckpoint."""
    card = read_card(folder)
    record_copied(folder, copies_by_temperature(load(folder, card.weights_sha256), card, training))


def record_copied(folder: Path, copies: dict[float, Copies]) -> None:
    """Keep what was measured in a card; raises BadCheckpoint."""
    copied = tuple(
        Copied(
            temperature=temperature,
            texts=found.texts,
            characters=found.characters,
            longest=len(found.longest.text),
            share=round(found.share, 4),
        )
        for temperature, found in sorted(copies.items())
    )
    write_card(folder, read_card(folder).model_copy(update={"copied": copied}))


def copies_by_temperature(
    model: DecodingModel,
    card: ModelCard,
    training: Sequence[str],
    temperatures: Iterable[float] = TEMPERATURES,
    texts: int = TEXTS,
    seed: int = SEED,
) -> dict[float, Copies]:
    """Generate texts in one batch and compare them with training texts; languages alternate."""
    ordered = tuple(dict.fromkeys(temperatures))
    requests = [_request(card, temperature, number, seed) for temperature, number in product(ordered, range(texts))]
    written = generate(model, requests, bar=True)
    return {
        temperature: find_copies(written[first : first + texts], training)
        for temperature, first in zip(ordered, range(0, len(written), texts), strict=True)
    }


def _request(card: ModelCard, temperature: float, number: int, seed: int) -> SampleRequest:
    return SampleRequest(
        model=card.name,
        prompt="",
        language=number % len(card.languages),
        params=SamplingParams(temperature=temperature, length=LENGTH, seed=seed + number),
    )
