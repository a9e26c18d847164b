"""One thread for each test process, for they share the cores; long tests first."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")


def pytest_collection_modifyitems(items):
    """Begun last, a long test would keep one process busy and the others waiting."""
    items.sort(key=_seconds_allowed, reverse=True)


def _seconds_allowed(item):
    """What a slow test may take; the others are all alike."""
    slow, limit = item.get_closest_marker("slow"), item.get_closest_marker("timeout")
    return limit.args[0] if slow and limit else bool(slow)
