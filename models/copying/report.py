"""How much of some texts is copied from training texts: verbatim windows, the longest stretch, and near-copies."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tempera.models.copying.longest import Stretch, longest_copy
from tempera.models.copying.near import NearCopy, near_copies
from tempera.models.copying.windows import code_points, occurs

WINDOW = 30  # characters
BETWEEN_TEXTS = "\ud800"  # no UTF-8 text has it, and not the training texts: nothing that goes across it matches
BETWEEN_TRAINING_TEXTS = "\udfff"


@dataclass(frozen=True, slots=True)
class Copies:
    """What was found; places in characters, in all texts as if each were followed by one more character."""

    texts: int
    characters: int
    share: float  # of the windows of 30 characters, those that occur in the training texts
    longest: Stretch
    near: tuple[NearCopy, ...]  # with at least one edit


def find_copies(texts: Sequence[str], training: Sequence[str]) -> Copies:
    """Compare texts with training texts; no stretch reaches from one text into the next."""
    written, learned = BETWEEN_TEXTS.join(texts), BETWEEN_TRAINING_TEXTS.join(training)
    return Copies(
        texts=len(texts),
        characters=sum(map(len, texts)),
        share=copied_share(texts, training),
        longest=longest_copy(written, learned),
        near=tuple(copy for copy in near_copies(written, learned, BETWEEN_TEXTS) if copy.edits),
    )


def copied_share(texts: Sequence[str], training: Sequence[str]) -> float:
    """Return the share of the windows of 30 characters that occur in the training texts, 0 without windows."""
    windows = sum(max(0, len(text) - WINDOW + 1) for text in texts)
    written, learned = BETWEEN_TEXTS.join(texts), BETWEEN_TRAINING_TEXTS.join(training)
    found = occurs(code_points(written), code_points(learned), WINDOW)
    return float(np.count_nonzero(found)) / max(1, windows)
