"""Tune glibc's handling of freed memory; does nothing with other C libraries.

Source: mallopt(3) and malloc_trim(3).
"""

import ctypes
import sys
from collections.abc import Callable

TRIM_THRESHOLD, MMAP_MAX, ARENA_MAX = -1, -4, -8  # parameter numbers in malloc.h
LARGEST = 2**31 - 1


def keep_freed() -> None:
    """Reuse freed memory instead of returning it: page faults would take a fifth of a training step otherwise."""
    give_back_freed()
    if mallopt := _glibc("mallopt"):
        mallopt(MMAP_MAX, 0)  # allocate large blocks on the heap, too
        mallopt(TRIM_THRESHOLD, LARGEST)  # and never shrink the heap


def share_freed() -> None:
    """Make all threads share one heap: memory that a thread frees would stay reserved for it otherwise."""
    if mallopt := _glibc("mallopt"):
        mallopt(ARENA_MAX, 1)


def give_back_freed() -> None:
    """Return free memory to the system now."""
    if malloc_trim := _glibc("malloc_trim"):
        malloc_trim(0)


def _glibc(name: str) -> Callable[..., int] | None:
    return getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None
