"""The part of a model card that the decoder needs, read without pydantic, which would take a fifth of its memory.

The bot has validated the whole card (tempera.models.formats.card); here, only the checksum of the weights shows whether
it has changed.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tempera.models.errors import BadCheckpoint
from tempera.models.formats.checkpoint_files import CARD_FILE, MAX_CARD_BYTES, open_regular, parameter_shapes
from tempera.models.tokenizers.characters import Vocabulary
from tempera.models.tokenizers.words import AnyVocabulary, WordVocabulary


@dataclass(frozen=True)
class NetworkCard:
    """A network without its weights."""

    architecture: Mapping[str, Any]  # cell, layers, hidden_size, embedding_size
    vocabulary: AnyVocabulary
    alphabets: tuple[str, ...]  # by language, "" = everything
    layout: str
    weights_sha256: str

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Each parameter's shape by name."""
        return parameter_shapes(
            **self.architecture, vocabulary_size=len(self.vocabulary), languages=len(self.alphabets)
        )


def read_network_card(folder: Path) -> NetworkCard:
    """Read `model.json`; raises BadCheckpoint."""
    path = folder / CARD_FILE
    try:
        with open_regular(path, MAX_CARD_BYTES) as file:
            return _network_card(json.loads(file.read()))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BadCheckpoint(path, f"is no model card: {error!r}") from None


def _network_card(card: dict[str, Any]) -> NetworkCard:
    words = card.get("unit") == "word"
    return NetworkCard(
        architecture=card["architecture"],
        vocabulary=WordVocabulary(tuple(card["tokens"])) if words else Vocabulary(tuple(card["characters"])),
        alphabets=tuple(card.get("alphabets", {}).get(language, "") for language in card["languages"]),
        layout=str(card.get("layout", "running")),
        weights_sha256=card["weights_sha256"],
    )
