"""Rounds, ratios within them, targets, and what stands at the top of a table."""

import platform
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from benchmarks import writing
from benchmarks.machine import measured_on, processor
from benchmarks.rounds import Row, Target, interleaved, print_rows, ratios, write_csv
from benchmarks.writing import characters_per_second, spent


def test_everyone_takes_turns_and_the_first_round_does_not_count() -> None:
    order: list[str] = []
    counted = Counter[str]()

    def turn(name: str) -> float:
        order.append(name)
        counted[name] += 1
        return counted[name]

    found = interleaved({"a": lambda: turn("a"), "b": lambda: turn("b")}, 2)
    assert order == ["a", "b"] * 3
    assert found == {"a": [2, 3], "b": [2, 3]}


class Clock:
    """Goes on when it is told to."""

    now = 100.0

    def __call__(self) -> float:
        return self.now

    def advance(self) -> None:
        self.now += 0.4 * writing.TURN_SECONDS


def test_a_turn_is_long_enough_to_be_timed() -> None:
    clock = Clock()
    times, seconds = spent(clock.advance, clock)
    assert times == 3
    assert seconds == pytest.approx(1.2 * writing.TURN_SECONDS)


def test_characters_of_all_texts_count() -> None:
    clock = Clock()

    def write(steps: int) -> list[list[int]]:
        clock.advance()
        return [[0, 0]] * steps

    assert characters_per_second(write, 2, 8, clock) == pytest.approx(2 * 8 / (0.4 * writing.TURN_SECONDS))


def test_ratios_are_taken_within_a_round(capsys: pytest.CaptureFixture[str]) -> None:
    row = Row("speed", ratios([10, 40, 90], [10, 20, 30]), Target(2.5, aim=4))
    print_rows("Title", [row], "generic")
    title, machine, columns, line = capsys.readouterr().out.splitlines()[1:]
    assert (title, machine) == ("Title", measured_on("generic"))
    assert columns.split() == ["min", "median", "max", "target"]
    assert line.split(maxsplit=4) == ["speed", "1", "2", "3", "at least 2.5, aim 4: MISSED"]


@pytest.mark.parametrize(("at_most", "verdict"), [(True, "at most 3: met"), (False, "at least 3: met")])
def test_the_target_itself_is_enough(at_most: bool, verdict: str) -> None:
    assert Target(3, at_most=at_most).verdict(3) == verdict


def test_more_than_the_most_is_too_much() -> None:
    assert Target(3, at_most=True).verdict(3.1) == "at most 3: MISSED"


def test_the_processor_has_the_name_that_lscpu_gives_it(tmp_path: Path) -> None:
    file = tmp_path / "cpuinfo"
    file.write_text("processor\t: 0\nmodel name\t: Some CPU @ 2 GHz\n\nmodel name\t: Another\n", encoding="utf-8")
    assert processor(file) == "Some CPU @ 2 GHz"
    file.write_text("processor\t: 0\nCPU part\t: 0xd0c\n", encoding="utf-8")
    assert processor(file) == processor(tmp_path / "missing") == platform.machine()


def test_every_round_is_kept(tmp_path: Path) -> None:
    write_csv(tmp_path / "new" / "speed.csv", {"a, 1 text": [1.5, 2], "b": [3]})
    kept = (tmp_path / "new" / "speed.csv").read_text(encoding="utf-8").splitlines()
    assert kept == ["what,round,figure", '"a, 1 text",1,1.5', '"a, 1 text",2,2', "b,1,3"]


@pytest.mark.slow
@pytest.mark.parametrize("module", ["event_loop_lag", "footprint"])
def test_what_is_measured_of_the_bot_has_no_torch_beside_it(module: str) -> None:
    ends = f"import sys, benchmarks.{module}; sys.exit('torch' in sys.modules or 'numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", ends], cwd=Path(__file__).parents[2], check=False).returncode == 0
