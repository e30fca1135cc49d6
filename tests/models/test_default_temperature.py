"""A model's default temperature: measured, kept in its card, and read by whatever reads cards."""

import hashlib
import json
from pathlib import Path

import pytest

from tempera.models.decoder.networks.card import read_network_card
from tempera.models.decoder.networks.loading import load
from tempera.models.errors import BadCheckpoint
from tempera.models.evaluation.default_temperature import add_default_temperature, fluencies
from tempera.models.evaluation.fluency import CANDIDATES, Fluency, default_temperature, fluency
from tempera.models.formats.card import read_card, write_card
from tempera.models.formats.checkpoint_files import CARD_FILE
from tempera.models.formats.training_words import WORDS_FILE, TrainingWords, read_training_words
from tempera.models.library import Library
from tests.fixtures_models import write_small
from tests.models.command import run_models

ROOT = Path(__file__).parents[2]
RELEASED = Library(ROOT / "models" / "checkpoints")


@pytest.mark.parametrize(
    ("fluencies", "temperature"),
    [
        ({0.4: Fluency(0.0, 0.0), 0.5: Fluency(0.02, 0.01), 0.6: Fluency(0.021, 0.0)}, 0.5),
        ({0.1: Fluency(0.0, 0.6), 0.2: Fluency(0.0, 0.01), 0.3: Fluency(0.0, 0.011)}, 0.2),
        ({0.8: Fluency(0.0, 0.0), 0.9: Fluency(0.03, 0.0), 1.0: Fluency(0.02, 0.0)}, 1.0),
        ({1.0: Fluency(0.0, 0.0), 1.1: Fluency(0.0, 0.0), 2.0: Fluency(0.0, 0.0)}, 1.0),
        ({0.05: Fluency(0.0, 0.0), 0.5: Fluency(0.5, 0.0)}, None),
        ({}, None),
    ],
)
def test_the_highest_fluent_temperature_up_to_one_is_the_default(
    fluencies: dict[float, Fluency], temperature: float | None
) -> None:
    assert default_temperature(fluencies) == temperature


def test_fluency_is_the_mean_over_the_texts() -> None:
    seen = TrainingWords.of(["so", "it", "goes"])
    looping = "x so it goes so it goes so it goes so it goes x"
    found = fluency(["x so it flies x", looping], seen)
    assert found.unseen_fraction == pytest.approx(1 / 6)
    assert 0.4 < found.loop_fraction < 0.5


def with_words(folder: Path) -> Path:
    """A small model with a list of words that holds every word."""
    model, everything = write_small(folder, "small"), b"\xff"
    (model / WORDS_FILE).write_bytes(hashlib.sha256(everything).digest() + everything)
    return model


def test_a_card_keeps_what_was_measured(tmp_path: Path) -> None:
    folder = with_words(tmp_path)
    before, seen = read_card(folder), read_training_words(folder)
    assert seen is not None
    found = fluencies(load(folder, before.weights_sha256), before, seen)
    assert tuple(found) == CANDIDATES
    add_default_temperature(folder)
    assert default_temperature(found) == 1.0
    assert read_card(folder) == before.model_copy(update={"default_temperature": 1.0})


def test_without_training_words_a_card_stays_as_it_is(tmp_path: Path) -> None:
    folder = write_small(tmp_path, "small")
    before = (folder / CARD_FILE).read_bytes()
    add_default_temperature(folder)
    assert (folder / CARD_FILE).read_bytes() == before


def test_a_card_of_before_is_read_and_the_decoder_reads_both(tmp_path: Path) -> None:
    folder = write_small(tmp_path, "small")
    content = json.loads((folder / CARD_FILE).read_text())
    del content["default_temperature"]
    (folder / CARD_FILE).write_text(json.dumps(content))
    old = read_card(folder)
    assert old.default_temperature is None
    network = read_network_card(folder)
    write_card(folder, old.model_copy(update={"default_temperature": 0.7}))
    assert read_card(folder).default_temperature == 0.7
    assert read_network_card(folder) == network


@pytest.mark.parametrize("value", [-0.1, 2.1, "0.7"])
def test_a_card_with_an_impossible_temperature_is_refused(tmp_path: Path, value: object) -> None:
    folder = write_small(tmp_path, "small")
    content = json.loads((folder / CARD_FILE).read_text()) | {"default_temperature": value}
    (folder / CARD_FILE).write_text(json.dumps(content))
    with pytest.raises(BadCheckpoint, match="default_temperature"):
        read_card(folder)


def test_a_model_that_is_gone_or_damaged_has_no_default(tmp_path: Path) -> None:
    folder = write_small(tmp_path, "small")
    write_card(folder, read_card(folder).model_copy(update={"default_temperature": 0.7}))
    library = Library(tmp_path)
    assert library.default_temperature("small") == 0.7
    assert library.default_temperature("gone") is None
    (folder / CARD_FILE).write_text("{}")
    assert Library(tmp_path).default_temperature("small") is None


@pytest.mark.slow
@pytest.mark.parametrize("name", RELEASED.names())
def test_the_released_cards_hold_what_is_measured(name: str) -> None:
    """After a change of the models or of what is measured: make temperature."""
    folder, card = RELEASED.path(name), RELEASED.card(name)
    seen = read_training_words(folder)
    assert seen is not None
    assert card.default_temperature == default_temperature(fluencies(load(folder, card.weights_sha256), card, seen))


def test_temperature_records_what_its_table_says(tmp_path: Path) -> None:
    card = read_card(with_words(tmp_path))
    done = run_models(tmp_path, "temperature", "small", "--texts", "1", "--length", "60", "--record")
    assert done.returncode == 0, done.stderr
    shown = done.stdout.strip().splitlines()[-1]
    recorded = read_card(tmp_path / "small").default_temperature
    assert shown == f"Default temperature: {'none' if recorded is None else format(recorded, 'g')}"
    assert read_card(tmp_path / "small") == card.model_copy(update={"default_temperature": recorded})


def test_nothing_is_recorded_without_training_words(tmp_path: Path) -> None:
    write_small(tmp_path, "small")
    done = run_models(tmp_path, "temperature", "--texts", "1", "--length", "60", "--record")
    assert done.returncode == 2
    assert "words.bin: is missing; write it with: python -m models words small TEXT.txt" in done.stderr
    assert done.stdout == ""


def test_the_cards_command_measures_what_is_missing(tmp_path: Path) -> None:
    folder = with_words(tmp_path)
    done = run_models(tmp_path, "cards", "--out", str(tmp_path / "models.md"))
    assert done.returncode == 0, done.stderr
    found = read_card(folder)
    assert found.default_temperature == 1.0
    assert "- Default temperature: 1\n" in (tmp_path / "models.md").read_text()
    write_card(folder, found.model_copy(update={"default_temperature": 0.25}))  # kept, as samples are
    assert run_models(tmp_path, "cards", "--out", str(tmp_path / "models.md")).returncode == 0
    assert read_card(folder).default_temperature == 0.25
