"""Which implementation of the arithmetic decodes here, and why not a faster one: the only place that chooses."""

import os
from collections.abc import Callable
from dataclasses import dataclass

from models.decoder.network import Network
from models.decoder.quantized import Quantized
from models.decoder.specified import SpecifiedNetwork

VARIABLE = "TEMPERA_KERNEL"  # names a variant that must be taken


@dataclass(frozen=True)
class Implementation:
    """A way to decode; all of them write the same texts."""

    variant: str
    reason: str | None  # why it is not the kernel; None = it is
    make: Callable[[Quantized], Network]


def best_implementation() -> Implementation:
    """Return the fastest implementation that this machine has, or the one that the environment names."""
    if os.environ.get(VARIABLE) == SpecifiedNetwork.variant:
        return _specification(f"{VARIABLE} asks for it")
    return _specification("the kernel was not compiled")


def _specification(reason: str) -> Implementation:
    return Implementation(SpecifiedNetwork.variant, reason, SpecifiedNetwork)
