"""Fixtures of the tests of networks and engine."""

from pathlib import Path

import pytest

from tempera.models.library import Library
from tests.models.toys import RECIPE, toy_text, write_recipe


@pytest.fixture
def library(checkpoints: Path) -> Library:
    """The small checkpoints by name."""
    return Library(checkpoints)


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    """A toy recipe beside its text."""
    (tmp_path / "toy.txt").write_text(toy_text())
    return write_recipe(tmp_path, RECIPE)
