"""What earlier versions wrote and what people typed for them still works, under today's names."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
import yaml

from tempera.models.comparison.results import ModelResult
from tempera.models.errors import BadRecipe
from tempera.models.evaluation.card_page import section
from tempera.models.formats.card import read_card
from tempera.models.formats.card_parts import Evaluation, Training
from tempera.models.formats.checkpoint_files import CARD_FILE
from tempera.models.formats.old_names import FIELDS
from tempera.models.training.dataset import Dataset
from tempera.models.training.recipe import read_recipe
from tempera.models.training.run_files import RESUME_FILE
from tempera.models.training.trainer import Trainer
from tests.fixtures_models import write_small
from tests.models.command import run_models
from tests.models.toys import RECIPE, toy_text, write_recipe

EVALUATION: dict[str, Any] = {
    "file": "toy.txt",
    "sha256": "a" * 64,
    "characters": 100,
    "stream_nats_per_character": 1.25,
    "win256_nats_per_character": 1.5,
}
TRAINING: dict[str, Any] = {
    "corpora": [],
    "split": "first 90%",
    "passes": 3.5,
    "training_seconds": 9.0,
    "calibration_factor": 0.9,
    "tune_stream_nats_per_character": 1.2345,
}


def earlier(value: Any) -> Any:
    """Rename all keys to what they were."""
    if isinstance(value, dict):
        return {FIELDS.get(key, key): earlier(content) for key, content in value.items()}
    return [earlier(each) for each in value] if isinstance(value, list) else value


def trainer_of(recipe: Path) -> Trainer:
    content = read_recipe(recipe)
    dataset = Dataset(content, recipe)
    parts = dataset.ids("train"), dataset.ids("validation")
    return Trainer(content, dataset, content.optimization, *parts, recipe.parent / "run")


def test_a_recipe_with_the_earlier_keys_is_the_same_recipe(recipe: Path, tmp_path: Path) -> None:
    today = read_recipe(recipe)
    content = earlier(RECIPE)
    assert {"passes", "rows", "window", "warmup_share"} < content["optimisation"].keys()
    assert read_recipe(write_recipe(tmp_path, content)) == today


def test_a_key_and_its_earlier_name_together_are_refused(tmp_path: Path) -> None:
    both = RECIPE["optimization"] | {"passes": 3}
    with pytest.raises(BadRecipe, match="optimization > passes: Extra inputs"):
        read_recipe(write_recipe(tmp_path, RECIPE | {"optimization": both}))


def test_a_run_begun_by_an_earlier_version_resumes_step_for_step(recipe: Path, tmp_path: Path) -> None:
    unbroken, begun = trainer_of(recipe), trainer_of(recipe)
    for _ in range(5):
        assert begun.train_step() == unbroken.train_step()
    begun.validate()
    begun.save()
    file = tmp_path / "run" / RESUME_FILE
    saved = torch.load(file, weights_only=True)
    signature = saved["signature"]
    for name, former in FIELDS.items():
        signature = signature.replace(f'"{name}":', f'"{former}":')
    assert signature.count('"passes":') == 2
    progress = earlier(saved["progress"])
    assert {"best_tune", "since_assessed"} < progress.keys()
    torch.save(
        {FIELDS.get(key, key): value for key, value in saved.items()} | {"signature": signature, "progress": progress},
        file,
    )
    resumed = trainer_of(recipe)
    resumed.resume()
    assert resumed.progress == begun.progress
    assert resumed.train_step() == unbroken.train_step()


def test_a_card_of_an_earlier_version_shows_todays_names_and_the_same_figures(tmp_path: Path) -> None:
    folder = write_small(tmp_path, "small")
    card = json.loads((folder / CARD_FILE).read_text())
    splits = ("val", "tune", "fit", "train", "all")
    evaluations = [EVALUATION | {"split": split} for split in splits]
    (folder / CARD_FILE).write_text(json.dumps(card | {"training": TRAINING, "evaluations": evaluations}))
    read = read_card(folder)
    names = ["test", "validation", "train", "train+validation", "all"]
    assert [evaluation.split for evaluation in read.evaluations] == names
    assert {evaluation.stream_nats_per_character for evaluation in read.evaluations} == {1.25}
    assert read.training is not None
    assert (read.training.epochs, read.training.validation_stream_nats_per_character) == (3.5, 1.2345)
    assert "Validation loss: 1.2345" in section(read, 1)
    assert "| last 10 % of toy.txt | 100 | 1.2500 |" in section(read, 1)
    (folder / CARD_FILE).write_text(read.model_dump_json())
    assert read_card(folder) == read, "what is written anew means the same"


def test_cards_are_made_with_the_earlier_names_too() -> None:
    assert Training(**TRAINING | {"corpora": ()}).validation_stream_nats_per_character == 1.2345
    assert Evaluation(**EVALUATION, split="val").split == "test"


def test_an_outcome_of_an_earlier_comparison_is_kept() -> None:
    figures = {"epochs": 2.0, "seconds": 1.0, "validation": 1.5, "stream": 1.6, "win256": 1.7}
    curve = [{"epoch": 1.0, "train": 2.0, "validation": 1.9}]
    rest = {"name": "LSTM", "text_sha256": "a", "size": "2 x 8", "parameters": 9, "skipped": 0, "samples": []}
    today = rest | figures | {"curve": curve}
    result = ModelResult.model_validate_json(json.dumps(earlier(today)))
    assert result == ModelResult.model_validate_json(json.dumps(today))
    assert result.curve[0].validation == 1.9


@pytest.mark.parametrize(("typed", "split"), [("val", "test"), ("tune", "validation"), ("fit", "train")])
def test_an_earlier_split_is_read_with_a_hint(checkpoints: Path, tmp_path: Path, typed: str, split: str) -> None:
    text = tmp_path / "toy.txt"
    text.write_text(toy_text())
    done = run_models(checkpoints, "evaluate", "tiny", str(text), "--split", typed)
    assert done.returncode == 0
    assert f"models: --split {typed} is now --split {split}" in done.stderr.splitlines()
    assert f"\n{split} of toy.txt: " in done.stdout


def test_the_earlier_name_of_detect_language_works(tmp_path: Path) -> None:
    write_small(tmp_path, "tiny")
    (tmp_path / "en.txt").write_text(toy_text())
    arguments = ("tiny", str(tmp_path / "en.txt"), "--snippets", "3")
    today, before = (run_models(tmp_path, command, *arguments) for command in ("detect-language", "recognise"))
    assert (before.returncode, before.stdout) == (0, today.stdout)


def test_the_recipes_that_come_with_tempera_use_todays_keys() -> None:
    for path in (Path(__file__).parents[2] / "models" / "recipes").glob("*.yaml"):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        assert content["optimization"].keys().isdisjoint(FIELDS.values())
