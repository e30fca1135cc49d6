"""A word that the user has finished stays as it is; a beginning is completed; letters stay within their language."""

import re
from pathlib import Path

import pytest

from tempera.models.decoder.networks.loading import load
from tempera.models.engine.request import SampleRequest
from tempera.models.evaluation.generation import generate
from tempera.models.formats.training_words import WORDS_FILE, last_word
from tempera.models.library import Library
from tempera.models.sampling_params import SamplingParams
from tempera.models.tokenizers.words import WordVocabulary

RELEASED = Library(Path(__file__).parents[2] / "models" / "checkpoints")
SEEDS = range(24)


def texts(name: str, prompt: str, language: int = 0, temperature: float = 1.0, **more: int) -> list[str]:
    model = load(RELEASED.path(name), RELEASED.card(name).weights_sha256)
    requests = [
        SampleRequest(
            model=name,
            prompt=prompt,
            language=language,
            params=SamplingParams(temperature=temperature, length=40, seed=seed),
            **more,
        )
        for seed in SEEDS
    ]
    return generate(model, requests)


@pytest.mark.parametrize(
    ("name", "prompt", "language"),
    [
        ("multilingual", "Le chat", 1),
        ("multilingual", "The cat", 0),
        ("multilingual", "Das Mädchen", 2),
        ("multilingual", "el perro", 3),
        ("essays", "What then shall I", 0),
        ("shakespeare", "ROMEO", 0),
        ("shakespeare-words", "The king", 0),
    ],
)
def test_a_word_that_is_whole_stays_as_it_is(name: str, prompt: str, language: int) -> None:
    assert not [text for text in texts(name, prompt, language) if text[0].isalnum()]


@pytest.mark.parametrize(
    ("name", "prompt"),
    [("multilingual", "The ki"), ("shakespeare", "RO"), ("essays", "Amer"), ("essays", "The sea was cal")],
)
def test_a_beginning_that_is_no_word_is_completed(name: str, prompt: str) -> None:
    assert sum(text[0].isalpha() for text in texts(name, prompt)) > len(SEEDS) / 2


def test_a_text_that_goes_on_may_go_on_with_a_word() -> None:
    assert [text for text in texts("essays", "a cat", first_draw=3) if text[0].isalpha()]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Le CHAT", "chat"),
        ("don't", "don't"),
        ("I", ""),
        ("what am I", "i"),
        ("so is t", ""),
        ("il y", "y"),
        ("dit à", "à"),
        ("The cat ", ""),
        ("cat.", ""),
        ("", ""),
        ("吾輩は猫", ""),
        ("in 1914", ""),
    ],
)
def test_the_last_word_is_one_that_a_space_would_end(text: str, word: str) -> None:
    assert last_word(text) == word


def test_no_line_of_words_begins_with_the_space_of_a_word() -> None:
    for text in texts("shakespeare-words", "KING", temperature=1.2):
        assert "\n " not in text
    poem = WordVocabulary.of("a b\n    a b\n    a b\n" * 3, 20)
    indented = poem.forbidden[poem.context_class("a\n")]
    assert not indented[poem.ids["    "]]
    assert indented[poem.ids[" b"]]


def test_japanese_has_no_latin_letters_but_single_initials() -> None:
    written = texts("multilingual", "\n", 4, temperature=1.2) + texts("multilingual", "CHAPITRE X", 4)
    assert not [text for text in written if re.search(r"[a-z]|[A-Z]{2}", text)]
    assert any(re.search(r"[A-Z]", text) for text in written)


def test_a_network_writes_without_its_words_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path in RELEASED.path("essays").iterdir():
        (tmp_path / path.name).write_bytes(b"damaged" if path.name == WORDS_FILE else path.read_bytes())
    assert load(tmp_path, RELEASED.card("essays").weights_sha256).words == ()
    assert "goes on without the words" in capsys.readouterr().err
