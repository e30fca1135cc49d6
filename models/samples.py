"""What a network writes when nothing is asked: the samples of its model card."""

from itertools import product
from pathlib import Path

from models.card import AnyVocabulary, ModelCard, Sample
from models.checkpoint import load_checkpoint, write_card
from models.engine.batch import Batch
from models.engine.network import DecodingNetwork
from models.engine.request import SampleRequest
from models.rnn import CharRNN

TEMPERATURES = (0.5, 0.8, 1.0)
LENGTH = 300
SEED = 1
STEPS = 64


def opening(vocabulary: AnyVocabulary) -> str:
    """Return what samples begin after: a new line, in the nearest form that the vocabulary has."""
    return vocabulary.fit("\n").text or vocabulary.decode([0])


def add_samples(folder: Path) -> None:
    """Let a checkpoint write, and keep the texts in its card; raises BadCheckpoint."""
    model, card = load_checkpoint(folder)
    write_card(folder, card.model_copy(update={"samples": samples(model, card)}))


def samples(model: CharRNN, card: ModelCard) -> tuple[Sample, ...]:
    """Write a text for each language and temperature, all at the same time."""
    batch = Batch(DecodingNetwork(model), card.vocabulary)
    wanted = list(product(card.languages, TEMPERATURES))
    for key, (language, temperature) in enumerate(wanted):
        batch.admit(
            key,
            SampleRequest(
                model=card.name,
                prompt=opening(card.vocabulary),
                temperature=temperature,
                length=LENGTH,
                seed=SEED,
                language=card.language_index(language),
            ),
        )
    texts = [""] * len(wanted)
    while batch.rows:
        for piece in batch.advance(STEPS):
            texts[piece.key] += piece.text
    return tuple(
        Sample(language=language, temperature=temperature, text=text)
        for (language, temperature), text in zip(wanted, texts, strict=True)
    )
