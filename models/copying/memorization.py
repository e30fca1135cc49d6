"""Whether a network memorizes: its loss on held-out text rises while its samples copy more of the training text."""

from collections.abc import Mapping, Sequence

ENOUGH_NATS = 0.02  # per token; smaller rises come and go
ENOUGH_SHARE = 0.1  # of the windows; phrases that everybody uses stay below
VALIDATIONS = 2  # of which both must hold
Row = Mapping[str, float]  # of losses.csv


def memorization_warning(rows: Sequence[Row]) -> str | None:
    """Return a warning if the latest validation is the first one that shows memorizing, else None.

    `rows` are the validations so far, with the share of what samples copied under "copied" if it was measured.
    """
    measured = [row for row in rows if "copied" in row]
    if not _memorizes(measured) or any(_memorizes(measured[:end]) for end in range(len(measured))):
        return None
    best, last = _best(measured), measured[-1]
    return (
        f"Warning: the network is memorizing. Since epoch {best['epoch']:.2f}, its loss on held-out text has risen "
        f"from {best['validation']:.4f} to {last['validation']:.4f}, and the copied share of its samples from "
        f"{best['copied']:.0%} to {last['copied']:.0%}. The weights of epoch {best['epoch']:.2f} are kept. Better "
        "ones need a longer text, more dropout, a smaller network or fewer epochs."
    )


def _memorizes(rows: Sequence[Row]) -> bool:
    latest = rows[-VALIDATIONS:]
    if len(rows) <= VALIDATIONS:
        return False
    best = _best(rows)
    return all(
        row["validation"] > best["validation"] + ENOUGH_NATS and row["copied"] > best["copied"] + ENOUGH_SHARE
        for row in latest
    )


def _best(rows: Sequence[Row]) -> Row:
    return min(rows, key=lambda row: row["validation"])
