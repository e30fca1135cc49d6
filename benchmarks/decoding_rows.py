"""What follows from everyone's characters per second: ratios within each round, and shares of what is possible."""

import statistics
from collections.abc import Iterator

from benchmarks.contestants import (
    FAIR,
    FEW,
    FILTERED,
    FORMER,
    MANY,
    MULTIPLY,
    OURS,
    OURS_MANY,
    RIVALS,
    ROOFLINE,
    SPECIFICATION,
    Contestant,
)
from benchmarks.rounds import Row, ratios
from benchmarks.targets import Targets

Found = dict[Contestant, list[float]]  # characters per second in each round


def speeds(measured: Found, targets: Targets) -> Iterator[Row]:
    """Yield everyone's ratio to FAIR with one text."""
    for who, figures in measured.items():
        target = targets.fair.get(who.streams) if who.name == OURS.name else None
        yield Row(f"{who!s:34}{statistics.median(figures):10,.0f}", ratios(figures, measured[FAIR]), target)


def promises(measured: Found, targets: Targets) -> Iterator[Row]:
    """Yield what ours is promised to be, beside the targets."""
    yield from _of_ceilings(measured, targets)
    yield from _over_former(measured, targets)
    alone = Contestant(SPECIFICATION, FEW)
    yield Row("specification over FAIR, 1 text", ratios(measured[alone], measured[FAIR]), targets.specification)
    cost = [100 - share for share in _percent(measured[FILTERED], measured[OURS_MANY])]
    yield Row("cost of top-k and top-p, 64 texts, %", cost, targets.filters)
    for rival in (who for who in measured if who.name in RIVALS):
        over = ratios(measured[Contestant(OURS.name, rival.streams)], measured[rival])
        yield Row(f"ours over {rival}", over, targets.rivals)


def _of_ceilings(measured: Found, targets: Targets) -> Iterator[Row]:
    if ROOFLINE in measured:
        share = _percent(measured[OURS], measured[ROOFLINE])
        yield Row("one text, % of the roofline", share, targets.roofline)
    if MULTIPLY in measured:
        share = _percent(measured[OURS_MANY], measured[MULTIPLY])
        yield Row("64 texts, % of the multiply loop", share, targets.multiply)


def _over_former(measured: Found, targets: Targets) -> Iterator[Row]:
    for streams in (FEW, MANY):
        ours, former = Contestant(OURS.name, streams), Contestant(FORMER, streams)
        if former in measured:
            yield Row(f"ours over {former}", ratios(measured[ours], measured[former]), targets.former.get(streams))


def _percent(part: list[float], whole: list[float]) -> list[float]:
    return [100 * ratio for ratio in ratios(part, whole)]
