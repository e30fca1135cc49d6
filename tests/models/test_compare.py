"""The comparison of cells through its command: equal sizes, one reading each, and no step lost to a kill."""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tempera.models.comparison.ngram import NGram
from tempera.models.comparison.recipes import CELLS, architecture, count_parameters, recipe_for
from tempera.models.comparison.results import ModelResult, fit_ngram
from tempera.models.corpora.text import read_text
from tempera.models.tokenizers.characters import Vocabulary
from tests.models.command import run_models
from tests.patience import wait_for

ROOT = Path(__file__).parents[2]
WORDS = ["to", "be", "or", "not", "that", "is", "the", "question", "nobler", "mind", "suffer", "slings"]


@pytest.fixture
def text(tmp_path: Path) -> Path:
    """Words, but for the last tenth: there the characters are shuffled, and only their frequencies can be learned."""
    choose_recipe = random.Random(4)
    words = " ".join(choose_recipe.choice(WORDS) + choose_recipe.choice(["", "", ",", ".\n"]) for _ in range(4000))
    train = int(0.9 * len(words))
    path = tmp_path / "toy.txt"
    path.write_text(words[:train] + "".join(choose_recipe.sample(words[train:], len(words) - train)))
    return path


def compare_arguments(text: Path) -> list[str]:
    places = ["--out", str(text.parent / "page"), "--runs", str(text.parent / "runs")]
    return ["compare", str(text), *places, "--parameters", "4000", "--minutes-per-cell", "0.001"]


def run_compare(text: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run_models(text.parent, *compare_arguments(text), *arguments)


@pytest.mark.parametrize("vocabulary_size", [65, 2952])
def test_cells_have_equally_many_parameters_within_one_percent(vocabulary_size: int) -> None:
    counts = [count_parameters(architecture(cell, vocabulary_size, 1e6), vocabulary_size) for cell in CELLS]
    assert max(counts) < 1.01 * min(counts)
    assert counts == pytest.approx([1e6] * 3, rel=0.01)


def test_recipes_differ_in_cell_width_and_recurrent_learning_rate_alone(text: Path) -> None:
    own: dict[str, Any] = {
        "name": True,
        "title": True,
        "model": {"cell", "hidden_size"},
        "optimization": {"recurrent_learning_rate"},
    }
    alike = [recipe_for(cell, read_text(text), 1e6, 10).model_dump(exclude=own) for cell in CELLS]
    assert alike[0] == alike[1] == alike[2]


@pytest.mark.slow
def test_one_command_gives_table_curves_and_samples_and_goes_on_after_a_kill(text: Path) -> None:
    runs, page = text.parent / "runs", text.parent / "page"
    command = [sys.executable, "-m", "models", *compare_arguments(text)]
    said = text.parent / "said"
    with said.open("w") as stderr, subprocess.Popen(command, cwd=ROOT, stderr=stderr) as killed:
        wait_for(killed, (runs / "rnn.json").exists, said)
        os.kill(killed.pid, signal.SIGKILL)
    assert not (page / "README.md").exists()
    read = {path.name: path.read_bytes() for path in runs.glob("*.json")}
    done = run_compare(text)
    assert done.returncode == 0, done.stderr
    assert "nats/char" in done.stderr
    assert {path.name: path.read_bytes() for path in runs.glob("*.json")}.items() >= read.items()
    results = [
        ModelResult.model_validate_json((runs / f"{name}.json").read_bytes())
        for name in ("ngram", *CELLS, "transformer")
    ]
    written = (page / "README.md").read_text()
    for result in results:
        assert f"| {result.name} | {result.size} | {result.parameters:,} |" in written
        assert f" | {result.validation:.4f} | {result.stream:.4f} | {result.win256:.4f} | " in written
        assert [sample.temperature for sample in result.samples] == [0.5, 0.8, 1.0]
        assert written.count(f"**{result.name}, temperature 0.8**") == 1
    assert [result.curve != () for result in results] == [False, True, True, True, True]
    assert (page / "losses.png").read_bytes().startswith(b"\x89PNG")

    assert run_compare(text).returncode == 0
    assert (page / "README.md").read_text() == written

    refused = run_compare(text, "--parameters", "5000")
    assert refused.returncode == 2
    assert "another comparison" in refused.stderr.splitlines()[-1]
    text.write_text(text.read_text()[::-1])
    refused = run_compare(text)
    assert refused.returncode == 2
    assert "another text" in refused.stderr.splitlines()[-1]


def test_the_length_of_n_grams_is_chosen_on_the_tune_part(text: Path) -> None:
    parts = read_text(text)
    result = fit_ngram(parts)
    vocabulary = Vocabulary.of(parts.text)
    train, validation, test = (
        np.array(vocabulary.encode(parts.split(part))) for part in ("train", "validation", "test")
    )
    models = {f"{order}-gram": NGram(train, len(vocabulary), order) for order in range(1, 11)}
    assert result.name == min(models, key=lambda name: models[name].loss(validation))
    assert result.name != min(models, key=lambda name: models[name].loss(test))
    chosen = models[result.name]
    assert (result.validation, result.stream, result.win256) == (
        chosen.loss(validation),
        chosen.loss(test),
        chosen.loss(test, 256),
    )


@pytest.mark.parametrize("option", ["--minutes-per-cell", "--parameters"])
@pytest.mark.parametrize("value", ["0", "-1", "nan", "inf", "much"])
def test_a_figure_that_is_no_positive_number_is_refused(text: Path, option: str, value: str) -> None:
    done = run_compare(text, option, value)
    assert done.returncode == 2
    assert option in done.stderr.splitlines()[-1]


def test_a_folder_that_cannot_be_made_is_named(text: Path) -> None:
    done = run_models(text.parent, "compare", str(text), "--runs", str(text / "runs"))
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].endswith("can't be created: Not a directory")
