"""The alphabet of a language is taken from its text by a rule."""

from pathlib import Path

import pytest

from tempera.models.formats.card import read_card
from tempera.models.tokenizers.alphabets import alphabet, alphabets
from tests.models.test_train import run_train
from tests.models.toys import RECIPE, toy_text, write_recipe


def test_rare_characters_are_left_out_and_white_space_stays() -> None:
    text = "a" * 100 + "b" * 3 + "c" * 2 + "d"
    assert alphabet(text) == "\n ab"


def test_a_latin_language_has_no_kana_or_kanji_however_frequent() -> None:
    assert alphabet("abç 夜かカ々—" * 10 + "abc" * 20) == "\n abcç—"


def test_a_japanese_alphabet_keeps_of_latin_the_capitals_alone() -> None:
    assert alphabet("夜かカ々。" * 20 + "abÉZ" * 3) == "\n Z。々かカ夜"


def test_a_network_of_one_language_needs_none() -> None:
    assert alphabets({"en": "abc"}) == {}
    assert alphabets({"en": "abc" * 3, "fr": "é" * 3}) == {"en": "\n abc", "fr": "\n é"}


@pytest.mark.slow
def test_training_on_several_languages_notes_their_alphabets(tmp_path: Path) -> None:
    (tmp_path / "toy.txt").write_text(toy_text())
    (tmp_path / "upper.txt").write_text(toy_text().upper())
    corpus = RECIPE["corpora"][0]
    corpora = [corpus | {"language": "en"}, corpus | {"file": "upper.txt", "language": "fr"}]
    quick = RECIPE["optimization"] | {"epochs": 1}
    recipe = write_recipe(tmp_path, RECIPE | {"languages": ["en", "fr"], "corpora": corpora, "optimization": quick})
    done = run_train(recipe)
    assert done.returncode == 0, done.stderr
    card = read_card(tmp_path / "checkpoints" / "toy")
    assert set(card.alphabets["en"]) == set(toy_text()) | {"\n"}
    assert set(card.alphabets["fr"]) == set(toy_text().upper()) | {"\n"}
    assert all(set(sample.text) <= set(card.alphabets[sample.language]) for sample in card.samples)
