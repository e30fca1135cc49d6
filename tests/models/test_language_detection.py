"""Which language a text is taken for, and how that is measured."""

from pathlib import Path

import pytest
import torch

from tempera.models.decoder.texts.detect_language import FAVOUR_NATS, READ_CHARACTERS, prepared, recognise
from tempera.models.errors import NothingToScore
from tempera.models.evaluation.language_detection import measure_accuracy, regular_snippets
from tempera.models.evaluation.language_likelihoods import log_likelihoods
from tempera.models.formats.card import Architecture, ModelCard
from tempera.models.networks.checkpoint import load_checkpoint
from tempera.models.networks.decoding import as_decoding_model
from tempera.models.networks.rnn import CharRNN
from tempera.models.tokenizers.characters import Vocabulary
from tests.fixtures_models import ASCII
from tests.fixtures_polyglot import HINT, LANGUAGES, STRONG, write_polyglot
from tests.models.command import run_models

EN, FR, JA = range(3)


@pytest.fixture
def polyglot(tmp_path: Path) -> tuple[CharRNN, ModelCard]:
    return load_checkpoint(write_polyglot(tmp_path))


@pytest.mark.parametrize(
    ("text", "likely", "language"),
    [
        ("wé", EN, EN),  # as much for one as for the other
        ("wé", FR, FR),
        ("a", EN, EN),
        ("a", JA, JA),
        ("猫", EN, JA),  # one character that tells
        ("é", JA, FR),
        ("one q", EN, EN),  # a hint is too little
        ("one q", FR, FR),
        ("one qq", EN, FR),
        ("one qh", JA, JA),
        ("w" * 3 + "é" * 4, EN, FR),
    ],
)
def test_another_language_than_the_likely_one_has_to_be_clearly_more_probable(
    polyglot: tuple[CharRNN, ModelCard], text: str, likely: int, language: int
) -> None:
    model, card = polyglot
    assert recognise(as_decoding_model(model, card.vocabulary), text, likely) == language


def test_the_first_of_several_languages_is_likely_when_nobody_says(polyglot: tuple[CharRNN, ModelCard]) -> None:
    model, card = polyglot
    assert recognise(as_decoding_model(model, card.vocabulary), "a") == EN


def test_the_end_of_a_long_text_decides(polyglot: tuple[CharRNN, ModelCard]) -> None:
    model, card = polyglot
    text = "w" * 1000 + "é" * (READ_CHARACTERS // 2 + 1)
    assert recognise(as_decoding_model(model, card.vocabulary), text, EN) == FR
    assert recognise(as_decoding_model(model, card.vocabulary), text[:-2], EN) == EN


def test_probabilities_are_those_of_the_known_network(polyglot: tuple[CharRNN, ModelCard]) -> None:
    model, card = polyglot
    nats = log_likelihoods(model, torch.tensor([prepared(card.vocabulary, "éwqa")]).T)[0]
    assert (nats[FR] - nats[EN]).item() == pytest.approx(HINT, abs=0.01)
    assert (nats[FR] - nats[JA]).item() == pytest.approx(STRONG + HINT, abs=0.01)


def test_probabilities_are_those_that_steps_give() -> None:
    torch.manual_seed(1)
    shape = Architecture(cell="lstm", layers=2, hidden_size=16, embedding_size=8)
    model = CharRNN(shape, len(ASCII), languages=3).eval()
    torch.nn.init.normal_(model.initial)
    ids = torch.randint(len(ASCII), (12, 5))
    nats = log_likelihoods(model, ids)
    for text in range(5):
        for language in range(3):
            state, expected = model.initial_state(torch.tensor([language])), 0.0
            for now, following in zip(ids[:-1, text], ids[1:, text], strict=True):
                logits, state = model.step(now.view(1), state)
                expected += torch.log_softmax(logits, 1)[0, following].item()
            assert nats[text, language].item() == pytest.approx(expected, abs=1e-3)


def test_a_text_without_a_character_to_predict_tells_nothing() -> None:
    shape = Architecture(cell="gru", layers=1, hidden_size=4, embedding_size=4)
    model = CharRNN(shape, 2, languages=2).eval()
    torch.nn.init.normal_(model.initial)
    assert recognise(as_decoding_model(model, Vocabulary(("a", "b"))), "a", likely=1) == 1


def test_snippets_come_from_regular_places() -> None:
    assert regular_snippets("abcdefgh", 3, 2) == ["ab", "de", "gh"]
    assert regular_snippets("ab", 2, 2) == ["ab", "ab"]
    with pytest.raises(NothingToScore):
        regular_snippets("a", 2, 2)


def test_a_measurement_counts_what_snippets_are_taken_for(polyglot: tuple[CharRNN, ModelCard]) -> None:
    model, card = polyglot
    results = measure_accuracy(model, card.vocabulary, {EN: "qwqwqwqé", FR: "qqéé"}, count=4, characters=2)
    assert results[EN].predicted == (3, 1, 0)
    assert results[EN].accuracy(EN) == 0.75
    assert results[FR].predicted == (0, 4, 0)
    assert results[EN].accuracy_against_bias == 0.75
    assert results[FR].accuracy_against_bias == 1.0


def test_a_measurement_tells_who_is_right_against_a_head_start(polyglot: tuple[CharRNN, ModelCard]) -> None:
    model, card = polyglot
    results = measure_accuracy(model, card.vocabulary, {FR: "aqaq"}, count=3, characters=2)
    assert HINT < FAVOUR_NATS < 2 * HINT
    assert (results[FR].accuracy(FR), results[FR].accuracy_against_bias) == (1.0, 0.0)


@pytest.fixture
def texts(tmp_path: Path) -> dict[str, Path]:
    content = {"en": "we know ", "fr": "né ça é ", "ja": "猫夜々"}
    for code, words in content.items():
        (tmp_path / f"{code}.txt").write_text(words * 1000, encoding="utf-8")
    return {code: tmp_path / f"{code}.txt" for code in content}


def test_the_command_prints_a_share_and_a_row_for_each_language(tmp_path: Path, texts: dict[str, Path]) -> None:
    write_polyglot(tmp_path)
    done = run_models(tmp_path, "detect-language", "polyglot", *map(str, texts.values()), "--snippets", "20")
    heading, *rows, last = done.stdout.splitlines()
    assert heading.split()[-3:] == list(LANGUAGES)
    assert [row.split() for row in rows] == [
        ["en", "100.0%", "100.0%", "20", "0", "0"],
        ["fr", "100.0%", "100.0%", "0", "20", "0"],
        ["ja", "100.0%", "100.0%", "0", "0", "20"],
    ]
    assert last == "20 snippets of 60 characters from test of each text, 0 unknown characters skipped"


def test_the_command_refuses_a_language_that_the_model_does_not_speak(tmp_path: Path, texts: dict[str, Path]) -> None:
    write_polyglot(tmp_path)
    done = run_models(tmp_path, "recognise", "polyglot", str(texts["fr"].rename(tmp_path / "de.txt")))
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1] == "models: polyglot doesn't know the language 'de'; it knows: en, fr, ja"


def test_sample_begins_in_the_language_of_its_prompt_or_in_the_one_named(tmp_path: Path) -> None:
    write_polyglot(tmp_path)
    told = run_models(tmp_path, "sample", "polyglot", "--prompt", "éé", "--json")
    assert '"language": "fr"' in told.stdout
    assert "detected language fr" in told.stderr
    named = run_models(tmp_path, "sample", "polyglot", "--prompt", "éé", "--language", "ja", "--json", "--seed", "1")
    assert '"language": "ja"' in named.stdout
    assert named.stderr == ""
