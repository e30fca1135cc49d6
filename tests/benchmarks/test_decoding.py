"""The comparison of decoding speeds, with a small network and one round."""

from contextlib import ExitStack
from pathlib import Path

import pytest

from benchmarks import contestants, decoding
from benchmarks.ceilings import NoCeilings
from benchmarks.contestants import (
    FAIR,
    FILTERED,
    FORMER,
    MULTIPLY,
    OURS,
    OURS_MANY,
    ROOFLINE,
    SPECIFICATION,
    STREAMS,
    Contestant,
)
from benchmarks.decoder import other_variants
from benchmarks.decoding_plot import plot
from benchmarks.decoding_rows import Found, promises, speeds
from benchmarks.former import NoHistory
from benchmarks.rounds import Target
from benchmarks.shapes import Shape, bundled
from benchmarks.targets import COLUMNS, FEW_CHARACTERS, MANY_CHARACTERS, Targets, targets
from tempera.models.formats.card import Architecture

SMALL = Architecture(cell="lstm", layers=2, hidden_size=32, embedding_size=16)
SHAPE = Shape("small", SMALL, 11, has_targets=True)
WIDE = targets("avx512-vnni", 65, torch_is_wider=False, others=["generic", "avx2"])


@pytest.mark.slow
@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_a_round_compares_everyone(cell: str, tmp_path: Path) -> None:
    found = decoding.measure(Shape(cell, SMALL.model_copy(update={"cell": cell}), 11), 1)
    ours = {Contestant("ours", streams) for streams in STREAMS}
    others = (*(name for name, _ in other_variants()), SPECIFICATION, "char-rnn.pytorch")
    pairs = {Contestant(name, streams) for name in others for streams in (1, 64)}
    assert ours | pairs | {FAIR, FILTERED} <= set(found)
    assert all(len(figures) == 1 and figures[0] > 0 for figures in found.values())
    plot(tmp_path / "speeds.png", "Title", found)
    assert (tmp_path / "speeds.png").stat().st_size > 10_000


def missing(error: Exception) -> object:
    def refuse(*_: object) -> object:
        raise error

    return refuse


def test_a_line_says_what_could_not_be_compared(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(contestants, "Ceilings", missing(NoCeilings("why not")))
    monkeypatch.setattr(contestants, "running_former", missing(NoHistory()))
    with ExitStack() as stack:
        assert contestants.ceilings(SHAPE) | contestants.former(SHAPE, stack) == {}
    assert len(capsys.readouterr().out.splitlines()) == 2

    found = figures()
    for who in (ROOFLINE, MULTIPLY, Contestant(FORMER, 1), Contestant(FORMER, 64)):
        del found[who]
    assert len(list(promises(found, WIDE))) == len(list(promises(figures(), WIDE))) - 4
    plot(tmp_path / "speeds.png", "Title", found)


def figures() -> Found:
    """Two rounds in which the second is one of another machine, as it were: ratios are the same in both."""
    once = {FAIR: 10, OURS: 200, OURS_MANY: 400, FILTERED: 350, ROOFLINE: 250, MULTIPLY: 500}
    once |= {Contestant(FORMER, 1): 100, Contestant(FORMER, 64): 200, Contestant(SPECIFICATION, 1): 20}
    once |= {Contestant("quantize_dynamic", streams): 50 for streams in (1, 64)}
    return {who: [figure, 3.0 * figure] for who, figure in once.items()}


PROMISES = [
    ("one text, % of the roofline", OURS, 80),
    ("64 texts, % of the multiply loop", OURS_MANY, 80),
    ("ours over former decoder, 1 text", OURS, 2),
    ("ours over former decoder, 64 texts", OURS_MANY, 2),
    ("specification over FAIR, 1 text", Contestant(SPECIFICATION, 1), 2),
    ("cost of top-k and top-p, 64 texts, %", FILTERED, 12.5),
    ("ours over quantize_dynamic, 1 text", OURS, 4),
    ("ours over quantize_dynamic, 64 texts", OURS_MANY, 8),
]


@pytest.mark.parametrize(("label", "slow", "figure"), PROMISES)
def test_every_promise_is_taken_within_a_round_and_can_fail(label: str, slow: Contestant, figure: float) -> None:
    row = {row.label: row for row in promises(figures(), WIDE)}[label]
    assert row.figures == pytest.approx([figure, figure])
    assert row.target is not None
    assert row.target.verdict(figure).endswith(": met")

    found = figures()
    found[slow] = [one / 10 for one in found[slow]]
    failed = {row.label: row for row in promises(found, WIDE)}[label]
    assert failed.target is not None
    assert failed.target.verdict(failed.figures[0]).endswith(": MISSED")


def test_every_promise_is_tried() -> None:
    assert [label for label, _, _ in PROMISES] == [row.label for row in promises(figures(), WIDE)]


@pytest.mark.parametrize(("slowly", "verdict"), [(1, "met"), (10, "MISSED")])
def test_one_text_and_many_are_compared_with_fair(slowly: int, verdict: str) -> None:
    found = figures() | {OURS: [200 / slowly], OURS_MANY: [400 / slowly], FAIR: [10]}
    targeted = {
        row.label.split("  ")[0]: row
        for row in speeds(only_first(found), targets("avx2", 65, torch_is_wider=False, others=[]))
        if row.target
    }
    assert list(targeted) == ["ours, 1 text", "ours, 64 texts"]
    for row in targeted.values():
        assert row.target is not None
        assert row.target.verdict(row.figures[0]).endswith(verdict)


def only_first(found: Found) -> Found:
    return {who: figures[:1] for who, figures in found.items()}


def test_a_network_without_targets_is_only_shown() -> None:
    assert not any(row.target for row in (*promises(figures(), Targets()), *speeds(figures(), Targets())))


@pytest.mark.parametrize(
    ("variant", "size", "torch_is_wider", "fair"),
    [
        ("avx512-vnni", 65, False, {}),
        ("amx", 3000, False, {}),
        ("avx2", 65, False, FEW_CHARACTERS),
        ("avx-vnni", 3000, False, MANY_CHARACTERS),
        ("avx2", 65, True, {}),
        ("neon", 65, False, {}),
        ("specification", 65, False, {}),
    ],
)
def test_targets_are_those_of_the_variant(
    variant: str, size: int, torch_is_wider: bool, fair: dict[int, Target]
) -> None:
    wanted = targets(variant, size, torch_is_wider, [])
    assert wanted.fair == fair
    assert wanted.specification == Target(1.5)
    assert bool(wanted.former) == (variant in ("avx512-vnni", "amx"))
    assert (wanted.roofline is None) == (wanted.multiply is None) == (variant not in COLUMNS)


@pytest.mark.parametrize(
    ("variant", "others", "expected"),
    [
        ("avx512-vnni", ["generic", "avx2"], True),
        ("avx2", ["generic", "avx512-vnni"], False),
        ("specification", [], True),
        ("specification", ["generic"], False),
    ],
)
def test_rivals_are_no_measure_where_they_have_wider_instructions(
    variant: str, others: list[str], expected: bool
) -> None:
    assert bool(targets(variant, 65, torch_is_wider=False, others=others).rivals) == expected


def test_the_bundled_network_is_what_its_card_says() -> None:
    shape = bundled()
    assert shape.vocabulary_size == len(shape.model.embedding.weight)
    assert shape.architecture == shape.model.architecture
