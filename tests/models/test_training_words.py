"""Which words a network has seen: what counts as a word, and how surely the file knows."""

import random
from pathlib import Path

import pytest

from tempera.models.errors import BadCheckpoint
from tempera.models.formats.training_words import (
    WORDS_FILE,
    TrainingWords,
    read_training_words,
    words,
    write_training_words,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("KING: O'er the Hill-top, 'tis 3rd.", ["king", "o'er", "the", "hill", "top", "tis", "rd"]),
        ("we’ll don't", ["we'll", "don't"]),
        ("L’été à l’École", ["l'été", "à", "l'école"]),
        ("Straße GROẞ", ["strasse", "gross"]),
        ("吾輩は猫。ある・々", ["吾輩", "輩は", "は猫", "ある", "々"]),
        ("彼はTokyoへ", ["彼は", "tokyo", "へ"]),
        ("한국어 말", ["한국어", "말"]),
        ("... 12 -- \n", []),
    ],
)
def test_what_counts_as_a_word(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def invented(count: int, seed: int) -> set[str]:
    draw = random.Random(seed)
    return {"".join(draw.choices("abcdefghijklmnopqrstuvwxyz", k=9)) for _ in range(count)}


def test_every_seen_word_is_known_and_of_the_unseen_one_in_a_hundred(tmp_path: Path) -> None:
    seen, unseen = invented(20_000, 1), invented(20_000, 2)
    assert write_training_words(tmp_path, [" ".join(seen)]) == len(seen)
    known = read_training_words(tmp_path)
    assert known is not None
    assert all(word in known for word in seen)
    assert sum(word in known for word in unseen - seen) / len(unseen) == pytest.approx(0.01, abs=0.003)
    assert (tmp_path / WORDS_FILE).stat().st_size < 1.25 * len(seen)


def test_a_text_without_words_has_seen_none(tmp_path: Path) -> None:
    assert write_training_words(tmp_path, ["... 12"]) == 0
    known = read_training_words(tmp_path)
    assert known is not None
    assert "word" not in known


def test_without_the_file_nobody_knows(tmp_path: Path) -> None:
    assert read_training_words(tmp_path) is None


@pytest.mark.parametrize("damaged", [slice(0), slice(32), slice(-1), slice(1, None)])
def test_a_damaged_file_is_named(tmp_path: Path, damaged: slice) -> None:
    write_training_words(tmp_path, ["to be or not to be, that is the question"])
    path = tmp_path / WORDS_FILE
    path.write_bytes(path.read_bytes()[damaged])
    with pytest.raises(BadCheckpoint, match="sha256") as refused:
        read_training_words(tmp_path)
    assert refused.value.path == path


def test_a_folder_in_its_place_is_named(tmp_path: Path) -> None:
    (tmp_path / WORDS_FILE).mkdir()
    with pytest.raises(BadCheckpoint, match="can't be read"):
        read_training_words(tmp_path)


def test_an_empty_set_knows_nothing() -> None:
    assert "a" not in TrainingWords.of([])
