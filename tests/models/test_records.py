"""Records and pairs: one per line, each from the initial state, written whole."""

import json
import random
import re
from itertools import product
from pathlib import Path

import pytest
import torch

from tempera.models.corpora.layouts import clean_records
from tempera.models.corpora.text import Text
from tempera.models.decoder.networks.loading import load
from tempera.models.engine.request import SampleRequest
from tempera.models.errors import BadRecipe, NoPairs
from tempera.models.evaluation.generation import generate
from tempera.models.evaluation.losses import evaluate, record_loss
from tempera.models.formats.card import ModelCard, read_card
from tempera.models.formats.layouts import END
from tempera.models.networks.checkpoint import load_checkpoint
from tempera.models.networks.records import IGNORED, padded, records_of
from tempera.models.networks.rnn import CharRNN
from tempera.models.sampling_params import SamplingParams
from tempera.models.training.batches import Records
from tempera.models.training.recipe import Optimization
from tests.fixtures_models import write_small
from tests.models.command import run_models
from tests.models.toys import RECIPE

IDS = torch.tensor([0, 1, 2, 0, 3, 0, 1, 2, 3, 0, 2, 0])  # 0 ends a record
CONFIG = Optimization.model_validate_json(json.dumps(RECIPE["optimization"] | {"batch_size": 3}))
WORDS = {"0": "nil", "1": "one", "2": "two", "3": "three"}


def names() -> str:
    drawn = random.Random(1)
    return "".join(
        f"{drawn.choice('BDGKL')}{drawn.choice(['ana', 'ero', 'ilda'])}{drawn.choice(['', 's'])}\n" for _ in range(400)
    )


def pairs() -> str:
    lines = ["".join(digits) for length in (1, 2, 3, 4) for digits in product(WORDS, repeat=length)]
    return "".join(f"{digits}\t{' '.join(WORDS[digit] for digit in digits)}\n" for digits in lines)


def trained(folder: Path, text: str, *options: str) -> Path:
    (folder / "text.txt").write_text(text)
    places = [str(folder / "text.txt"), "--runs", str(folder / "runs"), "--no-samples", "--workers", "1"]
    done = run_models(folder, "train", *places, "--name", "records", "--size", "48", "--layers", "1", *options)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return trained(tmp_path_factory.mktemp("listed"), names(), "--lines", "--minutes", "0.5")


@pytest.fixture(scope="module")
def answering(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("answering")
    return trained(folder, pairs(), "--pairs", "--minutes", "0.5", "--dropout", "0", "--rate", "0.03")


def test_records_are_cut_at_their_ends() -> None:
    assert [record.ids.tolist() for record in records_of(IDS, paired=False)] == [[1, 2], [3], [1, 2, 3], [2]]
    pair, other = records_of(IDS, paired=True)
    assert pair.source is not None
    assert (pair.source.tolist(), pair.ids.tolist()) == ([1, 2], [3])
    assert other.ids.tolist() == [2]


def test_a_padded_batch_predicts_every_record_and_its_end_and_nothing_else() -> None:
    batch = padded(records_of(IDS, paired=False)[:2], 0, 3)
    assert batch.inputs.T.tolist() == [[0, 1, 2], [0, 3, 0], [0, 0, 0]]
    assert batch.targets.T.tolist() == [[1, 2, 0], [3, 0, IGNORED], [IGNORED] * 3]
    assert batch.predictions == 5


@pytest.mark.parametrize("paired", [False, True])
def test_an_epoch_has_every_record_once_in_another_order(paired: bool) -> None:
    draw = torch.Generator().manual_seed(0)
    records = [
        torch.randint(1, 5, (int(length),), generator=draw) for length in torch.randint(1, 9, (100,), generator=draw)
    ]
    ids = torch.cat([torch.tensor([0]), *(torch.cat([record, torch.tensor([0])]) for record in records)])
    batches = Records([ids], CONFIG, paired=paired)
    epochs = []
    for epoch in range(2):
        steps = range(epoch * batches.steps_per_epoch, (epoch + 1) * batches.steps_per_epoch)
        rows = [batch.targets.T[row] for batch in map(batches.batch, steps) for row in range(3)]
        epochs.append([row[row != IGNORED].tolist() for row in rows if (row != IGNORED).any()])
    expected = sorted([*record.tolist(), 0] for record in (records[1::2] if paired else records))
    assert sorted(epochs[0]) == sorted(epochs[1]) == expected
    assert epochs[0] != epochs[1]


def test_padding_changes_no_loss() -> None:
    torch.manual_seed(1)
    model = CharRNN(ModelCard.model_validate_json(json.dumps(CARD)).architecture, 4).eval()
    together = record_loss(model, [IDS], "lines")
    alone = [
        record_loss(model, [torch.tensor([0, *record.ids.tolist(), 0])], "lines")
        for record in records_of(IDS, paired=False)
    ]
    weights = [len(record.ids) + 1 for record in records_of(IDS, paired=False)]
    assert together == pytest.approx(sum(map(float.__mul__, alone, map(float, weights))) / sum(weights), rel=1e-5)


CARD = {
    "name": "x",
    "title": "X",
    "description": "",
    "languages": ["und"],
    "licence": "MIT",
    "architecture": RECIPE["model"],
    "characters": "\nabc",
    "layout": "lines",
    "weights_sha256": "0" * 64,
}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"layout": "pairs"}, "requires an encoder"),
        ({"architecture": RECIPE["model"] | {"encoder": True}}, "requires an encoder"),
        ({"characters": "abc"}, "requires a line end"),
    ],
)
def test_a_card_of_records_can_end_them(change: dict[str, object], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        ModelCard.model_validate_json(json.dumps(CARD | change))


@pytest.mark.parametrize(
    ("text", "paired", "why"),
    [
        ("a\n" * 19, False, "has 19 records; at least 20"),
        ("a\n" * 30 + "b" * 2001, False, "line 31 has 2,001 characters"),
        ("a\tb\n" * 30 + "a b\n", True, "line 31 is no pair"),
        ("a\tb\n" * 30 + "a\tb\tc\n", True, "line 31 is no pair"),
        ("a\tb\n" * 30 + "\tb\n", True, "line 31 is no pair"),
    ],
)
def test_lines_that_are_no_records_are_named(text: str, paired: bool, why: str) -> None:
    with pytest.raises(BadRecipe, match=why):
        clean_records(Text(Path("x.txt"), text, ""), paired=paired)


def test_blank_lines_and_spaces_at_the_end_are_no_records() -> None:
    assert clean_records(Text(Path("x"), "a \n\n  \nb\n" * 20, ""), paired=False).text == "a\nb\n" * 20


@pytest.mark.slow
def test_a_list_is_written_record_by_record(listed: Path) -> None:
    drawn = run_models(listed, "sample", "records", "-n", "200", "--seed", "1").stdout.splitlines()
    assert len(drawn) == 200
    assert sum(name in set(names().split()) for name in drawn) > 100
    assert all(drawn), "no record is empty"
    begun = run_models(listed, "sample", "records", "--prompt", "Bil", "--temperature", "0", "--seed", "1").stdout
    assert begun in {"da\n", "das\n"}
    card = read_card(listed / "records")
    assert (card.layout, card.training and card.training.held_out) == ("lines", "lines")


@pytest.mark.slow
def test_each_record_is_measured_from_the_initial_state(listed: Path) -> None:
    model, card = load_checkpoint(listed / "records")
    one, two = (evaluate(model, card.vocabulary, text, 0, "lines") for text in ("Bana\n", "Bana\n\nBana\nBana"))
    assert one.stream == pytest.approx(two.stream, rel=1e-5)
    assert one.stream < 2.5


@pytest.mark.slow
def test_pairs_are_answered_with_the_output_alone(answering: Path) -> None:
    said = run_models(answering, "translate", "records", "010", " 1302 ")
    assert said.stdout.splitlines() == ["nil one nil", "one three nil two"], said.stderr
    assert run_models(answering, "sample", "records", "--prompt", "10", "--temperature", "0").stdout == "one nil\n"
    measured = run_models(answering, "evaluate", "records", str(answering / "text.txt"), "--split", "test")
    exact = re.search(r"^exact  ([\d.]+)% of 34 outputs$", measured.stdout, re.MULTILINE)
    assert exact, measured.stdout
    assert float(exact[1]) > 85, measured.stdout


@pytest.mark.slow
def test_what_is_no_input_is_refused(answering: Path, listed: Path) -> None:
    for arguments in (["sample", "records"], ["translate", "records", "xyz"]):
        assert run_models(answering, *arguments).returncode == 2
    refused = run_models(listed, "translate", "records", "B")
    assert str(NoPairs("records")) in refused.stderr
    assert END not in read_card(listed / "records").fit_prompt("a\nB").text


@pytest.mark.slow
@pytest.mark.parametrize("temperature", [0.0, 1.0])
def test_an_output_that_was_interrupted_goes_on_as_it_would_have(answering: Path, temperature: float) -> None:
    card = read_card(answering / "records")
    model = load(answering / "records", card.weights_sha256)
    params = SamplingParams(temperature=temperature, length=60, seed=4)
    request = SampleRequest(model="records", prompt="1302", language=0, params=params)
    (whole,) = generate(model, [request])
    cuts = range(1, len(whole))
    assert generate(model, [request.resumed(whole[:cut]) for cut in cuts]) == [whole[cut:] for cut in cuts]


def test_no_record_is_empty_however_likely_its_end_is(tmp_path: Path) -> None:
    write_small(tmp_path, "random", "\nab", layout="lines")
    drawn = run_models(tmp_path, "sample", "random", "-n", "300", "--seed", "1", "--length", "20").stdout
    assert len(drawn.splitlines()) == 300
    assert all(drawn.splitlines())
