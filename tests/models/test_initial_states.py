"""What initial states learn by themselves at the end."""

from pathlib import Path

import pytest
import torch

from tempera.models.decoder.texts.detect_language import recognise
from tempera.models.formats.card import ModelCard
from tempera.models.networks.checkpoint import load_checkpoint
from tempera.models.networks.decoding import as_decoding_model
from tempera.models.networks.rnn import CharRNN
from tempera.models.training.initial_states import train_initial_states
from tests.fixtures_polyglot import HINTS, LANGUAGES, OWN, SHARED, write_polyglot

pytestmark = pytest.mark.slow
Taught = tuple[CharRNN, CharRNN, ModelCard, list[torch.Tensor]]


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> Taught:
    """The network of three languages with all initial states alike, before and after, and the texts it learned from."""
    folder = write_polyglot(tmp_path_factory.mktemp("beginnings"))
    (before, card), after = load_checkpoint(folder), load_checkpoint(folder)[0]
    letters = torch.Generator().manual_seed(1)
    texts = []
    for each in LANGUAGES:
        alphabet = torch.tensor(card.vocabulary.encode(SHARED + OWN[each] + HINTS[each]))
        texts.append(alphabet[torch.randint(len(alphabet), (1000,), generator=letters)])
    forget(before)
    forget(after)
    train_initial_states(after, card.vocabulary, texts)
    return before, after, card, texts


def forget(model: CharRNN) -> None:
    """Make all initial states alike, and the recurrent weights small enough for gradients through 24 steps."""
    torch.nn.init.zeros_(model.initial)
    model.get_parameter("layers.0.weight_hh").mul_(0.11)


@pytest.mark.parametrize(("text", "language"), [("w", 0), ("éaé", 1), ("猫", 2), ("aaaé", 1)])
def test_languages_are_told_apart_from_then_on(taught: Taught, text: str, language: int) -> None:
    before, after, card, _ = taught
    for likely in range(3):
        assert recognise(as_decoding_model(before, card.vocabulary), text, likely) == likely
        assert recognise(as_decoding_model(after, card.vocabulary), text, likely) == language


def test_nothing_but_the_initial_states_changes(taught: Taught) -> None:
    before, after = (model.state_dict() for model in taught[:2])
    changed = {name for name in before if not torch.equal(before[name], after[name])}
    assert changed == {"initial"}
    assert all(parameter.requires_grad for parameter in taught[1].parameters())


def test_the_same_texts_teach_the_same(taught: Taught, tmp_path: Path) -> None:
    _, after, card, texts = taught
    again, _ = load_checkpoint(write_polyglot(tmp_path))
    forget(again)
    torch.manual_seed(5)
    train_initial_states(again, card.vocabulary, texts)
    assert torch.equal(again.initial, after.initial)
