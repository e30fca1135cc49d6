"""Which windows of a text occur in another one, by 64-bit hashes of windows.

The hash of a window is a polynomial in its mixed code points modulo 2^64. Two different windows share one with a
probability of about 2^-64: of 10,000 windows, one is wrongly found in ten million characters once in 10^8 times. A pass
over a text takes chunks that fit into the processor's cache: little memory, and a second for 100 million characters.
"""

from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Codes: TypeAlias = npt.NDArray[np.uint32]
Hashes: TypeAlias = npt.NDArray[np.uint64]
Places: TypeAlias = npt.NDArray[np.int64]

CHUNK = 1 << 18  # characters
MULTIPLIER = 0x9E3779B97F4A7C15  # odd
MIXER = np.uint64(0xD6E8FEB86659FD93)  # odd


def code_points(text: str) -> Codes:
    """Return the code points of a text, which may have lone surrogates: (characters,)."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def window_hashes(codes: Codes, length: int) -> Hashes:
    """Return the hash of each window of `length` characters: (windows,), none if the text is shorter.

    Hashes of windows of 1, 2, 4, ... characters are doubled and joined to those of `length`.
    """
    power_of_two, size, factor = _mixed(codes), 1, MULTIPLIER
    joined, joined_size = np.zeros(len(codes) + 1, np.uint64), 0
    while size <= length:
        if length & size:
            windows = max(0, len(codes) - joined_size - size + 1)
            joined = joined[:windows] * np.uint64(factor) + power_of_two[joined_size:][:windows]
            joined_size += size
        power_of_two = power_of_two[:-size] * np.uint64(factor) + power_of_two[size:]
        size, factor = 2 * size, factor**2 % 2**64
    return joined


def _mixed(codes: Codes) -> Hashes:
    mixed = codes.astype(np.uint64) * MIXER
    return (mixed ^ (mixed >> np.uint64(32))) * MIXER


def occurrences(wanted: Hashes, training: Codes, length: int) -> Iterator[tuple[Places, Hashes]]:
    """Yield, chunk by chunk, the places in `training` of windows with one of the hashes, and their hashes."""
    bits = max(16, len(wanted).bit_length() + 4)
    shift = np.uint64(64 - bits)
    is_possible = np.zeros(1 << bits, bool)  # by the first bits of a hash
    is_possible[wanted >> shift] = True
    in_order = np.sort(wanted)
    for start in range(0, len(training), CHUNK):
        hashes = window_hashes(training[start : start + CHUNK + length - 1], length)
        places = np.flatnonzero(is_possible[hashes >> shift])
        places = places[_are_among(in_order, hashes[places])]
        yield places + start, hashes[places]


def occurs(text: Codes, training: Codes, length: int) -> npt.NDArray[np.bool_]:
    """Return whether each window of `length` characters of a text occurs in `training`: (windows,)."""
    wanted = window_hashes(text, length)
    found = [hashes for _, hashes in occurrences(wanted, training, length)]
    return _are_among(np.sort(np.concatenate([np.zeros(0, np.uint64), *found])), wanted)


def _are_among(in_order: Hashes, hashes: Hashes) -> npt.NDArray[np.bool_]:
    """Return which hashes are among sorted ones; numpy.isin would sort them for every chunk."""
    return np.searchsorted(in_order, hashes, "right") > np.searchsorted(in_order, hashes)
