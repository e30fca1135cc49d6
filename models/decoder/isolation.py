"""The decoder apart from the bot that started it: bounded, behind it, and gone with it.

What a system can't do is said on standard error, and left out.
"""

import ctypes
import os
import resource
import signal
import sys
from collections.abc import Callable

NICENESS = 5  # the bot must answer Discord in time, however much there is to write
ROOM_BYTES = 512 * 2**20  # for Python, NumPy and the texts
LOADING_FACTOR = 4  # a network that is loaded, beside those in memory
PR_SET_PDEATHSIG = 1  # prctl(2)


def isolate(memory_bytes: int) -> None:
    """Isolate this process; `memory_bytes`: for networks in memory."""
    attempt("lower its priority", lambda: os.nice(NICENESS))
    attempt("limit its memory", lambda: _limit(resource.RLIMIT_DATA, LOADING_FACTOR * memory_bytes + ROOM_BYTES))
    attempt("do without core dumps", lambda: _limit(resource.RLIMIT_CORE, 0))
    if sys.platform == "linux":  # elsewhere the end of its input has to do
        attempt("end with the bot", _end_with_parent)


def attempt(what: str, step: Callable[[], object]) -> None:
    """Do a step, or say that this system can't."""
    try:
        step()
    except (OSError, ValueError, AttributeError) as error:
        print(f"The decoder can't {what} here: {error}", file=sys.stderr)


def _limit(kind: int, most: int) -> None:
    """Lower a limit, unless it is lower already."""
    _, hard = resource.getrlimit(kind)
    lowest = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(kind, (lowest, lowest))


def _end_with_parent() -> None:
    """Have the kernel kill this process when its parent ends, even if it is suspended then; see prctl(2)."""
    parent_pid = os.getppid()
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    if prctl(PR_SET_PDEATHSIG, signal.SIGKILL):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    if os.getppid() != parent_pid:
        sys.exit(0)  # it ended just before
