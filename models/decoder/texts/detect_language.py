"""Detect a text's language with the network itself: under which initial state is the text most probable?

Many-to-one by Bayes' rule: log P(language | text) = log P(text | language) + log P(language) + constant.
"""

import numpy as np
from numpy.typing import NDArray

from tempera.models.decoder.arithmetic.network import Ids
from tempera.models.decoder.arithmetic.specification import Floats
from tempera.models.decoder.networks.model import DecodingModel
from tempera.models.tokenizers.words import AnyVocabulary

BEGINNING = "\n"  # the first character isn't predicted, so that all characters of the text itself are
READ_CHARACTERS = 256  # at the end of a text, whose language is the one to continue in
FAVOUR_NATS = 2.0  # log P(likely language) - log P(any other): outweighed by a phrase, not by a word of two languages
STEPS = 32  # at a time; bounds the memory of the logits


def recognise(model: DecodingModel, text: str, likely: int = 0) -> int:
    """Return the index of a text's language; the likely one is favored by FAVOUR_NATS."""
    if model.network.languages == 1:
        return 0
    nats = log_probabilities(model, np.array(prepared(model.vocabulary, text[-READ_CHARACTERS:]), np.int32))
    nats[likely] += FAVOUR_NATS
    return int(nats.argmax())


def prepared(vocabulary: AnyVocabulary, text: str) -> list[int]:
    """Return the ids of a text at the start of a line."""
    return vocabulary.encode((BEGINNING if BEGINNING in vocabulary.ids else "") + text)


def log_probabilities(model: DecodingModel, ids: Ids) -> NDArray[np.float64]:
    """ids (characters,) -> log probability (languages,) of all characters but the first, ignoring alphabets.

    The languages are the rows of a separate batch, so that the result depends on the text alone.
    """
    languages = model.network.languages
    state = model.network.begin(np.arange(languages))
    state.context[:] = model.contexts.unrestricted
    nats = np.zeros(languages)
    for start in range(0, len(ids) - 1, STEPS):
        given, following = ids[:-1][start : start + STEPS], ids[1:][start : start + STEPS]
        logits = model.network.logits(state, np.repeat(given[:, None], languages, axis=1))
        nats += _log_softmax(logits, following).sum(0)
    return nats


def _log_softmax(logits: Floats, ids: Ids) -> NDArray[np.float64]:
    """logits (steps, R, V), ids (steps,) -> nats (steps, R)."""
    exact = logits.astype(np.float64)
    exact -= exact.max(2, keepdims=True)
    chosen: NDArray[np.float64] = exact[np.arange(len(ids)), :, ids]
    total: NDArray[np.float64] = np.log(np.exp(exact, out=exact).sum(2))
    return chosen - total
