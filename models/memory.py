"""Freed memory, as glibc handles it; with another C library nothing is done.

Source: mallopt(3) and malloc_trim(3).
"""

import ctypes
import sys
from collections.abc import Callable

TRIM_THRESHOLD, MMAP_MAX, ARENA_MAX = -1, -4, -8  # parameters' numbers in malloc.h
LARGEST = 2**31 - 1


def keep_freed() -> None:
    """Use again from now on what is freed: a training step spends a fifth of its time on new pages otherwise."""
    give_back_freed()
    if mallopt := _glibc("mallopt"):
        mallopt(MMAP_MAX, 0)  # large blocks come from the heap, too
        mallopt(TRIM_THRESHOLD, LARGEST)  # and the heap does not shrink


def share_freed() -> None:
    """Let all threads take from one heap from now on: what one of them frees stays with it otherwise."""
    if mallopt := _glibc("mallopt"):
        mallopt(ARENA_MAX, 1)


def give_back_freed() -> None:
    """Return to the system what is free now."""
    if malloc_trim := _glibc("malloc_trim"):
        malloc_trim(0)


def _glibc(name: str) -> Callable[..., int] | None:
    return getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None
