"""Model cards to read: complete, never drifting from the checkpoints, with samples that the weights really write."""

from pathlib import Path

import pytest

from tempera.models.decoder.networks.loading import load
from tempera.models.decoder.texts.batch import Batch
from tempera.models.engine.request import SampleRequest
from tempera.models.evaluation.card_page import page, section
from tempera.models.evaluation.markdown import table, verbatim
from tempera.models.evaluation.samples import samples
from tempera.models.formats.card import ModelCard, read_card, write_card
from tempera.models.formats.card_parts import Corpus, Evaluation, Sample, Training
from tempera.models.formats.checkpoint_files import WEIGHTS_FILE
from tempera.models.library import Library
from tempera.models.networks.checkpoint import load_checkpoint
from tempera.models.networks.decoding import as_decoding_model
from tempera.models.sampling_params import SamplingParams
from tests.fixtures_models import write_small, write_small_words
from tests.models.command import run_models

ROOT = Path(__file__).parents[2]
RELEASED = Library(ROOT / "models" / "checkpoints")


def trained(card: ModelCard) -> ModelCard:
    """A card with everything on it."""
    corpora = [
        Corpus(title=title, file=f"{title}.txt", sha256=digit * 64, characters=1_115_394, licence="public domain")
        for title, digit in (("Plays", "a"), ("Poems", "b"))
    ]
    training = Training(
        corpora=tuple(corpora),
        split="first 90%",
        epochs=3.5,
        training_seconds=90,
        calibration_factor=0.87,
        validation_stream_nats_per_character=1.4561,
    )
    evaluation = Evaluation(
        file="Plays.txt",
        sha256="a" * 64,
        split="test",
        characters=111_540,
        stream_nats_per_character=1.3863,
        win256_nats_per_character=1.4112,
    )
    sample = Sample(language="en", temperature=0.5, text="\nO, what | `a\n\n``` world\n")
    return card.model_copy(update={"training": training, "evaluations": (evaluation,), "samples": (sample,)})


def test_the_page_of_models_says_what_the_cards_say() -> None:
    """After a change of the checkpoints that come with the project: make cards."""
    library = Library(ROOT / "models" / "checkpoints")
    models = [(library.card(name), (library.path(name) / WEIGHTS_FILE).stat().st_size) for name in library.names()]
    assert (ROOT / "docs" / "models.md").read_text(encoding="utf-8") == page(models)


def test_a_card_tells_everything_that_is_known(checkpoints: Path) -> None:
    card = trained(read_card(checkpoints / "tiny"))
    text = section(card, 22_208)
    for fact in (
        "## tiny\n",
        "**Tiny.** Random weights.",
        "Licence: MIT\n",
        "Languages: en\n",
        'Vocabulary: 96 characters: `` !"#$%',
        "Network: 1 x LSTM of 32, embedding of 16\n",
        "Size: 11,168 parameters, 22,208 bytes, sha256 `" + card.weights_sha256,
        f"Text: Plays (public domain); `Plays.txt`, 1,115,394 characters, sha256 `{'a' * 64}`",
        f"Text: Poems (public domain); `Poems.txt`, 1,115,394 characters, sha256 `{'b' * 64}`",
        "Training: first 90%; 3.5 epochs in 1.5 minutes",
        "Validation loss: 1.4561 nats per character (stream)",
        "Calibration factor on the logits: 0.87",
        "| last 10 % of Plays.txt | 111,540 | 1.3863 | 1.4112 | 2.0000 | 2.0359 |",
        "temperature 0.5:\n\n    O, what | `a\n\n    ``` world",
    ):
        assert fact in text


def test_a_card_tells_how_many_words_were_unknown_and_what_they_cost(checkpoints: Path) -> None:
    card = trained(read_card(checkpoints / "tiny"))
    (evaluation,) = card.evaluations
    spelled = evaluation.model_copy(update={"unknown_words": 1234, "spelling_nats_per_character": 0.21})
    text = section(card.model_copy(update={"evaluations": (spelled,)}), 22_208)
    assert "Unknown words in the last 10 % of Plays.txt: 1,234." in text
    assert "accounts for 0.2100 nats per character" in text
    assert "Unknown words" not in section(card, 22_208)


def test_a_card_shows_each_word_once_and_apart_from_the_next(tmp_path: Path) -> None:
    card = read_card(write_small_words(tmp_path, "wordy", "the night, the night\nnight the night,\n" * 3))
    assert {"night", " night"} < set(card.tokens)
    assert "Vocabulary: 6 words: `` night the , ``\n" in section(card, 22_208)


def test_describe_prints_the_stored_card(tmp_path: Path) -> None:
    folder = write_small(tmp_path, "tiny")
    write_card(folder, trained(read_card(folder)))
    weights_bytes = len((folder / WEIGHTS_FILE).read_bytes())
    assert run_models(tmp_path, "describe", "tiny").stdout == section(read_card(folder), weights_bytes) + "\n"


def test_samples_of_a_card_are_what_each_request_alone_would_give(tmp_path: Path) -> None:
    model, card = load_checkpoint(write_small(tmp_path, "tiny", scale=8.0))
    writer = as_decoding_model(model, card.vocabulary)
    written = samples(writer, card)
    assert [sample.temperature for sample in written] == [0.5, 0.8, 1.0]
    for sample in written:
        batch = Batch(writer)
        params = SamplingParams(temperature=sample.temperature, length=300, seed=1)
        batch.admit(0, SampleRequest(model="tiny", prompt="\n", params=params))
        (piece,) = batch.advance(300)
        assert sample.text == piece.text
        assert len(sample.text) == 300
    assert len({sample.text for sample in written}) == 3


@pytest.mark.parametrize("name", RELEASED.names())
def test_the_samples_of_the_released_cards_are_what_their_networks_write(name: str) -> None:
    card = RELEASED.card(name)
    assert samples(load(RELEASED.path(name), card.weights_sha256), card) == card.samples


def test_samples_begin_with_what_the_vocabulary_has(tmp_path: Path) -> None:
    for characters in ("ab ", "ab"):
        model, card = load_checkpoint(write_small(tmp_path, f"only-{len(characters)}", characters))
        assert all(
            set(sample.text) <= set(characters) for sample in samples(as_decoding_model(model, card.vocabulary), card)
        )


def test_the_cards_command_adds_samples_that_are_missing_and_lists_all(tmp_path: Path) -> None:
    for name in ("first", "second"):
        write_small(tmp_path / "checkpoints", name)
    done_already = trained(read_card(tmp_path / "checkpoints" / "second"))
    write_card(tmp_path / "checkpoints" / "second", done_already)
    out = tmp_path / "docs" / "models.md"
    done = run_models(tmp_path / "checkpoints", "cards", "--out", str(out))
    assert done.returncode == 0, done.stderr
    first, second = (read_card(tmp_path / "checkpoints" / name) for name in ("first", "second"))
    assert len(first.samples) == 3
    assert second == done_already
    text = out.read_text()
    assert text.count("\n## ") == 2
    assert "| [first](#first) | en | 1 x LSTM of 32 | 11,168 | 0.0 |  |  |  |\n" in text
    assert (
        "| [second](#second) | en | 1 x LSTM of 32 | 11,168 | 0.0 | last 10 % of Plays.txt | 1.3863 | 1.4112 |" in text
    )


@pytest.mark.parametrize(("text", "block"), [("a\n\nb", "    a\n\n    b"), ("\n\n```\n# a \n", "    ```\n    # a")])
def test_no_text_can_leave_its_block(text: str, block: str) -> None:
    assert verbatim(text) == block


def test_a_bar_stays_in_its_cell() -> None:
    assert table(("a",), [("x|y",)]) == "| a |\n| --- |\n| x&#124;y |"
