"""Several files, or a folder of them, as one text; and choices without a recipe."""

from pathlib import Path

import pytest

from tempera.models.corpora.text import read_text, read_training_text
from tempera.models.errors import BadRecipe
from tempera.models.formats.card import read_card
from tempera.models.training.recipe import read_recipe
from tests.models.command import run_models
from tests.models.toys import toy_text


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    folder = tmp_path / "letters"
    (folder / "older").mkdir(parents=True)
    (folder / "2.txt").write_text("second " * 100)
    (folder / "1.txt").write_text("first\n" * 100 + "\n")
    (folder / "older" / "3.txt").write_text("third " * 100)
    (folder / "picture.png").write_bytes(bytes(range(256)))
    return folder


def test_a_folder_is_one_text_of_its_text_files(letters: Path) -> None:
    text = read_training_text([letters], "<>")
    parts = ["first\n" * 99 + "first", "second " * 100, "third " * 100]
    assert text.text == "<>".join(parts) + "\n"
    assert text.path == letters
    assert read_training_text([letters / "1.txt", letters / "2.txt"]).text == f"{parts[0]}\n\n\n{parts[1]}\n"


def test_its_checksum_follows_every_file(letters: Path) -> None:
    before = read_training_text([letters]).sha256
    (letters / "older" / "3.txt").write_text("thirD " * 100)
    assert read_training_text([letters]).sha256 != before
    one = letters / "2.txt"
    one.write_text("second " * 200)
    assert read_training_text([one]).sha256 == read_text(one).sha256


def test_what_is_no_text_among_files_is_named(letters: Path, tmp_path: Path) -> None:
    (letters / "bad.txt").write_bytes(b"\xff\xfe")
    with pytest.raises(BadRecipe, match=r"bad\.txt: is not UTF-8"):
        read_training_text([letters])
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadRecipe, match=r"empty: is a folder without text files; their names must end in \.txt"):
        read_training_text([tmp_path / "empty"])


@pytest.mark.slow
def test_choices_are_made_without_a_recipe(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.txt").write_text(toy_text(600))
    texts = [str(tmp_path / "a.txt"), str(tmp_path / "b.txt")]
    knobs = ["--size", "24", "--layers", "1", "--cell", "gru", "--rate", "0.02", "--dropout", "0.2", "--seed", "9"]
    places = ["--name", "both", "--runs", str(tmp_path / "runs"), "--minutes", "0.1", "--workers", "1", "--no-samples"]
    done = run_models(tmp_path / "checkpoints", "train", *texts, *knobs, *places, "--learn-all", "--separator", "#")
    assert done.returncode == 0, done.stderr
    recipe = read_recipe(tmp_path / "runs" / "both" / "recipe.yaml")
    assert recipe.model.model_dump() == {
        "cell": "gru", "layers": 1, "hidden_size": 24, "embedding_size": 24, "encoder": False,
    }  # fmt: skip
    assert recipe.optimization.recurrent_learning_rate == 0.02
    assert recipe.optimization.seed == 9
    assert (recipe.dropout.between, recipe.corpora[0].more_files) == (0.2, (texts[1],))
    assert recipe.finish is not None
    assert recipe.finish.part == "all"
    for reason in ("1 GRU layer of 24: ", "as requested", "learning rates 0.02 and 0.006667: as requested"):
        assert reason in done.stdout
    card = read_card(tmp_path / "checkpoints" / "both")
    assert card.training is not None
    assert card.training.split.startswith("all ")
    assert card.training.learned == "all"
    assert "#" in card.characters


def test_a_recipe_takes_no_text_beside_it_and_no_choices(tmp_path: Path, recipe: Path) -> None:
    done = run_models(tmp_path, "train", str(recipe), str(tmp_path / "toy.txt"))
    assert done.returncode == 2
    assert "can't be trained together with a recipe" in done.stderr
    noted = run_models(tmp_path, "train", str(tmp_path / "gone.yaml"), "--minutes", "3", "--lines")
    assert "models: --minutes has no effect: the recipe says it" in noted.stderr
    assert "models: --lines has no effect" in noted.stderr
    assert run_models(tmp_path, "train", str(tmp_path / "toy.txt"), "--lines", "--pairs").returncode == 2
