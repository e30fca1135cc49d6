"""Measurements; see docs/performance.md."""

import os

# NumPy reads it when it is imported: a contestant computes with the one thread whose time is taken.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
