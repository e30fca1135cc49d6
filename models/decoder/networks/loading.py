"""Load checkpoints in a separate thread while texts are written; NumPy releases the interpreter lock."""

import sys
from collections.abc import Callable, Container
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from tempera.models.decoder.implementations.selection import Implementation
from tempera.models.decoder.networks.card import read_network_card
from tempera.models.decoder.networks.model import DecodingModel, decoding_model
from tempera.models.decoder.networks.weights import read_weights
from tempera.models.errors import BadCheckpoint
from tempera.models.formats.checkpoint_files import WEIGHTS_FILE
from tempera.models.formats.training_words import read_training_words

Key = tuple[str, str]  # model, sha256 of its weights


def load(folder: Path, sha256: str, implementation: Implementation | None = None, threads: int = 1) -> DecodingModel:
    """Load a checkpoint with exactly these weights, ready to decode; raises BadCheckpoint."""
    card = read_network_card(folder)
    if card.weights_sha256 != sha256:
        raise BadCheckpoint(folder, "was replaced while a text was being written")
    weights = read_weights(folder / WEIGHTS_FILE, card.shapes, sha256)
    cell = card.architecture["cell"]
    return decoding_model(
        cell,
        weights,
        card.vocabulary,
        card.alphabets,
        layout=card.layout,
        words=_training_words(folder),
        implementation=implementation,
        threads=threads,
    )


def _training_words(folder: Path) -> Container[str]:
    """Return the words beside a checkpoint; without them, it still writes."""
    try:
        return read_training_words(folder) or ()
    except BadCheckpoint as error:
        print(f"The decoder goes on without the words of a training text: {error}", file=sys.stderr)
        return ()


class Loader:
    """Loads checkpoints one after another."""

    def __init__(
        self, load: Callable[[Key], DecodingModel], done: Callable[[Key, "Future[DecodingModel]"], None]
    ) -> None:
        """`done` is called in the loading thread."""
        self._load, self._done = load, done
        self._thread = ThreadPoolExecutor(1, "loading")

    def start(self, key: Key) -> None:
        """Load a checkpoint, and call `done` when it is loaded or has failed."""
        self._thread.submit(self._load, key).add_done_callback(lambda future: self._done(key, future))
