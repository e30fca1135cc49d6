"""`python -m models copied`: what it says, refuses and records."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tempera.models.decoder.networks.card import read_network_card
from tempera.models.errors import BadCheckpoint
from tempera.models.evaluation.card_page import section
from tempera.models.formats.card import ModelCard, read_card, write_card
from tempera.models.formats.card_parts import Copied, Corpus, Training
from tempera.models.formats.checkpoint_files import CARD_FILE
from tests.fixtures_models import write_small
from tests.models.command import run_models

BOOK = "".join(f"Line {number}: {number * number} leaves fell on a still morning.\n" for number in range(400))
COPIED = Copied(temperature=0.5, texts=10, characters=10_000, longest=1234, share=0.0123)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A book beside a small model that was trained on it, as its card says."""
    path = tmp_path / "book.txt"
    path.write_text(BOOK)
    folder = write_small(tmp_path, "small")
    corpus = Corpus(
        title="Book",
        file="book.txt",
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        characters=len(BOOK),
        licence="public domain",
    )
    training = Training(
        corpora=(corpus,),
        split="first 90%",
        epochs=1,
        training_seconds=1,
        calibration_factor=1,
        validation_stream_nats_per_character=1,
    )
    write_card(folder, read_card(folder).model_copy(update={"training": training}))
    return path


def copied(book: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return run_models(book.parent, "copied", "small", str(book), *arguments)


def test_a_text_is_checked_and_the_place_of_its_copy_named(book: Path, tmp_path: Path) -> None:
    lines = BOOK.splitlines(keepends=True)
    given = tmp_path / "given.txt"
    given.write_bytes(("Of my own!\n" + "".join(lines[389:391]) + "Mine again.").replace("\n", "\r\n").encode())
    done = copied(book, "--text", str(given))
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert "line 389 of book.txt" in done.stdout
    assert "    Line 389: 151321 leaves fell on a still morning.\n    Line 390: 152100 leaves fell" in done.stdout
    (found,) = json.loads(copied(book, "--text", str(given), "--json").stdout)
    assert found["temperature"] is None
    assert found["longest"] | {"text": ""} == {
        "text": "",
        "length": len("\n" + "".join(lines[389:391])),
        "file": "book.txt",
        "line": 389,
        "character": len("".join(lines[:389])),
    }
    assert found["longest"]["text"] == "\n" + "".join(lines[389:391])


def test_a_near_copy_is_shown_beside_its_original(book: Path, tmp_path: Path) -> None:
    given = tmp_path / "given.txt"
    given.write_text("".join(BOOK.splitlines(keepends=True)[50:52]).replace("2601 leaves", "2601 petals"))
    shown = copied(book, "--text", str(given)).stdout
    assert "Near-copy" not in shown  # six letters are too many edits
    given.write_text("".join(BOOK.splitlines(keepends=True)[50:52]).replace("2601 leaves", "2601 loaves"))
    shown = copied(book, "--text", str(given)).stdout
    assert "characters with 1 edit:" in shown
    assert "2601 loaves" in shown
    assert "after line 51 of book.txt:" in shown
    assert "2601 leaves" in shown


@pytest.mark.slow
def test_a_text_can_come_from_standard_input(book: Path) -> None:
    command = [sys.executable, "-m", "models", "--checkpoints", str(book.parent), "copied", "small", str(book)]
    done = subprocess.run(
        [*command, "--text", "-"],
        input=BOOK[:500],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert "100.00%" in done.stdout


def test_the_models_own_texts_are_measured_at_each_temperature(book: Path) -> None:
    options = ("-n", "2", "--seed", "5", "--json")
    found = json.loads(copied(book, *options).stdout)
    assert [(each["temperature"], each["texts"], each["characters"]) for each in found] == [
        (0.5, 2, 2000),
        (0.8, 2, 2000),
        (1.0, 2, 2000),
    ]
    assert found == json.loads(copied(book, *options).stdout)
    (one,) = json.loads(copied(book, *options, "--temperature", "0.8").stdout)
    assert one == found[1]
    assert [each["share"] for each in found] == [0.0, 0.0, 0.0]


def test_figures_are_recorded_and_shown_and_the_decoder_still_reads_the_card(book: Path) -> None:
    folder = book.parent / "small"
    card, network = read_card(folder), read_network_card(folder)
    (found,) = json.loads(copied(book, "-n", "1", "--temperature", "0.8", "--json", "--record").stdout)
    longest = found["longest"]["length"]
    recorded = Copied(temperature=0.8, texts=1, characters=1000, longest=longest, share=0.0)
    assert read_card(folder) == card.model_copy(update={"copied": (recorded,)})
    assert read_network_card(folder) == network
    assert f"| 0.8 | 1 | 1,000 | {longest} | 0.00% |" in run_models(book.parent, "describe", "small").stdout


def test_a_file_that_the_model_was_not_trained_on_is_named_and_not_recorded(book: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text(BOOK.upper())
    done = run_models(tmp_path, "copied", "small", str(other), "-n", "1", "--temperature", "1")
    assert done.returncode == 0
    assert done.stderr == "models: the card of small doesn't name other.txt as a text that it was trained on\n"
    refused = copied(book, str(other), "-n", "1", "--record")
    assert refused.returncode == 2
    assert "--record needs exactly the model's training texts: book.txt" in refused.stderr
    with_text = copied(book, "--text", str(other), "--record")
    assert with_text.returncode == 2
    assert "leave out --text" in with_text.stderr
    assert read_card(tmp_path / "small").copied == ()


@pytest.mark.usefixtures("book")
def test_what_the_model_could_not_learn_counts_for_a_text_that_is_given_alone(tmp_path: Path) -> None:
    folder = write_small(tmp_path, "sure", "ab")
    card = read_card(folder)
    sampled = run_models(tmp_path, "sample", "sure", "--prompt", "a", "--temperature", "0", "--length", "1000").stdout
    held_out = tmp_path / "held-out.txt"
    held_out.write_text(BOOK + sampled)
    sha256 = hashlib.sha256(held_out.read_bytes()).hexdigest()
    known = read_card(tmp_path / "small").training
    assert known is not None
    corpora = (known.corpora[0].model_copy(update={"sha256": sha256}),)
    command = ("copied", "sure", str(held_out), "-n", "1", "--temperature", "0", "--json")
    (before,) = json.loads(run_models(tmp_path, *command).stdout)
    shares = [before["share"]]
    for learned in ("train+validation", "all"):
        training = known.model_copy(update={"corpora": corpora, "learned": learned})
        write_card(folder, card.model_copy(update={"training": training}))
        (after,) = json.loads(run_models(tmp_path, *command).stdout)
        shares.append(after["share"])
    assert shares == [1.0, 0.0, 1.0]


def test_a_card_shows_its_copies(checkpoints: Path) -> None:
    card = read_card(checkpoints / "tiny")
    assert "| 0.5 | 10 | 10,000 | 1,234 | 1.23% |" in section(card.model_copy(update={"copied": (COPIED,)}), 1)
    assert "longest copy" not in section(card, 1)


@pytest.mark.parametrize(("key", "value"), [("share", 1.1), ("temperature", 3.0), ("longest", -1), ("odd", 1)])
def test_a_card_with_impossible_copies_is_refused(tmp_path: Path, key: str, value: object) -> None:
    folder = write_small(tmp_path, "small")
    content = json.loads((folder / CARD_FILE).read_text()) | {"copied": [COPIED.model_dump() | {key: value}]}
    (folder / CARD_FILE).write_text(json.dumps(content))
    with pytest.raises(BadCheckpoint, match=rf"copied\.0\.{key}"):
        read_card(folder)


def test_a_card_without_copies_is_read(checkpoints: Path) -> None:
    content = json.loads((checkpoints / "tiny" / CARD_FILE).read_text())
    content.pop("copied", None)
    assert ModelCard.model_validate_json(json.dumps(content)).copied == ()
