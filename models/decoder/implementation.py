"""Which implementation of the arithmetic decodes here, and why not a faster one: the only place that chooses."""

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

from models.decoder.compiled import CompiledNetwork
from models.decoder.kernel import VARIANTS, Kernel
from models.decoder.network import Network
from models.decoder.quantized import Quantized
from models.decoder.self_test import is_exact
from models.decoder.specified import SpecifiedNetwork

VARIABLE = "TEMPERA_KERNEL"  # names a variant that must be taken
LIBRARIES = tuple(Path(__file__).with_name(f"_kernel{suffix}") for suffix in EXTENSION_SUFFIXES)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Implementation:
    """A way to decode; all of them write the same texts."""

    variant: str
    reason: str | None  # why it is not a fast one; None = it is
    make: Callable[[Quantized], Network]


def best_implementation(libraries: tuple[Path, ...] = LIBRARIES) -> Implementation:
    """Return the fastest implementation that this machine has and that is exact, or the one that VARIABLE names.

    libraries: where the kernel may have been compiled to.
    """
    forced = os.environ.get(VARIABLE)
    if forced == SpecifiedNetwork.variant:
        return _specification(f"{VARIABLE} asks for it")
    path = next((path for path in libraries if path.exists()), None)
    if path is None:
        return _specification("the kernel was not compiled")
    try:
        kernel = Kernel(path)
    except OSError as error:
        return _specification(f"the kernel can't be loaded: {error}")
    if forced and forced not in kernel.variants:
        return _specification(f"{VARIABLE} asks for {forced}, which this processor doesn't have")
    return _fastest_exact(kernel, [forced] if forced else list(reversed(kernel.variants)))


def _fastest_exact(kernel: Kernel, variants: list[str]) -> Implementation:
    for variant in variants:
        make = partial(CompiledNetwork, kernel=kernel, variant=variant)
        if is_exact(make):
            reason = (
                "this processor has no instructions that the kernel knows how to use"
                if variant == VARIANTS[0]
                else None
            )
            return Implementation(variant, reason, make)
        log.warning("The kernel's variant %s fails its self-test here and is left out", variant)
    return _specification(f"the kernel failed its self-test ({', '.join(variants)})")


def _specification(reason: str) -> Implementation:
    return Implementation(SpecifiedNetwork.variant, reason, SpecifiedNetwork)
