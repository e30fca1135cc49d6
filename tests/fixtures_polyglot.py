"""A network of three languages whose figures are known: each language likes letters of its own."""

from pathlib import Path

import numpy as np

from tempera.models.formats.card import Architecture
from tempera.models.tokenizers.characters import Vocabulary
from tests.fixtures_models import write_network

LANGUAGES = ("en", "fr", "ja")
OWN = {"en": "wk", "fr": "éç", "ja": "猫夜"}
HINTS = {"en": "h", "fr": "q", "ja": "々"}
SHARED = "\n aeno"
CHARACTERS = SHARED + "".join(OWN.values()) + "".join(HINTS.values())
STRONG = 16.0  # nats by which a letter is less probable in another language than in its own
HINT = 1.5  # the same for a hint: one alone weighs less than what is likely (FAVOUR_NATS), two weigh more


def write_polyglot(folder: Path, name: str = "polyglot", languages: tuple[str, ...] = LANGUAGES) -> Path:
    """Write it: one hidden unit per language, which the initial state sets and nothing changes."""
    architecture = Architecture(cell="rnn", layers=1, hidden_size=len(LANGUAGES), embedding_size=1)
    weights = {key: np.zeros(shape) for key, shape in architecture.shapes(len(CHARACTERS), len(languages)).items()}
    unit = 10 * np.eye(len(LANGUAGES))
    weights["initial"][:, 0, 0] = unit[[LANGUAGES.index(each) for each in languages]]
    weights["layers.0.weight_hh"] = unit
    weights["output.weight"] = np.array([_liking(character) for character in CHARACTERS])
    return write_network(folder, name, Vocabulary(tuple(CHARACTERS)), architecture, weights, languages)


def _liking(character: str) -> list[float]:
    """Return how much each language likes a character: its logit."""
    others = STRONG - HINT if character in HINTS.values() else 0.0
    return [STRONG if character in SHARED + OWN[each] + HINTS[each] else others for each in LANGUAGES]
