"""Convert a PyTorch network for the decoder."""

from collections.abc import Sequence

from tempera.models.decoder.networks.model import DecodingModel, decoding_model
from tempera.models.formats.layouts import Layout
from tempera.models.networks.checkpoint import STORED_DTYPE
from tempera.models.networks.rnn import CharRNN
from tempera.models.tokenizers.words import AnyVocabulary


def as_decoding_model(
    model: CharRNN, vocabulary: AnyVocabulary, alphabets: Sequence[str] = (), layout: Layout = "running"
) -> DecodingModel:
    """Return the decoder's model of the current weights, exactly as if they had been stored and loaded.

    `alphabets` by language, () = all characters are allowed.
    """
    weights = {name: value.detach().to("cpu", STORED_DTYPE).numpy() for name, value in model.state_dict().items()}
    return decoding_model(model.architecture.cell, weights, vocabulary, alphabets, layout=layout)
