"""Uniform random numbers as integers."""

import numpy as np

from tempera.models.decoder.arithmetic.network import Uniforms

WORDS_PER_COUNT = 4  # numbers that Philox4x64 gives per counter value


def uniforms(seed: int, first: int, count: int) -> Uniforms:
    """Return draws `first` to `first + count - 1` of a seed (count,), in units of 2**-32.

    Draw n is the upper half of the n-th word of Philox4x64-10 keyed by the seed (Salmon et al. 2011). The generator is
    counter-based: it jumps to any draw at once.
    """
    generator = np.random.Philox(key=seed)
    generator.advance(first // WORDS_PER_COUNT)
    skipped = first % WORDS_PER_COUNT
    return (generator.random_raw(skipped + count)[skipped:] >> np.uint64(32)).astype(np.uint32)
