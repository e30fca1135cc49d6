"""The calibration factor: what a search over all factors would find, from one reading of the texts."""

from pathlib import Path

import pytest
import torch
from torch.nn import functional

from tempera.models.decoder.texts.batch import Batch
from tempera.models.engine.request import SampleRequest
from tempera.models.evaluation.passages import inputs_and_targets
from tempera.models.networks.checkpoint import load_checkpoint
from tempera.models.networks.decoding import as_decoding_model
from tempera.models.networks.rnn import CharRNN
from tempera.models.sampling_params import SamplingParams
from tempera.models.training.calibration import FACTORS, calibration_factor
from tempera.models.training.trainer import VALIDATION_ROWS
from tests.fixtures_models import write_small

CHARACTERS = 6000


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, torch.Tensor]:
    """A network, and a text that it wrote at T = 1: no other factor than 1 makes the text more probable."""
    folder = write_small(tmp_path_factory.mktemp("honest"), "honest", scale=8.0)
    model, card = load_checkpoint(folder)
    batch = Batch(as_decoding_model(model, card.vocabulary))
    batch.admit(
        0, SampleRequest(model="honest", prompt="\n", params=SamplingParams(temperature=1.0, length=CHARACTERS, seed=3))
    )
    (piece,) = batch.advance(CHARACTERS)
    return folder, torch.tensor(card.vocabulary.encode(piece.text))


def distorted(folder: Path, scale: float) -> CharRNN:
    model, _ = load_checkpoint(folder)
    with torch.no_grad():
        model.output.weight.mul_(scale)
        model.output.bias.mul_(scale)
    return model


@torch.inference_mode()
def searched(model: CharRNN, ids: torch.Tensor) -> float:
    """Try every factor."""
    inputs, targets = inputs_and_targets(ids, VALIDATION_ROWS)
    logits, _ = model(inputs, model.initial_state(torch.zeros(VALIDATION_ROWS, dtype=torch.long)))
    scores, wanted = logits.flatten(0, 1).double(), targets.flatten()
    return float(min(FACTORS, key=lambda factor: functional.cross_entropy(scores * factor, wanted).item()))


@pytest.mark.parametrize("scale", [0.6, 0.75, 1.0, 1.25, 1.9, 4.0])
def test_the_factor_is_the_one_that_a_search_over_all_finds(honest: tuple[Path, torch.Tensor], scale: float) -> None:
    folder, ids = honest
    model = distorted(folder, scale)
    factor = calibration_factor(model, [ids])
    assert factor == searched(model, ids)
    assert factor == pytest.approx(min(max(1 / scale, 0.5), 1.5), rel=0.06)


def test_the_texts_are_read_once(honest: tuple[Path, torch.Tensor]) -> None:
    folder, ids = honest
    model = distorted(folder, 1.0)
    read: list[int] = []
    model.register_forward_hook(lambda _, inputs, __: read.append(inputs[0].numel()))
    calibration_factor(model, [ids])
    assert sum(read) == (len(ids) - 1) // VALIDATION_ROWS * VALIDATION_ROWS
    assert max(read) <= 2048  # at a time: with 8,192 words, logits of 64 MB
