"""What is made of many figures: quantiles, and growth."""

import math
from collections.abc import Sequence


def quantile(figures: Sequence[float], share: float) -> float:
    """Return the least figure that so large a share of them doesn't exceed (the nearest-rank method)."""
    return sorted(figures)[max(0, math.ceil(share * len(figures)) - 1)]


def growth(samples: Sequence[float]) -> float:
    """Return by how many percent the greatest of the later samples exceeds the first one."""
    if not samples[0]:
        return math.inf if max(samples) else 0.0
    return 100 * (max(samples) - samples[0]) / samples[0]
