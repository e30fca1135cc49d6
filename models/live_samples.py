"""What a network writes while it learns: one short text per temperature, always from the same seed."""

import copy
from collections.abc import Iterator

from models.card import AnyVocabulary
from models.engine.batch import Batch
from models.engine.network import DecodingNetwork
from models.engine.request import SampleRequest
from models.rnn import CharRNN

TEMPERATURES = (0.3, 0.8, 1.2)
CHARACTERS = 120
SEED = 1


def live_samples(model: CharRNN, vocabulary: AnyVocabulary, opening: str) -> Iterator[str]:
    """Yield a line per temperature from the weights of this moment, as the bot would write it after a line break.

    Where the alphabet has none, the text begins with `opening`. The network and torch's random numbers stay untouched.
    """
    batch = Batch(DecodingNetwork(copy.deepcopy(model).cpu(), script=False), vocabulary)
    prompt = vocabulary.fit("\n").text or opening
    texts = dict.fromkeys(range(len(TEMPERATURES)), "")
    for key, temperature in enumerate(TEMPERATURES):
        request = SampleRequest(model="", prompt=prompt, temperature=temperature, length=CHARACTERS, seed=SEED)
        batch.admit(key, request)
    while batch.rows:
        for piece in batch.advance(CHARACTERS):
            texts[piece.key] += piece.text
    for key, temperature in enumerate(TEMPERATURES):
        yield f"  T {temperature}  {_on_one_line(texts[key])}"


def _on_one_line(text: str) -> str:
    """Return a text without characters that would move the cursor or colour the terminal."""
    return "".join(character if character.isprintable() else "\u00b7" for character in text.replace("\n", " / "))
