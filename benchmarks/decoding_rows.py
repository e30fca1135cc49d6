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


def speeds(found: Found, wanted: Targets) -> Iterator[Row]:
    """Yield everyone's ratio to FAIR with one text."""
    for who, figures in found.items():
        target = wanted.fair.get(who.streams) if who.name == OURS.name else None
        yield Row(f"{who!s:34}{statistics.median(figures):10,.0f}", ratios(figures, found[FAIR]), target)


def promises(found: Found, wanted: Targets) -> Iterator[Row]:
    """Yield what ours is promised to be, beside the targets."""
    yield from _of_ceilings(found, wanted)
    yield from _over_former(found, wanted)
    alone = Contestant(SPECIFICATION, FEW)
    yield Row("specification over FAIR, 1 text", ratios(found[alone], found[FAIR]), wanted.specification)
    cost = [100 - share for share in _percent(found[FILTERED], found[OURS_MANY])]
    yield Row("cost of top-k and top-p, 64 texts, %", cost, wanted.filters)
    for rival in (who for who in found if who.name in RIVALS):
        over = ratios(found[Contestant(OURS.name, rival.streams)], found[rival])
        yield Row(f"ours over {rival}", over, wanted.rivals)


def _of_ceilings(found: Found, wanted: Targets) -> Iterator[Row]:
    if ROOFLINE in found:
        share = _percent(found[OURS], found[ROOFLINE])
        yield Row("one text, % of the roofline", share, wanted.roofline)
    if MULTIPLY in found:
        share = _percent(found[OURS_MANY], found[MULTIPLY])
        yield Row("64 texts, % of the multiply loop", share, wanted.multiply)


def _over_former(found: Found, wanted: Targets) -> Iterator[Row]:
    for streams in (FEW, MANY):
        ours, former = Contestant(OURS.name, streams), Contestant(FORMER, streams)
        if former in found:
            yield Row(f"ours over {former}", ratios(found[ours], found[former]), wanted.former.get(streams))


def _percent(part: list[float], whole: list[float]) -> list[float]:
    return [100 * ratio for ratio in ratios(part, whole)]
