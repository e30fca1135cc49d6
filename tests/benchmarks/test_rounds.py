"""Rounds, ratios within them, and the roofline that stands beside them."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.roofline import bandwidths, multiplier, weight_bytes
from benchmarks.rounds import Row, Wanted, interleaved, print_rows, ratios, write_csv
from models.card import Architecture
from models.rnn import CharRNN


def test_everyone_takes_turns_and_the_first_round_does_not_count() -> None:
    order, counted = [], Counter()

    def turn(name: str) -> float:
        order.append(name)
        counted[name] += 1
        return counted[name]

    found = interleaved({"a": lambda: turn("a"), "b": lambda: turn("b")}, 2)
    assert order == ["a", "b"] * 3
    assert found == {"a": [2, 3], "b": [2, 3]}


def test_ratios_are_taken_within_a_round(capsys: pytest.CaptureFixture[str]) -> None:
    row = Row("speed", ratios([10, 40, 90], [10, 20, 30]), Wanted(2.5, aim=4))
    print_rows("Title", [row])
    assert capsys.readouterr().out.splitlines()[-1].split(maxsplit=4) == [
        *("speed", "1", "2", "3"), "at least 2.5, aim 4: MISSED",
    ]  # fmt: skip


@pytest.mark.parametrize(("at_most", "verdict"), [(True, "at most 3: met"), (False, "at least 3: met")])
def test_the_wanted_figure_itself_is_enough(at_most: bool, verdict: str) -> None:
    assert Wanted(3, at_most=at_most).verdict(3) == verdict


def test_every_round_is_kept(tmp_path: Path) -> None:
    write_csv(tmp_path / "new" / "speed.csv", {"a, 1 text": [1.5, 2], "b": [3]})
    kept = (tmp_path / "new" / "speed.csv").read_text(encoding="utf-8").splitlines()
    assert kept == ["what,round,figure", '"a, 1 text",1,1.5', '"a, 1 text",2,2', "b,1,3"]


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_the_roofline_counts_the_weights_that_a_step_multiplies(cell: str) -> None:
    shape = Architecture.model_validate({"cell": cell, "layers": 3, "hidden_size": 8, "embedding_size": 5})
    weights = CharRNN(shape, 13).state_dict()
    read = {name for name in weights if "weight" in name} - {"embedding.weight", "layers.0.weight_ih"}
    assert weight_bytes(shape, 13) == sum(weights[name].numel() for name in read)


def test_every_probe_reads_the_whole_buffer() -> None:
    small, large = bandwidths(2**16), bandwidths(2**20)
    assert small.keys() == large.keys()
    assert all(speed < 2e12 for speed in large.values())  # a probe that reads nothing takes a microsecond at any size


def test_multiplications_are_counted_for_every_text_and_weight() -> None:
    assert 1e9 < multiplier()() < 1e14  # one by one it would be less, and no core has a hundred thousand multipliers


def test_the_loop_that_is_kept_awake_has_no_torch_beside_it() -> None:
    ends = "import sys, benchmarks.awake, benchmarks.footprint; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", ends], cwd=Path(__file__).parents[2], check=False).returncode == 0
