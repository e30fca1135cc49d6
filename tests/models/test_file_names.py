"""Files with names that aren't UTF-8."""

import os
from pathlib import Path

import pytest

from tempera.models.formats.card import read_card
from tempera.models.formats.card_parts import Corpus
from tempera.models.formats.file_names import shown_name, stored_name, stored_path
from tests.models.processes import ASCII_LOCALE, run
from tests.models.toys import RECIPE, toy_text, write_recipe

LATIN_1 = os.fsdecode(b"caf\351 poems.txt")


@pytest.fixture
def poems(tmp_path: Path) -> Path:
    path = tmp_path / LATIN_1
    path.write_text(toy_text(1000))
    return path


def test_a_name_that_is_not_utf_8_is_stored_and_found_again(poems: Path) -> None:
    assert stored_name(LATIN_1) == r"caf\xe9 poems.txt"
    assert shown_name(LATIN_1) == "caf\ufffd poems.txt"
    assert stored_path(poems.parent, r"caf\xe9 poems.txt") == poems
    corpus = Corpus(title="Poems", file=LATIN_1, sha256="0" * 64, characters=1, licence="unknown")
    assert corpus.model_dump_json().encode()


def test_a_name_with_a_backslash_is_its_own(tmp_path: Path) -> None:
    literal = tmp_path / r"caf\xe9 poems.txt"
    literal.write_text("")
    (tmp_path / LATIN_1).write_text("")
    assert stored_path(tmp_path, stored_name(literal.name)) == literal


@pytest.mark.parametrize("name", ["日記.txt", "a b.txt", "100%.txt"])
def test_other_names_stay_as_they_are(tmp_path: Path, name: str) -> None:
    assert stored_name(name) == shown_name(name) == name
    assert stored_path(tmp_path, name) == tmp_path / name
    assert stored_path(tmp_path, f"/elsewhere/{name}") == Path("/elsewhere") / name


@pytest.mark.slow
@pytest.mark.parametrize("env", [{}, {"PYTHONIOENCODING": "ascii:strict"}, ASCII_LOCALE], ids=str)
def test_a_text_of_any_name_is_trained_on(poems: Path, env: dict[str, str]) -> None:
    folder = poems.parent
    japanese = poems.rename(folder / "日記 \udce9.txt") if env else poems
    given = ("--checkpoints", folder / "c", "train", japanese, "--runs", folder / "r", "--workers", "1")
    done = run(*given, "--name", "poems", "--minutes", "0.1", env=env)
    assert done.returncode == 0, done.stderr
    card = read_card(folder / "c" / "poems")
    assert card.training
    assert card.training.corpora[0].file == (r"日記 \xe9.txt" if env else r"caf\xe9 poems.txt")
    assert "\ufffd" in card.title
    measured = run("--checkpoints", folder / "c", "evaluate", "poems", japanese, "--record", env=env)
    assert measured.returncode == 0, measured.stderr
    assert run("--checkpoints", folder / "c", "describe", "poems", env=env).returncode == 0


@pytest.mark.slow
def test_a_recipe_names_it_as_text(poems: Path) -> None:
    corpus = {"file": r"caf\xe9 poems.txt", "title": "Poems", "licence": "public domain"}
    recipe = write_recipe(poems.parent, RECIPE | {"corpora": [corpus]})
    folder = poems.parent
    done = run("--checkpoints", folder / "c", "train", recipe, "--runs", folder / "caf\udce9", "--no-samples")
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_a_name_that_is_nowhere_is_told(tmp_path: Path) -> None:
    done = run("train", tmp_path / LATIN_1, env=ASCII_LOCALE)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert r"caf\udce9 poems.txt: can't be read: No such file or directory" in done.stderr
