"""The hidden checks, one module for each unit: unit `05_resnet` has `u05_resnet.py`."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.util import find_spec

from autograder.checks.hidden import HiddenChecks


@cache
def hidden_checks(unit_id: str) -> dict[str, HiddenChecks]:
    """The hidden checks of a unit, by TODO; empty if it has none yet."""
    name = f"{__name__}.u{unit_id}"
    if find_spec(name) is None:
        return {}
    found = vars(import_module(name)).values()
    return {hidden.todo.id: hidden for hidden in found if isinstance(hidden, HiddenChecks)}
