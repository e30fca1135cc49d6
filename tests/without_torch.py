"""`pytest -p tests.without_torch`: what fails for want of torch is skipped, and says so."""

from collections.abc import Generator

import pytest

REASON = "needs torch, which is not installed here"
SAID = "No module named 'torch'"

Wrapper = Generator[None, object, object]
CollectWrapper = Generator[None, pytest.CollectReport, pytest.CollectReport]


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> CollectWrapper:
    report = yield
    if report.failed and SAID in str(report.longrepr):
        report.outcome, report.longrepr = "skipped", (str(collector.path), 1, f"Skipped: {REASON}")
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup() -> Wrapper:
    return (yield from skipping())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Wrapper:
    return (yield from skipping())


def skipping() -> Wrapper:
    try:
        return (yield)
    except Exception as error:
        if SAID in str(error):  # of this process, or of one that said so last
            pytest.skip(REASON)
        raise
