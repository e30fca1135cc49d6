"""A network that torch has trained, as the decoder writes with it."""

from collections.abc import Sequence

from models.checkpoint import STORED_DTYPE
from models.decoder.model import DecodingModel, decoding_model
from models.rnn import CharRNN
from models.words import AnyVocabulary


def as_decoding_model(model: CharRNN, vocabulary: AnyVocabulary, alphabets: Sequence[str] = ()) -> DecodingModel:
    """Return what the bot would write with if the weights of this moment were stored; the model stays as it is.

    `alphabets` by language, () = no language has one.
    """
    weights = {name: value.detach().to("cpu", STORED_DTYPE).numpy() for name, value in model.state_dict().items()}
    return decoding_model(model.architecture.cell, weights, vocabulary, alphabets)
