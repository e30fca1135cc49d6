"""What is decoded is what the network means: every cell, every depth, and the networks that come with the project."""

from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from tempera.models.decoder.networks.model import DecodingModel
from tempera.models.engine.request import SampleRequest
from tempera.models.evaluation.generation import default_prompt, generate
from tempera.models.formats.card import Architecture, ModelCard
from tempera.models.library import Library
from tempera.models.networks.checkpoint import load_checkpoint
from tempera.models.networks.decoding import as_decoding_model
from tempera.models.networks.rnn import CharRNN
from tempera.models.sampling_params import SamplingParams
from tempera.models.tokenizers.characters import Vocabulary

RELEASED = Library(Path(__file__).parents[2] / "models" / "checkpoints")
LETTERS = Vocabulary(tuple(map(chr, range(33, 123))))
MOST_KL = 2e-4  # nats, on average
MOST_SHIFT = 1e-3  # nats of cross-entropy


def model_of(cell: str, layers: int) -> CharRNN:
    torch.manual_seed(1)
    shape = Architecture.model_validate({"cell": cell, "layers": layers, "hidden_size": 72, "embedding_size": 24})
    model = CharRNN(shape, len(LETTERS), languages=3).eval().requires_grad_(requires_grad=False)
    model.initial.normal_()
    model.output.weight *= 12
    for layer in range(layers):
        for name in ("bias_ih", "bias_hh"):
            model.get_parameter(f"layers.{layer}.{name}").normal_()
    return model


def decoded_logits(writer: DecodingModel, ids: NDArray[np.int32], languages: list[int]) -> NDArray[np.float32]:
    state = writer.network.begin(np.array(languages))
    state.context[:] = writer.contexts.unrestricted
    return writer.network.logits(state, ids)


def trained_logits(model: CharRNN, ids: NDArray[np.int32], languages: list[int]) -> NDArray[np.float32]:
    with torch.inference_mode():
        logits, _ = model(torch.from_numpy(ids).long(), model.initial_state(torch.tensor(languages)))
    result: NDArray[np.float32] = logits.numpy()
    return result


@pytest.mark.parametrize("layers", [1, 3])
@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_logits_are_those_of_the_network(cell: str, layers: int) -> None:
    model, languages = model_of(cell, layers), [0, 1, 2, 0, 1, 2]
    ids = np.random.default_rng(1).integers(0, 90, (30, 6), np.int32)
    expected = trained_logits(model, ids, languages)
    assert np.abs(expected).max() > 4
    assert np.abs(decoded_logits(as_decoding_model(model, LETTERS), ids, languages) - expected).max() < 0.6


@pytest.mark.slow
@pytest.mark.parametrize("name", RELEASED.names())
def test_decoding_is_faithful_to_the_released_networks(name: str) -> None:
    """On text that each network writes itself, in all of its languages."""
    model, card = load_checkpoint(RELEASED.path(name))
    writer = as_decoding_model(model, card.vocabulary, card.alphabet_by_language)
    for language, code in enumerate(card.languages):
        ids = own_texts(writer, card, language)
        found, expected = (
            torch.from_numpy(logits).double().log_softmax(2)
            for logits in (
                decoded_logits(writer, ids[:-1], [language] * ids.shape[1]),
                trained_logits(model, ids[:-1], [language] * ids.shape[1]),
            )
        )
        assert (expected.exp() * (expected - found)).sum(2).mean() < MOST_KL, code
        following = torch.from_numpy(ids[1:]).long().unsqueeze(2)
        assert abs((found - expected).gather(2, following).mean()) < MOST_SHIFT, code


def own_texts(writer: DecodingModel, card: ModelCard, language: int) -> NDArray[np.int32]:
    """Return the ids of some texts (tokens, texts)."""
    prompt = default_prompt(card.vocabulary)
    requests = [
        SampleRequest(
            model="", prompt=prompt, language=language, params=SamplingParams(temperature=1.0, length=200, seed=seed)
        )
        for seed in range(8)
    ]
    rows = [card.vocabulary.encode(prompt + text) for text in generate(writer, requests)]
    return np.array([row[: min(map(len, rows))] for row in rows], np.int32).T.copy()
