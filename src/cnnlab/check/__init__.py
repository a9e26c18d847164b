"""Visible checks: `check.conv2d(conv2d)` says at once what is right and what is not.

Each exercise has one function here, named as the exercise is. `check.use(conv2d)` gives your own
function once it passes, and the course's until then; `check.compare("conv2d")` then shows other
right answers. A course of its own makes its own front door:
`check = Checks("my_course.exercises")`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cnnlab.check.compare  # noqa: F401  # later it would take the place of the function below
from cnnlab.check.checks import Checks

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Checks", "compare", "use"]

_course = Checks("cnnlab.exercises")
use = _course.use
compare = _course.compare


def __getattr__(name: str) -> Callable[..., None]:
    return getattr(_course, name)


def __dir__() -> list[str]:
    return ["Checks", *dir(_course)]
