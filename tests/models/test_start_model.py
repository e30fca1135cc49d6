"""Training from a model: what it knew stays, new characters start small, and the card says where it comes from."""

from pathlib import Path

import pytest
import torch
import yaml

from tempera.models.errors import BadRecipe
from tempera.models.formats.card import read_card
from tempera.models.networks.checkpoint import load_checkpoint
from tempera.models.networks.rnn import CharRNN
from tempera.models.tokenizers.characters import Vocabulary
from tempera.models.training.recipe import Recipe, read_recipe
from tempera.models.training.start_model import StartModel, load_start
from tests.fixtures_models import ASCII, write_small, write_small_words
from tests.models.command import run_models
from tests.models.toys import RECIPE, toy_text, write_recipe
from tests.models.training import trained

NEW = "éß漢"


def recipe_from(folder: Path, checkpoint: Path, **changes: object) -> Path:
    card = read_card(checkpoint)
    start = {"checkpoint": str(checkpoint), "weights_sha256": card.weights_sha256}
    return write_recipe(folder, RECIPE | {"model": card.architecture.model_dump(), "start": start} | changes)


def start_of(recipe: Path) -> StartModel:
    start = load_start(read_recipe(recipe), recipe)
    assert start is not None
    return start


def test_known_characters_keep_ids_and_odds_and_new_ones_start_unlikely(tmp_path: Path) -> None:
    start = start_of(recipe_from(tmp_path, write_small(tmp_path, "old", ASCII, scale=4.0)))
    grown = start.card.vocabulary.grown(NEW + "abc")
    assert grown.encode("abc\n") == start.card.vocabulary.encode("abc\n")
    assert [grown.token(len(ASCII) + index) for index in range(3)] == sorted(NEW)
    model = CharRNN(start.card.architecture, len(grown))
    model.load_state_dict(start.weights_for(grown))
    before, _ = load_checkpoint(tmp_path / "old")
    ids = torch.tensor(grown.encode("To be, or not")).unsqueeze(1)
    logits, _ = model(ids, model.initial_state(torch.zeros(1, dtype=torch.long)))
    old, _ = before(ids, before.initial_state(torch.zeros(1, dtype=torch.long)))
    assert torch.equal(logits[..., : len(ASCII)], old)
    assert torch.softmax(logits, -1)[..., len(ASCII) :].sum(-1).max() < 0.03
    assert model.embedding.weight[len(ASCII) :].std() < 0.1


def test_characters_that_are_new_come_last_wherever_they_sort() -> None:
    assert Vocabulary(("b", "d")).grown("abcd").characters == ("b", "d", "a", "c")


def test_words_that_are_new_are_the_unknown_word(tmp_path: Path) -> None:
    vocabulary = read_card(write_small_words(tmp_path, "wordy")).vocabulary
    assert vocabulary.grown("gizmo") == vocabulary


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"model": RECIPE["model"] | {"hidden_size": 8}}, "model: must be that of old"),
        ({"start": {"checkpoint": "old", "weights_sha256": "0" * 64}}, "was replaced"),
    ],
)
def test_a_start_that_does_not_fit_is_refused(tmp_path: Path, change: dict[str, object], why: str) -> None:
    recipe = recipe_from(tmp_path, write_small(tmp_path, "old"), **change)
    with pytest.raises(BadRecipe, match=why):
        load_start(read_recipe(recipe), recipe)


@pytest.mark.slow
def test_a_model_goes_on_with_another_text_and_says_where_it_comes_from(tmp_path: Path) -> None:
    (tmp_path / "toy.txt").write_text(toy_text())
    old = trained(write_recipe(tmp_path, RECIPE))
    new = tmp_path / "letter.txt"
    new.write_text(toy_text(1200)[::-1] + NEW)
    places = ["--runs", str(tmp_path / "runs"), "--minutes", "0.1", "--workers", "1", "--no-samples"]
    done = run_models(tmp_path / "checkpoints", "train", str(new), "--from", "toy", *places)
    assert done.returncode == 0, done.stderr
    card, start = read_card(tmp_path / "checkpoints" / "letter"), read_card(old)
    assert card.characters == start.characters + "".join(sorted(NEW))
    assert card.training is not None
    assert card.training.started_from is not None
    assert card.training.started_from.weights_sha256 == start.weights_sha256
    assert card.licence == "unknown; started from toy, MIT"
    shown = run_models(tmp_path / "checkpoints", "describe", "letter").stdout
    assert "Started from: Toy (`toy`, MIT)" in shown
    recipe = Recipe.model_validate(
        yaml.safe_load((tmp_path / "runs" / "letter" / "recipe.yaml").read_text()), strict=False
    )
    assert recipe.optimization.recurrent_learning_rate == pytest.approx(0.004)
