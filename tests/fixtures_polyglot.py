"""A network of three languages whose figures are known: each language likes letters of its own."""

from pathlib import Path

import torch

from models.card import Architecture, ModelCard
from models.checkpoint import checksum, stored, write_checkpoint
from models.recognise import FAVOUR_NATS
from models.rnn import CharRNN

LANGUAGES = ("en", "fr", "ja")
OWN = {"en": "wk", "fr": "éç", "ja": "猫夜"}
HINTS = {"en": "h", "fr": "q", "ja": "々"}
SHARED = "\n aeno"
CHARACTERS = SHARED + "".join(OWN.values()) + "".join(HINTS.values())
STRONG = 8.0  # nats by which a letter is less probable in another language than in its own
HINT = 0.75 * FAVOUR_NATS  # the same for a hint: one alone does not outweigh what is likely, two do


def write_polyglot(folder: Path, name: str = "polyglot", languages: tuple[str, ...] = LANGUAGES) -> Path:
    """Write it: one hidden unit per language, which the initial state sets and nothing changes."""
    architecture = Architecture(cell="rnn", layers=1, hidden_size=len(LANGUAGES), embedding_size=1)
    model = CharRNN(architecture, len(CHARACTERS), len(languages))
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.zero_()
        model.initial[:, 0, 0] = 10 * torch.eye(len(LANGUAGES))[[LANGUAGES.index(each) for each in languages]]
        model.layers[0].weight_hh.copy_(10 * torch.eye(len(LANGUAGES)))
        model.output.weight.copy_(torch.tensor([_liking(character) for character in CHARACTERS]))
    weights = stored(model)
    card = ModelCard(
        name=name,
        title=name.capitalize(),
        description="Three languages by hand.",
        languages=languages,
        licence="MIT",
        architecture=architecture,
        characters=CHARACTERS,
        weights_sha256=checksum(weights),
    )
    write_checkpoint(folder / name, weights, card)
    return folder / name


def _liking(character: str) -> list[float]:
    """Return how much each language likes a character: its logit."""
    others = STRONG - HINT if character in HINTS.values() else 0.0
    return [STRONG if character in SHARED + OWN[each] + HINTS[each] else others for each in LANGUAGES]
