"""One thread for each test process, for they share cores; long tests first; in CI all of them."""

import os

import pytest

os.environ.setdefault("OMP_NUM_THREADS", "1")


def pytest_collection_modifyitems(items):
    """Begun last, a long test would keep one process busy and the others waiting."""
    items.sort(key=_seconds_allowed, reverse=True)


def _seconds_allowed(item):
    """What a slow test may take; the others are all alike."""
    slow, limit = item.get_closest_marker("slow"), item.get_closest_marker("timeout")
    return limit.args[0] if slow and limit else bool(slow)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport():
    """A test that a laptop may leave out has to run in CI: there nobody reads what was skipped."""
    report = yield
    if report.skipped and os.environ.get("CI"):
        report.outcome, report.longrepr = "failed", f"Skipped in CI: {report.longrepr}"
    return report
