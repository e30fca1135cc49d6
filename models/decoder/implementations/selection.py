"""Choose the implementation that decodes on this machine, with the reason if it is a slow one."""

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

from tempera.models.decoder.arithmetic.network import Network
from tempera.models.decoder.arithmetic.quantized import Quantized
from tempera.models.decoder.implementations.compiled import CompiledNetwork
from tempera.models.decoder.implementations.kernel import VARIANTS, Kernel
from tempera.models.decoder.implementations.self_test import is_exact
from tempera.models.decoder.implementations.specified import SpecifiedNetwork

VARIABLE = "TEMPERA_KERNEL"  # forces a variant
ASKED = f"{VARIABLE} asks for it"
PLAIN_C = VARIANTS[0]
LIBRARIES = tuple(Path(__file__).parent.with_name(f"_kernel{suffix}") for suffix in EXTENSION_SUFFIXES)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Implementation:
    """An implementation of the arithmetic; all of them generate the same texts."""

    variant: str
    reason: str | None  # why it is slow; None = it isn't
    make: Callable[[Quantized], Network]


def best_implementation(libraries: tuple[Path, ...] = LIBRARIES) -> Implementation:
    """Return the fastest exact implementation on this machine, or the one that VARIABLE forces.

    libraries: possible paths of the compiled kernel.
    """
    forced = os.environ.get(VARIABLE)
    if forced == SpecifiedNetwork.variant:
        return _specification(ASKED)
    if forced and forced not in VARIANTS:
        return _specification(
            f"{VARIABLE} asks for {forced}, which is none of {', '.join((SpecifiedNetwork.variant, *VARIANTS))}"
        )
    path = next((path for path in libraries if path.exists()), None)
    if path is None:
        return _specification("the kernel was not compiled")
    try:
        kernel = Kernel(path)
    except OSError as error:
        return _specification(f"the kernel can't be loaded: {error}")
    return _forced(kernel, forced) if forced else _fastest_exact(kernel)


def _forced(kernel: Kernel, variant: str) -> Implementation:
    if variant not in kernel.variants:
        return _specification(f"{VARIABLE} asks for {variant}, which this processor doesn't have")
    make = partial(CompiledNetwork, kernel=kernel, variant=variant)
    if not is_exact(make):
        return _specification(f"{VARIABLE} asks for {variant}, which fails its self-test here")
    return Implementation(variant, ASKED if variant == PLAIN_C else None, make)


def _fastest_exact(kernel: Kernel) -> Implementation:
    """Return the fastest exact variant; plain C, the first one, is skipped, since NumPy is faster."""
    failed: list[str] = []
    for variant in reversed(kernel.variants[1:]):
        make = partial(CompiledNetwork, kernel=kernel, variant=variant)
        if is_exact(make):
            return Implementation(variant, None, make)
        log.warning("The kernel's variant %s fails its self-test here and is left out", variant)
        failed.append(variant)
    if failed:
        return _specification(f"the kernel failed its self-test ({', '.join(failed)})")
    return _specification("this processor has no instructions that the kernel knows how to use")


def _specification(reason: str) -> Implementation:
    return Implementation(SpecifiedNetwork.variant, reason, SpecifiedNetwork)
