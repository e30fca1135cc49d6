"""The targets of decoding: those of the column in which the running variant stands."""

from dataclasses import dataclass

from benchmarks.rounds import Target


@dataclass(frozen=True)
class Targets:
    """What decoding must come to; None = it is only shown."""

    fair: dict[int, Target]  # times FAIR with one text, by how many texts are written
    former: dict[int, Target]  # times the former decoder with as many texts
    roofline: Target  # one text, %
    multiply: Target  # 64 texts, %


NARROW_OF_FEW = Targets({1: Target(17, aim=25), 64: Target(22, aim=30)}, {}, Target(60, aim=75), Target(75, aim=85))
NARROW_OF_MANY = Targets({1: Target(16, aim=25), 64: Target(22, aim=30)}, {}, Target(60, aim=75), Target(75, aim=85))
WIDE = Targets({}, {1: Target(1.6), 64: Target(1.25)}, Target(70, aim=85), Target(75, aim=85))
SPECIFICATION_ALONE = Target(1.5)  # one text, times FAIR
FILTERS = Target(20, at_most=True)  # what top-k and top-p on all of 64 texts cost, %
RIVAL = Target(1)  # ours over each, with as many texts

NARROW_VARIANTS, WIDE_VARIANTS = ("avx2", "avx-vnni"), ("avx512-vnni", "amx")
MANY = 1000  # characters in a vocabulary


def targets(variant: str, vocabulary_size: int, torch_has_avx512: bool) -> Targets | None:
    """Return the targets of a variant; None where there are none, or FAIR has wider instructions than it."""
    if variant in WIDE_VARIANTS:
        return WIDE
    if variant not in NARROW_VARIANTS or torch_has_avx512:
        return None
    return NARROW_OF_MANY if vocabulary_size >= MANY else NARROW_OF_FEW
