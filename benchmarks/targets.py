"""The targets of decoding: those of the column in which the running variant stands."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from benchmarks.rounds import Target
from tempera.models.decoder.implementations.kernel import VARIANTS


@dataclass(frozen=True)
class Targets:
    """What decoding must come to; what has no target is only shown."""

    fair: Mapping[int, Target] = field(default_factory=dict)  # times FAIR with one text, by how many texts are written
    former: Mapping[int, Target] = field(default_factory=dict)  # times the former decoder with as many texts
    rivals: Target | None = None  # times each of them with as many texts
    roofline: Target | None = None  # one text, %
    multiply: Target | None = None  # 64 texts, %
    specification: Target | None = None  # one text, times FAIR
    filters: Target | None = None  # what top-k and top-p on all of 64 texts cost, %


FEW_CHARACTERS = {1: Target(17, aim=25), 64: Target(22, aim=30)}
MANY_CHARACTERS = {1: Target(16, aim=25), 64: Target(22, aim=30)}
MANY = 1000  # characters in a vocabulary

ANY = Targets(specification=Target(1.5), filters=Target(20, at_most=True))
NARROW = replace(ANY, roofline=Target(60, aim=75), multiply=Target(75, aim=85))
WIDE = replace(ANY, former={1: Target(1.6), 64: Target(1.25)}, roofline=Target(70, aim=85), multiply=Target(75, aim=85))
COLUMNS = {"avx2": NARROW, "avx-vnni": NARROW, "avx512-vnni": WIDE, "amx": WIDE}


def targets(variant: str, vocabulary_size: int, torch_is_wider: bool, others: Iterable[str]) -> Targets:
    """Return the targets of a variant.

    torch_is_wider: FAIR has AVX-512 where the variant has not, so that they can't be compared. others: what else this
    processor runs; where one is faster, rivals have its instructions and can't be compared either.
    """
    wanted = COLUMNS.get(variant, ANY)
    if is_fastest(variant, others):
        wanted = replace(wanted, rivals=Target(1))
    if COLUMNS.get(variant) is NARROW and not torch_is_wider:
        wanted = replace(wanted, fair=MANY_CHARACTERS if vocabulary_size >= MANY else FEW_CHARACTERS)
    return wanted


def is_fastest(variant: str, others: Iterable[str]) -> bool:
    """Whether no other variant of this processor is faster."""
    order = ["specification", *VARIANTS]
    return all(order.index(other) < order.index(variant) for other in others)
