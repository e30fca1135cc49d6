"""The comparison of decoding speeds, with a small network and one round."""

from pathlib import Path

import pytest

from benchmarks import decoding
from benchmarks.decoding import (
    ARITHMETIC,
    CHOOSY,
    FAIR_ALONE,
    OURS_ALONE,
    OURS_MANY,
    ROOFLINE,
    STREAMS,
    Contestant,
)
from benchmarks.decoding_plot import plot
from benchmarks.rounds import Wanted, print_rows
from benchmarks.shapes import Goals, Shape, widest
from models.card import Architecture


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_a_round_compares_everyone(cell: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shape = Architecture.model_validate({"cell": cell, "layers": 2, "hidden_size": 32, "embedding_size": 16})
    found = decoding.measure(Shape(cell, shape, 11, Goals({64: Wanted(1e6)})), 1)
    ours = {Contestant("ours", streams) for streams in STREAMS}
    assert ours | {FAIR_ALONE, CHOOSY, ROOFLINE, ARITHMETIC} <= set(found)
    assert all(len(speeds) == 1 and speeds[0] > 0 for speeds in found.values())

    print_rows("Title", decoding.rows(Shape(cell, shape, 11, Goals({64: Wanted(1e6)})), found))
    printed = capsys.readouterr().out.splitlines()
    assert [line for line in printed if "MISSED" in line] == [line for line in printed if "ours, 64 texts  " in line]
    plot(tmp_path / "speeds.png", "Title", found)
    assert (tmp_path / "speeds.png").stat().st_size > 10_000


def test_shares_of_both_ceilings_are_taken_within_a_round() -> None:
    shape = Shape("any", Architecture(cell="rnn", layers=1, hidden_size=1, embedding_size=1), 1)
    found = {FAIR_ALONE: [1.0, 1.0], OURS_ALONE: [30.0, 90.0], ROOFLINE: [100.0, 100.0]}
    found |= {OURS_MANY: [200.0, 100.0], ARITHMETIC: [400.0, 400.0]}
    *_, of_roofline, of_arithmetic = decoding.rows(shape, found)
    assert of_roofline.figures == [30.0, 90.0]
    assert of_arithmetic.figures == [50.0, 25.0]


def test_the_widest_network_is_one_that_is_shipped() -> None:
    shape = widest()
    assert shape.vocabulary_size == len(shape.model.embedding.weight)
    assert shape.architecture == shape.model.architecture
