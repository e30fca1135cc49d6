"""Fixtures of the tests of networks and engine."""

from pathlib import Path

import pytest

from models.library import Library


@pytest.fixture
def library(checkpoints: Path) -> Library:
    """The small checkpoints by name."""
    return Library(checkpoints)
