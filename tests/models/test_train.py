"""Training through its command: strict recipes, resume after a kill, honest splits."""

import json
import math
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
import yaml

from models.card import read_card
from models.checkpoint import load_checkpoint
from models.corpus import read_text, streams
from models.errors import BadRecipe
from models.evaluate import evaluate, stream_loss
from models.recipe import read_recipe
from models.release import calibration_factor
from models.run import Data, Run
from models.train import train

ROOT = Path(__file__).parents[2]
WORDS = ["to", "be", "or", "not", "that", "is", "the", "question", "nobler", "mind", "suffer", "slings"]
RECIPE = {
    "name": "toy",
    "title": "Toy",
    "description": "A toy.",
    "languages": ["en"],
    "licence": "MIT",
    "corpora": [{"file": "toy.txt", "title": "Toy text", "licence": "public domain"}],
    "model": {"cell": "lstm", "layers": 1, "hidden_size": 32, "embedding_size": 8},
    "dropout": {"input": 0.1, "between": 0.1, "output": 0.1, "recurrent_weight": 0.1},
    "optimisation": {
        "passes": 4,
        "rows": 8,
        "window": 32,
        "learning_rate": 0.01,
        "betas": [0.9, 0.99],
        "weight_decay": 0.01,
        "warmup_share": 0.1,
        "clip_norm": 1.0,
        "state_reset_probability": 0.05,
        "precision": "fp32",
        "seed": 1,
    },
}


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    choose = random.Random(4)
    text = " ".join(choose.choice(WORDS) + choose.choice(["", "", ",", ".\n"]) for _ in range(5000))
    (tmp_path / "toy.txt").write_text(text)
    return write_recipe(tmp_path, RECIPE)


def write_recipe(folder: Path, content: object) -> Path:
    path = folder / "toy.yaml"
    path.write_text(yaml.safe_dump(content))
    return path


def models_command(recipe: Path, *arguments: str) -> list[str]:
    folder = recipe.parent
    places = ["--checkpoints", str(folder / "checkpoints")]
    train = ["train", str(recipe), "--runs", str(folder / "runs")]
    return [sys.executable, "-m", "models", *places, *train, *arguments]


def run_train(recipe: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(models_command(recipe, *arguments), cwd=ROOT, capture_output=True, text=True, check=False)


def losses(recipe: Path) -> list[str]:
    rows = (recipe.parent / "runs" / "toy" / "losses.csv").read_text().splitlines()
    return [row.rsplit(",", 1)[0] for row in rows]  # all but the seconds


def test_a_run_gives_a_checkpoint_a_curve_and_a_card(recipe: Path) -> None:
    done = run_train(recipe)
    assert done.returncode == 0, done.stderr
    assert "nats/char" in done.stderr
    assert "chars/s" in done.stderr
    assert (recipe.parent / "runs" / "toy" / "losses.png").read_bytes().startswith(b"\x89PNG")
    model, card = load_checkpoint(recipe.parent / "checkpoints" / "toy")
    assert card.training is not None
    text = read_text(recipe.parent / "toy.txt")
    assert card.training.corpora[0].sha256 == text.sha256
    assert card.training.tune_stream_nats_per_character < math.log(len(card.characters)) / 2
    ids = torch.tensor(card.vocabulary.encode(text.split("tune")))
    assert stream_loss(model, ids) == pytest.approx(card.training.tune_stream_nats_per_character, abs=2e-3)
    assert calibration_factor(model, ids) == pytest.approx(1, abs=0.021)


def test_a_killed_run_goes_on_to_the_losses_of_an_unbroken_one(recipe: Path, tmp_path: Path) -> None:
    assert run_train(recipe).returncode == 0
    unbroken = losses(recipe)
    (tmp_path / "runs").rename(tmp_path / "first")
    table = tmp_path / "runs" / "toy" / "losses.csv"
    with subprocess.Popen(models_command(recipe), cwd=ROOT, stderr=subprocess.DEVNULL) as run:
        deadline = time.monotonic() + 60
        while not (table.exists() and len(table.read_text().splitlines()) > 1):  # in the middle of a pass
            assert time.monotonic() < deadline
            time.sleep(0.01)
        os.kill(run.pid, signal.SIGKILL)
    assert 1 < len(losses(recipe)) < len(unbroken)
    assert run_train(recipe).returncode == 2, "a second run must not overwrite the first"
    assert run_train(recipe, "--resume").returncode == 0
    assert losses(recipe) == unbroken


def test_a_last_stage_learns_the_tune_part_too(recipe: Path, tmp_path: Path) -> None:
    assert run_train(recipe).returncode == 0
    folder = tmp_path / "checkpoints" / "toy"
    selected, card = load_checkpoint(folder)
    write_recipe(tmp_path, RECIPE | {"finish": {"passes": 3, "learning_rate": 0.005}})
    assert run_train(recipe, "--resume").returncode == 0
    finished, finished_card = load_checkpoint(folder)
    ids = torch.tensor(card.vocabulary.encode(read_text(recipe.parent / "toy.txt").split("tune")))
    assert stream_loss(finished, ids) < stream_loss(selected, ids)
    assert card.training is not None
    assert finished_card.training is not None
    assert finished_card.training.passes == 7
    assert finished_card.training.calibration_factor == card.training.calibration_factor
    assert finished_card.training.split.endswith("then learned too")


def test_the_state_is_carried_from_window_to_window(recipe: Path, tmp_path: Path) -> None:
    still = {**RECIPE["optimisation"], "state_reset_probability": 0.0}
    no_dropout = dict.fromkeys(RECIPE["dropout"], 0.0)
    write_recipe(tmp_path, RECIPE | {"optimisation": still, "dropout": no_dropout})
    strict = read_recipe(recipe)
    data = Data(strict, recipe)
    run = Run(strict, data, strict.optimisation, data.ids("fit"), None, tmp_path)
    windows = run.windows()
    inputs, targets = next(windows)
    _, carried = run.model(inputs, run.state)
    run.learn(inputs, targets)
    assert torch.equal(run.state, carried)
    assert torch.equal(next(windows)[0][0], targets[-1])


def test_a_changed_text_does_not_resume_an_older_run(recipe: Path, tmp_path: Path) -> None:
    assert run_train(recipe).returncode == 0
    text = tmp_path / "toy.txt"
    text.write_text("".join(reversed(text.read_text())))
    with pytest.raises(BadRecipe, match="another recipe or text"):
        train(recipe, tmp_path / "runs", tmp_path / "checkpoints", resume=True)


def test_a_damaged_resume_file_is_named(recipe: Path, tmp_path: Path) -> None:
    resume = tmp_path / "runs" / "toy" / "resume.pt"
    resume.parent.mkdir(parents=True)
    resume.write_bytes(b"PK\x03\x04 cut short")
    with pytest.raises(BadRecipe, match="delete it to start again"):
        train(recipe, tmp_path / "runs", tmp_path / "checkpoints", resume=True)


def test_a_place_that_cannot_be_written_is_named_before_training(recipe: Path, tmp_path: Path) -> None:
    (tmp_path / "checkpoints").write_text("in the way")
    with pytest.raises(BadRecipe, match="can't be made"):
        train(recipe, tmp_path / "runs", tmp_path / "checkpoints", resume=False)


@pytest.mark.parametrize("content", ["name: a\nname: b\n", "title: 2020-13-45\n", "[" * 3000, "a: \x00"])
def test_what_yaml_would_let_pass_or_choke_on_is_refused(recipe: Path, content: str) -> None:
    recipe.write_text(content)
    with pytest.raises(BadRecipe):
        read_recipe(recipe)


def test_a_changed_recipe_does_not_resume_an_older_run(recipe: Path, tmp_path: Path) -> None:
    assert run_train(recipe).returncode == 0
    changed = RECIPE | {"title": "Another"}
    write_recipe(tmp_path, changed)
    refused = run_train(recipe, "--resume")
    assert refused.returncode == 2
    assert "another recipe" in refused.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"epochs": 3}, "epochs"),
        ({"model": {**RECIPE["model"], "cell": "mamba"}}, "model > cell"),
        ({"model": {**RECIPE["model"], "layers": True}}, "model > layers"),
        ({"optimisation": {**RECIPE["optimisation"], "passes": "many"}}, "optimisation > passes"),
        ({"optimisation": {**RECIPE["optimisation"], "rows": 4096}}, "longer text"),
        ({"dropout": {**RECIPE["dropout"], "input": 1.0}}, "dropout > input"),
        ({"optimisation": {**RECIPE["optimisation"], "betas": [1.5, 0.9]}}, "optimisation > betas"),
        ({"corpora": []}, "corpora"),
        ({"corpora": [{**RECIPE["corpora"][0], "file": "gone.txt"}]}, "gone.txt"),
        ({"name": "../escape"}, "name"),
    ],
)
def test_a_wrong_recipe_is_refused_by_its_key(recipe: Path, tmp_path: Path, change: dict, named: str) -> None:
    write_recipe(tmp_path, RECIPE | change)
    with pytest.raises(BadRecipe, match=named):
        train(recipe, tmp_path / "runs", tmp_path / "checkpoints", resume=False)
    assert not (tmp_path / "runs").exists()
    assert not (tmp_path / "checkpoints").exists()


@pytest.mark.parametrize(("content", "fault"), [(b"\xff" * 2000, "not UTF-8"), (b"short", "at least 1,000")])
def test_an_unusable_text_is_refused(recipe: Path, content: bytes, fault: str) -> None:
    (recipe.parent / "toy.txt").write_bytes(content)
    with pytest.raises(BadRecipe, match=fault):
        train(recipe, recipe.parent / "runs", recipe.parent / "checkpoints", resume=False)


def test_splits_follow_the_one_rule(recipe: Path) -> None:
    text = read_text(recipe.parent / "toy.txt")
    train = int(0.9 * len(text.text))
    assert text.split("train") + text.split("val") == text.text
    assert len(text.split("train")) == train
    assert text.split("fit") + text.split("tune") == text.split("train")
    assert len(text.split("tune")) == train - int(0.95 * train)


def test_streams_wrap_and_keep_the_text_in_order() -> None:
    ids = torch.arange(20)
    cut = streams(ids, 3, 5)
    assert cut.T.flatten().tolist() == [(5 + index) % 20 for index in range(18)]


def test_both_protocols_score_every_character_but_the_first(recipe: Path) -> None:
    assert run_train(recipe).returncode == 0
    folder = recipe.parent / "checkpoints" / "toy"
    model, card = load_checkpoint(folder)
    text = read_text(recipe.parent / "toy.txt").split("val")[:1000]
    ids = torch.tensor(card.vocabulary.encode(text))
    logits, _ = model(ids[:-1].unsqueeze(1), model.initial_state(1))
    nats = -logits[:, 0].log_softmax(1).gather(1, ids[1:].unsqueeze(1)).flatten()
    windows = [
        -model(ids[s : min(s + 256, 999)].unsqueeze(1), model.initial_state(1))[0][:, 0]
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
    command = [sys.executable, "-m", "models", "--checkpoints", str(checkpoints), "evaluate", "tiny", str(strange)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "fewer than two" in done.stderr.splitlines()[-1]


def test_evaluate_counts_what_it_skips_and_says_that_it_does_not_count(recipe: Path, tmp_path: Path) -> None:
    assert run_train(recipe).returncode == 0
    strange = tmp_path / "strange.txt"
    strange.write_text("to be \u611b " * 200)
    folder = tmp_path / "checkpoints" / "toy"
    command = [sys.executable, "-m", "models", "evaluate", str(folder), str(strange), "--split", "all", "--json"]
    done = subprocess.run([*command, "--record"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert json.loads(done.stdout)["skipped"] == 200
    assert "do not count" in done.stderr
    assert read_card(folder).evaluations == ()
