"""`python -m models train TEXT`: any text becomes a voice, or is refused for a reason."""

import io
import os
import shutil
from contextlib import redirect_stdout
from pathlib import Path

import click
import pytest

from tempera.models.auto_recipe.for_text import _cores
from tempera.models.cli.main import models
from tempera.models.corpora.text import read_text
from tempera.models.errors import BadRecipe, RunFinished
from tempera.models.formats.card import read_card
from tempera.models.library import Library
from tests.models.toys import toy_text


def run_train(arguments: list[str]) -> int:
    """Run the command without turning its errors into messages."""
    with models.make_context("models", list(arguments)) as context:
        return int(click.Group.invoke(models, context) or 0)


def train_text(text: Path, *arguments: str) -> Path:
    """Run the command in this process; 0.1 minutes are over before the first step, so it takes the fewest."""
    folder = text.parent
    places = ["--checkpoints", str(folder / "checkpoints"), "train", str(text), "--runs", str(folder / "runs")]
    assert run_train([*places, "--minutes", "0.1", "--workers", "1", *arguments]) == 0
    return folder / "checkpoints"


def write_diary(folder: Path) -> Path:
    path = folder / "My_Diary 2026.txt"
    path.write_bytes(toy_text(1000).replace("\n", "\r\n").encode())
    return path


@pytest.fixture
def diary(tmp_path: Path) -> Path:
    return write_diary(tmp_path)


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A diary that was trained on, and what was said of it."""
    diary = write_diary(tmp_path_factory.mktemp("learned"))
    with redirect_stdout(io.StringIO()) as said:
        train_text(diary)
    return diary, said.getvalue()


@pytest.mark.slow
def test_a_text_becomes_a_voice_named_after_its_file(learned: tuple[Path, str]) -> None:
    diary, said = learned
    card = Library(diary.parent / "checkpoints").card("my-diary-2026")
    assert (card.title, card.languages) == ("My diary 2026", ("und",))
    assert "\r" not in card.characters
    for words in ("LSTM layers of 64", "dropout", "batches of", "bf16", "epochs", "very little text"):
        assert words in said


@pytest.mark.parametrize("line_end", ["\r\n", "\r", "\n"])
def test_lines_may_end_in_any_way(tmp_path: Path, line_end: str) -> None:
    text = tmp_path / "lines.txt"
    text.write_bytes(toy_text().replace("\n", line_end).encode())
    assert read_text(text).text == toy_text()


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadRecipe, match=r"gone\.txt: can't be read: No such file or directory$"):
        train_text(tmp_path / "gone.txt")


def test_a_file_name_that_gives_no_name_asks_for_one(tmp_path: Path) -> None:
    text = tmp_path / "日記.txt"
    text.write_text(toy_text())
    with pytest.raises(BadRecipe, match=r"日記\.txt: can't derive a model name from the file name.*with --name"):
        train_text(text)


@pytest.mark.slow
def test_its_recipe_repeats_the_run(learned: tuple[Path, str], tmp_path: Path) -> None:
    folder = learned[0].parent
    recipe = tmp_path / "recipe.yaml"
    shutil.copy(folder / "runs" / "my-diary-2026" / "recipe.yaml", recipe)
    first, second = (read_card(place / "my-diary-2026") for place in (folder / "checkpoints", train_text(recipe)))
    assert second.weights_sha256 == first.weights_sha256


@pytest.mark.parametrize("language", ["", "English", "en us"])
def test_a_language_is_given_by_its_code(diary: Path, language: str) -> None:
    with pytest.raises(click.BadParameter, match="is not a language code such as en or pt-BR"):
        train_text(diary, "--language", language)


@pytest.mark.slow
def test_a_text_goes_on_with_the_recipe_it_began_with(
    learned: tuple[Path, str], capsys: pytest.CaptureFixture[str]
) -> None:
    diary, voice = learned[0], learned[0].parent / "checkpoints" / "my-diary-2026"
    before = read_card(voice)
    with pytest.raises(BadRecipe, match="continue it with --resume, or start anew with --restart"):
        train_text(diary)
    shutil.rmtree(voice)  # as if it had been interrupted before the end
    train_text(diary, "--resume")
    assert "LSTM layers" not in capsys.readouterr().out
    assert read_card(voice) == before


@pytest.mark.slow
def test_a_finished_run_says_so_and_names_what_has_no_effect(
    learned: tuple[Path, str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(RunFinished, match=r"is finished.*--restart --minutes N.*--from my-diary-2026"):
        train_text(learned[0], "--resume", "--language", "de")
    assert "models: --language has no effect: it was fixed when the run began" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize(
    ("exists", "why"), [(True, "is the run of .*2026.txt, not of .*--name"), (False, "No such file")]
)
def test_a_run_goes_on_with_no_other_text(learned: tuple[Path, str], tmp_path: Path, exists: bool, why: str) -> None:
    diary, other = learned[0], tmp_path / "My_Diary 2026.txt"
    if exists:
        other.write_text(toy_text()[::-1])
    places = ["--checkpoints", str(tmp_path), "train", str(other), "--runs", str(diary.parent / "runs")]
    with pytest.raises(BadRecipe, match=why):
        run_train([*places, "--resume"])


@pytest.mark.slow
def test_a_text_that_has_changed_is_not_resumed(tmp_path: Path) -> None:
    diary = write_diary(tmp_path)
    train_text(diary)
    diary.write_bytes(diary.read_bytes()[::-1])
    shutil.rmtree(tmp_path / "checkpoints")
    with pytest.raises(BadRecipe, match="has changed since the recipe was made"):
        train_text(diary, "--resume")


@pytest.mark.slow
def test_an_edited_recipe_starts_its_run_anew(tmp_path: Path) -> None:
    train_text(write_diary(tmp_path))
    recipe = tmp_path / "runs" / "my-diary-2026" / "recipe.yaml"
    recipe.write_text(recipe.read_text().replace("seed: 1", "seed: 2"))
    before = read_card(tmp_path / "checkpoints" / "my-diary-2026")
    places = ["--checkpoints", str(tmp_path / "checkpoints"), "train", str(recipe), "--runs", str(tmp_path / "runs")]
    with pytest.raises(BadRecipe, match="--restart"):
        run_train(places)
    assert run_train([*places, "--restart", "--no-samples"]) == 0
    assert read_card(tmp_path / "checkpoints" / "my-diary-2026").weights_sha256 != before.weights_sha256


@pytest.mark.slow
def test_a_text_starts_anew_and_replaces_its_own_model_alone(tmp_path: Path, checkpoints: Path) -> None:
    diary = write_diary(tmp_path)
    train_text(diary)
    train_text(diary, "--restart", "--seed", "5")
    card = read_card(tmp_path / "checkpoints" / "my-diary-2026")
    shutil.copytree(checkpoints / "tiny", tmp_path / "checkpoints" / "my-diary-2026", dirs_exist_ok=True)
    with pytest.raises(BadRecipe, match="already exists"):
        train_text(diary, "--restart")
    assert card.training is not None


def test_a_model_that_is_there_is_not_overwritten(diary: Path, checkpoints: Path) -> None:
    places = ["--checkpoints", str(checkpoints), "train", str(diary), "--name", "tiny", "--runs", str(diary.parent)]
    with pytest.raises(BadRecipe, match="choose another name with --name"):
        run_train(places)


@pytest.mark.parametrize("name", ["", "../escape", "Big", "a" * 33, "a\n"])
def test_a_name_that_is_none_is_refused(tmp_path: Path, name: str) -> None:
    text = tmp_path / "日記.txt"
    text.write_text(toy_text())
    with pytest.raises(BadRecipe, match="with --name"):
        train_text(text, "--name", name)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"hello", "has 5 characters; at least 1,000 are required"),
        (b"a" * 5000, "repeats a single character"),
        (b" \n\t" * 2000, "only white space"),
        (bytes(range(256)) * 20, "not UTF-8.*save it as plain text in UTF-8"),
        (b"text \0 and more " * 200, "NUL characters"),
        (toy_text(1000).encode("utf-16"), "not UTF-8"),
        (toy_text(1000).encode("utf-16-le"), "NUL characters"),
    ],
)
def test_a_file_that_is_no_text_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    text = tmp_path / "odd.txt"
    text.write_bytes(content)
    with pytest.raises(BadRecipe, match=message):
        train_text(text)
    assert not (tmp_path / "runs").exists()


def test_all_cores_count_where_the_system_does_not_tell_which_are_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 3)
    assert _cores() == 3
