"""Training from recipes: what is refused, what comes of it, honest splits."""

import json
import math
import random
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
import torch
import yaml

from tempera.models.corpora.text import read_text
from tempera.models.decoder.texts.detect_language import recognise
from tempera.models.errors import BadRecipe
from tempera.models.evaluation.losses import evaluate, stream_loss
from tempera.models.formats.card import read_card
from tempera.models.formats.training_words import read_training_words
from tempera.models.networks.checkpoint import load_checkpoint
from tempera.models.networks.decoding import as_decoding_model
from tempera.models.training.batches import parallel_streams
from tempera.models.training.calibration import calibration_factor
from tempera.models.training.dataset import Dataset
from tempera.models.training.recipe import read_recipe
from tempera.models.training.trainer import Trainer
from tests.models.command import run_models
from tests.models.toys import RECIPE, write_recipe
from tests.models.training import trained


def run_train(recipe: Path) -> CompletedProcess[str]:
    folder = recipe.parent
    return run_models(folder / "checkpoints", "train", str(recipe), "--runs", str(folder / "runs"))


@pytest.mark.slow
def test_a_run_gives_a_checkpoint_a_curve_and_a_card(recipe: Path) -> None:
    done = run_train(recipe)
    assert done.returncode == 0, done.stderr
    assert "nats/char" in done.stderr
    assert "chars/s" in done.stderr
    assert "T 0.8" in done.stdout
    assert (recipe.parent / "runs" / "toy" / "losses.png").read_bytes().startswith(b"\x89PNG")
    model, card = load_checkpoint(recipe.parent / "checkpoints" / "toy")
    assert card.training is not None
    text = read_text(recipe.parent / "toy.txt")
    assert card.training.corpora[0].sha256 == text.sha256
    assert card.training.validation_stream_nats_per_character < math.log(len(card.characters)) / 2
    ids = torch.tensor(card.vocabulary.encode(text.split("validation")))
    assert stream_loss(model, ids) == pytest.approx(card.training.validation_stream_nats_per_character, abs=2e-3)
    assert calibration_factor(model, [ids]) == pytest.approx(1, abs=0.021)
    seen = read_training_words(recipe.parent / "checkpoints" / "toy")
    assert seen is not None
    assert [word in seen for word in ("nobler", "slings", "arrows")] == [True, True, False]
    assert card.default_temperature is not None  # a text of few words is soon learned


@pytest.mark.slow
def test_a_last_stage_learns_the_tune_part_too(recipe: Path, tmp_path: Path) -> None:
    folder = trained(recipe)
    selected, card = load_checkpoint(folder)
    write_recipe(tmp_path, RECIPE | {"finish": {"epochs": 3, "recurrent_learning_rate": 0.005, "learning_rate": 0.005}})
    trained(recipe, resume=True)
    finished, finished_card = load_checkpoint(folder)
    ids = torch.tensor(card.vocabulary.encode(read_text(recipe.parent / "toy.txt").split("validation")))
    assert stream_loss(finished, ids) < stream_loss(selected, ids)
    assert card.training is not None
    assert finished_card.training is not None
    assert finished_card.training.epochs == 7
    assert finished_card.training.calibration_factor == card.training.calibration_factor
    assert finished_card.training.split.endswith("then included in training")


def test_the_state_is_carried_from_window_to_window(recipe: Path, tmp_path: Path) -> None:
    still = {**RECIPE["optimization"], "state_reset_probability": 0.0}
    no_dropout = dict.fromkeys(RECIPE["dropout"], 0.0)
    write_recipe(tmp_path, RECIPE | {"optimization": still, "dropout": no_dropout})
    strict = read_recipe(recipe)
    data = Dataset(strict, recipe)
    trainer = Trainer(strict, data, strict.optimization, data.ids("train"), None, tmp_path)
    batch = trainer.replica.batches.batch(0)
    inputs, targets = batch.inputs, batch.targets
    _, carried = trainer.model(inputs, trainer.replica.initial_states())
    trainer.train_step()
    assert torch.equal(trainer.state, carried)
    following = trainer.replica.batches.batch(1).inputs
    assert torch.equal(following[0], targets[-1])
    _, carried = trainer.model(following, trainer.state)
    trainer.train_step()
    assert torch.equal(trainer.state, carried)


@pytest.mark.slow
def test_a_changed_text_does_not_resume_an_older_run(recipe: Path, tmp_path: Path) -> None:
    trained(recipe)
    text = tmp_path / "toy.txt"
    text.write_text("".join(reversed(text.read_text())))
    with pytest.raises(BadRecipe, match="another recipe or text"):
        trained(recipe, resume=True)


def test_a_damaged_resume_file_is_named(recipe: Path, tmp_path: Path) -> None:
    resume = tmp_path / "runs" / "toy" / "resume.pt"
    resume.parent.mkdir(parents=True)
    resume.write_bytes(b"PK\x03\x04 cut short")
    with pytest.raises(BadRecipe, match="start anew with --restart"):
        trained(recipe, resume=True)


def test_a_place_that_cannot_be_written_is_named_before_training(recipe: Path, tmp_path: Path) -> None:
    (tmp_path / "checkpoints").write_text("in the way")
    with pytest.raises(BadRecipe, match="can't be created"):
        trained(recipe)


@pytest.mark.parametrize("content", ["name: a\nname: b\n", "title: 2020-13-45\n", "[" * 3000, "a: \x00"])
def test_what_yaml_would_let_pass_or_choke_on_is_refused(recipe: Path, content: str) -> None:
    recipe.write_text(content)
    with pytest.raises(BadRecipe):
        read_recipe(recipe)


@pytest.mark.slow
def test_a_changed_recipe_does_not_resume_an_older_run(recipe: Path, tmp_path: Path) -> None:
    trained(recipe)
    write_recipe(tmp_path, RECIPE | {"title": "Another"})
    with pytest.raises(BadRecipe, match="another recipe"):
        trained(recipe, resume=True)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"epochs": 3}, "epochs"),
        ({"model": {**RECIPE["model"], "cell": "mamba"}}, "model > cell"),
        ({"model": {**RECIPE["model"], "layers": True}}, "model > layers"),
        ({"optimization": {**RECIPE["optimization"], "epochs": "many"}}, "optimization > epochs"),
        ({"optimization": {**RECIPE["optimization"], "batch_size": 4096}}, "longer text"),
        ({"dropout": {**RECIPE["dropout"], "input": 1.0}}, "dropout > input"),
        ({"optimization": {**RECIPE["optimization"], "betas": [1.5, 0.9]}}, "optimization > betas"),
        ({"corpora": []}, "corpora"),
        ({"corpora": [{**RECIPE["corpora"][0], "file": "gone.txt"}]}, "gone.txt"),
        ({"name": "../escape"}, "name"),
    ],
)
def test_a_wrong_recipe_is_refused_by_its_key(recipe: Path, tmp_path: Path, change: dict[str, Any], named: str) -> None:
    write_recipe(tmp_path, RECIPE | change)
    with pytest.raises(BadRecipe, match=named):
        trained(recipe)
    assert not (tmp_path / "runs").exists()
    assert not (tmp_path / "checkpoints").exists()


@pytest.mark.parametrize(("content", "message"), [(b"\xff" * 2000, "not UTF-8"), (b"short", "at least 1,000")])
def test_an_unusable_text_is_refused(recipe: Path, content: bytes, message: str) -> None:
    (recipe.parent / "toy.txt").write_bytes(content)
    with pytest.raises(BadRecipe, match=message):
        trained(recipe)


def test_splits_follow_the_one_rule(recipe: Path) -> None:
    text = read_text(recipe.parent / "toy.txt")
    train = int(0.9 * len(text.text))
    assert text.split("train+validation") + text.split("test") == text.text
    assert len(text.split("train+validation")) == train
    assert text.split("train") + text.split("validation") == text.split("train+validation")
    assert len(text.split("validation")) == train - int(0.95 * train)


def test_streams_wrap_and_keep_the_text_in_order() -> None:
    cut = parallel_streams([torch.arange(24), 100 + torch.arange(8)], [3, 1], 0.25, torch.arange(8))
    assert cut.T.flatten().tolist() == [
        *((6 + index) % 24 for index in range(24)),
        *(100 + (2 + index) % 8 for index in range(8)),
    ]


@pytest.mark.slow
def test_both_protocols_score_every_character_but_the_first(recipe: Path) -> None:
    folder = trained(recipe)
    model, card = load_checkpoint(folder)
    text = read_text(recipe.parent / "toy.txt").split("test")[:1000]
    ids = torch.tensor(card.vocabulary.encode(text))
    logits, _ = model(ids[:-1].unsqueeze(1), model.initial_state(torch.tensor([0])))
    nats = -logits[:, 0].log_softmax(1).gather(1, ids[1:].unsqueeze(1)).flatten()
    windows = [
        -model(ids[s : min(s + 256, 999)].unsqueeze(1), model.initial_state(torch.tensor([0])))[0][:, 0]
        .log_softmax(1)
        .gather(1, ids[s + 1 : s + 257].unsqueeze(1))
        .flatten()
        for s in range(0, 999, 256)
    ]
    measured = evaluate(model, card.vocabulary, text)
    assert measured.stream == pytest.approx(nats.mean().item(), abs=1e-4)
    assert measured.win256 == pytest.approx(torch.cat(windows).mean().item(), abs=1e-4)
    assert measured.skipped == 0
    assert read_card(folder).evaluations == ()


def test_a_text_of_strange_characters_alone_cannot_be_scored(checkpoints: Path, tmp_path: Path) -> None:
    strange = tmp_path / "strange.txt"
    strange.write_text("\u611b" * 2000)
    done = run_models(checkpoints, "evaluate", "tiny", str(strange))
    assert done.returncode == 2
    assert "fewer than two" in done.stderr.splitlines()[-1]


@pytest.mark.slow
def test_evaluate_counts_what_it_skips_and_says_that_it_does_not_count(recipe: Path, tmp_path: Path) -> None:
    folder = trained(recipe)
    strange = tmp_path / "strange.txt"
    strange.write_text("to be \u611b " * 200)
    done = run_models(tmp_path, "evaluate", str(folder), str(strange), "--split", "all", "--json", "--record")
    assert done.returncode == 1
    assert json.loads(done.stdout)["skipped"] == 200
    assert "not comparable" in done.stderr
    assert read_card(folder).evaluations == ()


def bilingual(folder: Path) -> Path:
    """Two languages that share letters but not words; the second text is half as long."""
    choose_recipe = random.Random(7)
    for name, words, count in (("xx.txt", ["abc", "bca", "cab"], 4000), ("yy.txt", ["cba", "bac", "acb", "zz"], 2000)):
        (folder / name).write_text(" ".join(choose_recipe.choice(words) for _ in range(count)))
    corpora = [{"file": f"{name}.txt", "title": name, "licence": "MIT", "language": name} for name in ("xx", "yy")]
    return write_recipe(folder, RECIPE | {"languages": ["xx", "yy"], "corpora": corpora})


@pytest.mark.slow
def test_each_language_begins_in_a_state_of_its_own(tmp_path: Path) -> None:
    recipe = bilingual(tmp_path)
    model, card = load_checkpoint(trained(recipe))
    assert card.languages == ("xx", "yy")
    for language, text in enumerate((" abc bca cab", " cba bac acb")):
        ids = torch.tensor(card.vocabulary.encode(text))
        own, other = (stream_loss(model, ids, 1, index) for index in (language, 1 - language))
        assert own < other
        assert recognise(as_decoding_model(model, card.vocabulary), text, likely=1 - language) == language


def test_rows_are_shared_out_by_the_length_of_each_languages_text(tmp_path: Path) -> None:
    recipe = bilingual(tmp_path)
    strict = read_recipe(recipe)
    data = Dataset(strict, recipe)
    trainer = Trainer(strict, data, strict.optimization, data.ids("train"), None, tmp_path)
    assert trainer.replica.batches.rows_by_language == [5, 3]
    unknown_to_the_first = data.vocabulary.ids["z"]
    inputs = trainer.replica.batches.batch(0).inputs
    assert unknown_to_the_first not in inputs[:, :5]
    assert unknown_to_the_first in inputs[:, 5:]


@pytest.mark.parametrize("language", ["zz", None])
def test_a_recipe_names_a_text_for_each_language_and_no_other(tmp_path: Path, language: str | None) -> None:
    recipe = bilingual(tmp_path)
    content = yaml.safe_load(recipe.read_text())
    content["corpora"][1]["language"] = language
    write_recipe(tmp_path, content)
    with pytest.raises(BadRecipe, match="languages"):
        trained(recipe)


def test_the_alphabet_comes_from_the_whole_text(recipe: Path, tmp_path: Path) -> None:
    text = tmp_path / "toy.txt"
    text.write_text(text.read_text() + "Zz")
    data = Dataset(read_recipe(recipe), recipe)
    assert "Z" not in data.texts[0].split("train+validation")
    assert "Z" in data.vocabulary.ids
