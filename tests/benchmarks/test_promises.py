"""What the other benchmarks promise: each promise can be kept and can fail."""

import os
import time

import pytest
import torch

from benchmarks import event_loop_lag, footprint, operations, priming, processes, product, training
from benchmarks.event_loop_lag import CHUNKS, GAPS, GAPS_LOADING, LATE, LATE_LOADING, LATE_SWAPPING
from benchmarks.quantization_error import Distance
from benchmarks.rounds import Row, Target
from benchmarks.shapes import Shape
from tempera.models.formats.card import Architecture
from tempera.models.training.recipe import Precision


def verdicts(rows: list[Row]) -> dict[str, str]:
    return {row.label: row.target.verdict(max(row.figures)).rpartition(": ")[2] for row in rows if row.target}


QUIET = {LATE: [0.1] * 200, LATE_LOADING: [0.2], LATE_SWAPPING: [0.3], GAPS: [8.0], GAPS_LOADING: [9.0], CHUNKS: [1.0]}


def test_a_calm_loop_keeps_every_promise() -> None:
    assert set(verdicts(event_loop_lag.rows(QUIET)).values()) == {"met"}


@pytest.mark.parametrize(
    ("what", "figures", "missed"),
    [
        (LATE, [7.0] * 200, "99th percentile of late, ms"),
        (LATE, [0.1] * 999 + [26.0], "most of late, ms"),
        (LATE_LOADING, [21.0], "most of late while loading or swapping, ms"),
        (LATE_SWAPPING, [21.0], "most of late while loading or swapping, ms"),
        (GAPS_LOADING, [9.0, 29.0], "longest stall of a text meanwhile, ms"),
        (CHUNKS, [1.0, 3.0], "most chunks to a first character"),
    ],
)
def test_a_loop_that_is_held_up_breaks_one(what: str, figures: list[float], missed: str) -> None:
    found = verdicts(event_loop_lag.rows(QUIET | {what: figures}))
    assert [label for label, verdict in found.items() if verdict == "MISSED"] == [missed]


@pytest.mark.parametrize(("share", "verdict"), [(0.9, "met"), (0.8, "MISSED")])
def test_the_product_is_compared_with_the_kernel_in_its_round(share: float, verdict: str) -> None:
    found = {f"kernel, {streams}": [100.0, 10.0] for streams in product.STREAMS}
    found |= {f"product, {streams}": [100 * share, 10 * share] for streams in product.STREAMS}
    assert verdicts(list(product.rows(found))) == {"64 texts, % of the kernel's speed": verdict}
    *_, gain = product.rows(found | {product.ALONE: [100.0, 10.0], product.SHARED: [180.0, 18.0]})
    assert gain.label == "64 texts, the same, 2 threads over one"
    assert gain.figures == pytest.approx([1.8, 1.8])


@pytest.mark.parametrize(("precision", "ours", "least"), [("bf16", "ours, bf16", 2), ("fp32", "ours, fp32", 1.2)])
def test_training_has_a_target_where_bf16_exists_and_one_where_it_does_not(
    precision: Precision, ours: str, least: float
) -> None:
    assert ours in training.makers(precision)
    for figure, verdict in ((least, "met"), (least - 0.01, "MISSED")):
        found = {training.PLAIN: [1.0], "ours, fp32": [figure]} | {ours: [figure]}
        assert list(verdicts(list(training.rows(found, precision))).values()) == [verdict]


@pytest.mark.parametrize(
    ("kl", "shift", "verdict"), [(1e-4, 5e-4, "met"), (3e-4, 0, "MISSED"), (1e-4, -2e-3, "MISSED")]
)
def test_int8_is_near_fp32_or_not(kl: float, shift: float, verdict: str) -> None:
    assert Distance(torch.tensor([kl, kl]), shift).verdict == verdict


@pytest.mark.parametrize(
    ("targets", "figures"),
    [
        (priming.TARGETS, {"ours": 8}),
        (
            footprint.TARGETS,
            {
                "bot RSS, MiB": 95,
                "decoder RSS, MiB": 60,
                "bot ready, s": 3,
                "decoder's start to a first character, s": 0.5,
                "back after a kill, s": 0.6,
            },
        ),
    ],
)
def test_targets_stand_beside_what_is_measured(targets: dict[str, Target], figures: dict[str, float]) -> None:
    assert {what: target.figure for what, target in targets.items()} == figures


@pytest.mark.slow
def test_a_step_is_split_into_its_parts() -> None:
    shape = Shape("small", Architecture(cell="lstm", layers=2, hidden_size=64, embedding_size=16), 11)
    found = operations.measure(shape, 2, 1)
    assert all(figure > 0 for (figure,) in found.values())
    fixed = {operations.READ: [5.0], operations.LOGITS: [6.0], operations.WRITE: [8.0], operations.FILTERED: [12.0]}
    assert [row.figures for row in operations.parts(fixed)] == [[5.0], [1.0], [2.0], [4.0]]


def test_seconds_of_a_process_are_those_it_has_worked() -> None:
    before, own = processes.processes_seconds(os.getpid()), time.process_time()
    sum(range(100_000))
    assert processes.processes_seconds(os.getpid()) - before >= time.process_time() - own - 0.01
    assert processes.processes_seconds(os.getpid(), os.getpid()) > before
