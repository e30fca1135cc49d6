"""Turns that are as short as can be: no test looks at a speed."""

import pytest

from benchmarks import ceilings, former, writing


@pytest.fixture(autouse=True)
def short_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (writing, ceilings, former):
        monkeypatch.setattr(module, "TURN_SECONDS", 1e-4)
