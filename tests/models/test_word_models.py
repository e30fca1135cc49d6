"""Networks of words through the engine and the commands, as any other."""

import asyncio
import json
import math
import os
import re
import signal
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from tempera.models.corpora.text import read_text
from tempera.models.engine.engine import Engine
from tempera.models.engine.request import SampleRequest
from tempera.models.errors import BadCheckpoint, BadRecipe, PromptEmpty
from tempera.models.evaluation.losses import evaluate, stream_loss
from tempera.models.formats.card import read_card
from tempera.models.formats.checkpoint_files import CARD_FILE
from tempera.models.library import Library
from tempera.models.networks.checkpoint import load_checkpoint
from tempera.models.sampling_params import SamplingParams
from tempera.models.tokenizers.words import WordVocabulary, tokenize
from tempera.models.training.recipe import read_recipe
from tests.fixtures_models import PLAY, write_small, write_small_words
from tests.models.command import run_models
from tests.models.test_engine import joined, written
from tests.models.test_train import run_train
from tests.models.toys import RECIPE, losses, write_recipe

ROMEO = SampleRequest(model="wordy", prompt="ROMEO:", params=SamplingParams(temperature=1.5, length=200, seed=7))
LONG = ROMEO.with_params(length=4000)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("words")
    write_small_words(folder, "wordy", scale=4.0)
    write_small(folder, "tiny", scale=8.0)
    return folder


@pytest.fixture(scope="module")
async def engine(folder: Path) -> AsyncIterator[Engine]:
    async with Engine(Library(folder)) as engine:
        yield engine


async def test_a_length_is_counted_in_characters(engine: Engine) -> None:
    text = await written(engine, LONG)
    assert 3980 < len(text) <= 4000
    assert set(tokenize("ROMEO:" + text)) <= set(read_card(engine._library.path("wordy")).tokens)


async def test_same_seed_same_text_alone_and_among_others_of_both_kinds(engine: Engine) -> None:
    alone = await written(engine, ROMEO.with_params(length=400))
    others = [
        replace(ROMEO, model=("wordy", "tiny")[seed % 2]).with_params(seed=seed, length=20 + 9 * seed, top_k=seed % 3)
        for seed in range(40)
    ]
    texts = await asyncio.gather(*(written(engine, other) for other in [*others, ROMEO.with_params(length=400)]))
    assert texts[-1] == alone
    assert all(
        other.params.length - 20 < len(text) <= other.params.length for other, text in zip(others, texts, strict=False)
    )


@pytest.mark.slow
async def test_a_killed_decoder_goes_on_to_the_same_text(engine: Engine) -> None:
    whole = await written(engine, LONG)
    stream = engine.stream(LONG.with_params(stop="no such#"))
    begun = await anext(stream)
    assert engine.decoder_pid
    os.kill(engine.decoder_pid, signal.SIGKILL)
    assert begun + await joined(stream) == whole
    assert len(begun) < len(whole)


async def test_three_texts_that_go_on_are_one_long_text(engine: Engine) -> None:
    whole = await written(engine, LONG)
    request, text = ROMEO, ""
    for _ in range(3):
        text += await written(engine, request)
        request = ROMEO.after(text).with_params(length=200)
    assert 560 < len(text) <= 600
    assert whole.startswith(text)


def test_sample_reports_words_in_other_forms_and_words_it_does_not_know(folder: Path) -> None:
    done = run_models(
        folder, "sample", "wordy", "--prompt", "Come, NIGHT gizmo", "--length", "50", "--json", "--seed", "1"
    )
    assert json.loads(done.stdout)["prompt"] == "Come, night gizmo"
    assert done.stderr.splitlines() == [
        "models: NIGHT read as night",
        "models: not in the model's vocabulary: gizmo",
    ]


def test_a_prompt_without_a_known_word_is_refused(folder: Path) -> None:
    with pytest.raises(PromptEmpty) as refused:
        Library(folder).fit_prompt("wordy", "gizmo 漢字")
    assert (refused.value.dropped, refused.value.unit) == (("gizmo", "漢字"), "word")
    assert run_models(folder, "sample", "wordy", "--prompt", "gizmo").stderr.endswith("prompt's words: gizmo\n")


def test_list_and_describe_tell_words_from_characters(folder: Path) -> None:
    known = len(read_card(folder / "wordy").tokens)
    listed = run_models(folder, "list").stdout
    assert re.search(rf" {known} words +en +Wordy\n", listed)
    assert re.search(r" 96 chars +en +Tiny\n", listed)
    assert f"Vocabulary: {known} words: " in run_models(folder, "describe", "wordy").stdout


def test_describe_shows_some_of_many_words(tmp_path: Path) -> None:
    write_small_words(tmp_path, "many", " ".join(f"w{index}" for index in range(500)) * 2)
    lines = run_models(tmp_path, "describe", "many").stdout.splitlines()
    vocabulary = next(line for line in lines if "Vocabulary" in line)
    assert vocabulary.endswith(" and more")
    assert len(vocabulary) < 400


@pytest.mark.parametrize(
    ("change", "message"),
    [({"tokens": ["a", "a"]}, "twice"), ({"tokens": []}, "tokens"), ({"characters": "ab"}, "characters")],
)
def test_a_card_names_each_word_once_and_no_characters(tmp_path: Path, change: dict[str, object], message: str) -> None:
    path = write_small_words(tmp_path, "small") / CARD_FILE
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(BadCheckpoint, match=message):
        read_card(path.parent)


WORDS = RECIPE | {"unit": "word", "vocabulary_size": 40}


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    (tmp_path / "toy.txt").write_text(PLAY * 40)
    return write_recipe(tmp_path, WORDS)


@pytest.mark.slow
def test_a_run_over_words_gives_a_checkpoint_and_true_labels(recipe: Path) -> None:
    done = run_train(recipe)
    assert done.returncode == 0, done.stderr
    assert "nats/token" in done.stderr
    assert "tokens/s" in done.stderr
    assert "char" not in done.stderr
    model, card = load_checkpoint(recipe.parent / "checkpoints" / "toy")
    assert (card.unit, len(card.vocabulary), card.characters) == ("word", 40, "")
    assert card.training is not None
    validation = read_text(recipe.parent / "toy.txt").split("validation")
    vocabulary = card.vocabulary
    ids = vocabulary.encode(validation)
    assert isinstance(vocabulary, WordVocabulary)
    spelling = sum(vocabulary.spelling_nats(token) for token in tokenize(validation) if token not in vocabulary.ids)
    nats = stream_loss(model, torch.tensor(ids)) * len(ids) + spelling
    assert card.training.validation_stream_nats_per_character == pytest.approx(nats / len(validation), abs=2e-3)
    validation_losses = [float(row.split(",")[2]) for row in losses(recipe)[1:]]
    assert validation_losses[-1] < validation_losses[0] < math.log(40)


@pytest.mark.parametrize("change", [{"unit": "character"}, {"vocabulary_size": None}, {"vocabulary_size": 3}])
def test_a_vocabulary_size_stands_beside_words_alone(tmp_path: Path, change: dict[str, object]) -> None:
    with pytest.raises(BadRecipe, match="vocabulary_size"):
        read_recipe(write_recipe(tmp_path, WORDS | change))


def test_both_protocols_count_tokens_and_share_their_cost_out_over_characters(folder: Path) -> None:
    model, card = load_checkpoint(folder / "wordy")
    text = (PLAY + "Gizmo, the gizmo.\n\n") * 30
    assert isinstance(card.vocabulary, WordVocabulary)
    ids = torch.tensor(card.vocabulary.encode(text))
    logits, _ = model(ids[:-1].unsqueeze(1), model.initial_state(torch.tensor([0])))
    nats = -logits[:, 0].log_softmax(1).gather(1, ids[1:].unsqueeze(1)).mean().item()
    measured = evaluate(model, card.vocabulary, text)
    assert (measured.characters, measured.tokens, measured.skipped) == (len(text), len(ids), 0)
    assert measured.stream_per_token == pytest.approx(nats, abs=1e-4)
    assert measured.win256_per_token != measured.stream_per_token
    assert (measured.unknown_words, measured.unknown) == (60, ("Gizmo", " gizmo"))
    spelling = 30 * (card.vocabulary.spelling_nats("Gizmo") + card.vocabulary.spelling_nats(" gizmo"))
    assert measured.spelling == pytest.approx(spelling / len(text))
    for per_character, per_token in (
        (measured.stream, measured.stream_per_token),
        (measured.win256, measured.win256_per_token),
    ):
        assert per_character * len(text) == pytest.approx(per_token * len(ids) + spelling)


def test_evaluate_names_unknown_words_says_their_cost_and_counts(folder: Path, tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text((PLAY + "Gizmo, the gizmo.\n\n") * 30)
    done = run_models(folder, "evaluate", "wordy", str(text), "--split", "all", "--record")
    assert done.returncode == 0
    assert "nats/token" in done.stdout
    assert " 60 of them unknown words (" in done.stdout
    assert done.stdout.endswith("most frequent: Gizmo gizmo\n")
    (reading,) = read_card(folder / "wordy").evaluations
    assert reading.unknown_words == 60
    assert 0 < reading.spelling_nats_per_character < reading.stream_nats_per_character


def test_a_text_of_unknown_words_alone_cannot_be_scored(folder: Path, tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text("gizmo " * 500)
    done = run_models(folder, "evaluate", "wordy", str(text), "--split", "all")
    assert done.returncode == 2
    assert "fewer than two" in done.stderr
