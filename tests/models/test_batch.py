"""A text in a crowd is the text alone: whoever joins and leaves, taken up at any place."""

from dataclasses import replace

import pytest
import torch

from tempera.models.decoder.networks.model import DecodingModel
from tempera.models.decoder.texts.batch import Batch
from tempera.models.engine.request import SampleRequest
from tempera.models.formats.card import Architecture
from tempera.models.networks.decoding import as_decoding_model
from tempera.models.networks.rnn import CharRNN
from tempera.models.sampling_params import SamplingParams
from tempera.models.tokenizers.characters import Vocabulary
from tests.fixtures_models import ASCII

VOCABULARY = Vocabulary(tuple(ASCII[:91]))
ROMEO = SampleRequest(model="", prompt="ROMEO:", params=SamplingParams(temperature=1.0, length=240, seed=0))


def network(cell: str = "lstm", hidden_size: int = 48, *, saturated: bool = False) -> DecodingModel:
    """Return a network of odd sizes; a saturated one drives its units to -1 and 1."""
    torch.manual_seed(2)
    shape = Architecture.model_validate({"cell": cell, "layers": 2, "hidden_size": hidden_size, "embedding_size": 20})
    model = CharRNN(shape, len(VOCABULARY)).requires_grad_(requires_grad=False)
    model.output.weight *= 8
    for layer in range(2 if saturated else 0):
        model.get_parameter(f"layers.{layer}.weight_hh").mul_(40)
    return as_decoding_model(model, VOCABULARY)


def neighbour(seed: int) -> SampleRequest:
    """Return a request unlike the others; half of them leave on the way."""
    return SampleRequest(
        model="",
        prompt=ASCII[: 1 + seed % 90],
        params=SamplingParams(
            temperature=seed % 5 / 2,
            top_k=seed % 3 * 20,
            top_p=1.0 if seed % 4 else 0.9,
            length=ROMEO.params.length if seed % 2 else 20 + 7 * seed % 200,
            seed=seed,
        ),
    )


def text(batch: Batch, key: int = 0) -> str:
    """Return one text, whole."""
    written = ""
    while any(row.key == key for row in batch.rows):
        written += "".join(piece.text for piece in batch.advance(16) if piece.key == key)
    return written


def alone(of: DecodingModel, request: SampleRequest = ROMEO) -> str:
    batch = Batch(of)
    batch.admit(0, request)
    return text(batch)


@pytest.mark.parametrize(
    ("cell", "saturated", "rows"),
    [
        *(("lstm", True, rows) for rows in (2, 3, 5, 64)),
        *((cell, False, rows) for cell in ("lstm", "gru", "rnn") for rows in (3, 20)),
    ],
)
def test_same_seed_same_text_in_any_company(cell: str, saturated: bool, rows: int) -> None:
    of = network(cell, saturated=saturated)
    batch = Batch(of)
    for key in range(1, rows):
        batch.admit(key, neighbour(key))
        if key == rows // 2:
            batch.admit(0, ROMEO)
    crowd = text(batch)
    assert crowd == alone(of)
    assert len(crowd) == 240
    assert len(set(crowd)) > 10


@pytest.mark.parametrize("rows", [5, 20])
def test_same_seed_same_text_at_full_width(rows: int) -> None:
    """Sums of so many terms need more bits than those of a small network."""
    of, request = network(hidden_size=512), ROMEO.with_params(length=60)
    batch = Batch(of)
    for key in range(rows):
        batch.admit(key, neighbour(key).with_params(length=60) if key else request)
    assert text(batch) == alone(of, request)


def test_texts_that_join_later_and_are_cancelled_change_nothing() -> None:
    of = network()
    batch, written = Batch(of), ""
    batch.admit(0, ROMEO)
    for key in range(1, 13):
        batch.admit(key, neighbour(key))
        written += "".join(piece.text for piece in batch.advance(16) if piece.key == 0)
        if key % 3 == 0:
            batch.cancel(key - 2)
    assert written + text(batch) == alone(of)


@pytest.mark.parametrize("cut", [1, 63, 64, 65, 150, 239])
def test_a_text_taken_up_again_goes_on_alike(cut: int) -> None:
    of = network()
    whole = alone(of)
    batch = Batch(of)
    for key in range(1, 6):
        batch.admit(key, neighbour(key))
    batch.admit(0, ROMEO.resumed(whole[:cut]))
    assert whole[:cut] + text(batch) == whole


@pytest.mark.parametrize("steps", [1, 7, 16, 5000])
def test_the_size_of_a_chunk_changes_nothing(steps: int) -> None:
    of = network()
    batch, request = Batch(of), ROMEO.with_params(length=200)
    batch.admit(0, request)
    written = ""
    while batch.rows:
        written += "".join(piece.text for piece in batch.advance(steps))
    assert written == alone(of, request)


def test_greedy_takes_the_first_of_equals() -> None:
    torch.manual_seed(3)
    shape = Architecture(cell="gru", layers=1, hidden_size=8, embedding_size=4)
    model = CharRNN(shape, len(VOCABULARY)).requires_grad_(requires_grad=False)
    model.output.weight.zero_()
    model.output.bias[[5, 9]] = 1.0
    assert alone(as_decoding_model(model, VOCABULARY), ROMEO.with_params(temperature=0.0, length=5)) == ASCII[5] * 5


def test_without_a_prompt_a_text_begins_as_after_a_line_end() -> None:
    model = network()
    by_itself, after_line = (alone(model, replace(ROMEO, prompt=prompt)) for prompt in ("", model.opening))
    assert by_itself == after_line
    assert (
        alone(model, replace(ROMEO, prompt=by_itself[:7], first_draw=7))
        == by_itself[7:] + alone(model, replace(ROMEO, prompt=by_itself, first_draw=len(by_itself)))[:7]
    )
