"""Fast tests are those that aren't marked `slow`: they start no process and train nothing, or they fail.

A test is slow if it says so, or if it uses a fixture that starts a process.
"""

import sys
from collections.abc import Generator
from dataclasses import dataclass, field

import pytest

STARTS = {"subprocess.Popen", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.system"}
STARTING_FIXTURES = {"chromium", "engine", "room", "run_bot", "start_bot"}
MAX_OPTIMIZER_STEPS = 50  # of a test that doesn't count as training
HINT = "mark it with pytest.mark.slow, or add its fixture to STARTING_FIXTURES in tests/fast.py"

Wrapper = Generator[None, object, object]


@dataclass
class Watch:
    """What the test that runs now has done that fast tests don't do."""

    on: bool = False
    counts_steps: bool = False
    steps: int = 0
    faults: list[str] = field(default_factory=list)

    def begin(self, item: pytest.Item) -> None:
        """Watch a test, unless it is slow."""
        self.on, self.steps, self.faults = item.get_closest_marker("slow") is None, 0, []
        if not self.counts_steps and "torch" in sys.modules:
            from torch.optim.optimizer import register_optimizer_step_pre_hook

            register_optimizer_step_pre_hook(lambda *_: self.step())
            self.counts_steps = True

    def step(self) -> None:
        """Count a step of an optimizer."""
        self.steps += 1
        if self.on and self.steps > MAX_OPTIMIZER_STEPS:
            self.refuse("trains a network")

    def audit(self, event: str, arguments: tuple[object, ...]) -> None:
        """Refuse what starts a process; sys.addaudithook calls this."""
        if event in STARTS and self.on:
            self.refuse(f"starts a process: {' '.join(map(str, arguments))[:200]}")

    def refuse(self, fault: str) -> None:
        """Fail at once, and in the end too, if whoever started it catches everything."""
        self.faults.append(fault)
        self.check()

    def check(self) -> None:
        """Fail if there was anything."""
        if self.faults:
            pytest.fail(f"a fast test {self.faults[0]}\n{HINT}", pytrace=False)


watch = Watch()
sys.addaudithook(watch.audit)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if not STARTING_FIXTURES.isdisjoint(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.slow)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Wrapper:
    watch.begin(item)
    try:
        return (yield)
    finally:
        watch.on = False


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Wrapper:
    outcome = yield
    watch.check()
    return outcome
