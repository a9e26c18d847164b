"""Visible checks: `check.conv2d(conv2d)` says at once what is right and what is not.

Each exercise has one function here, named as the exercise is. `check.use(conv2d)` gives your own
function once it passes, and the course's until then.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["use"]


def use(answer: Any, exercise: str = "") -> Any:
    """The learner's own answer if it passes its checks, else the course's version, and says which.

    Experiments call this, so that a notebook runs to its end while exercises are still open.
    """
    return import_module("cnnlab.check.notebook").use(answer, exercise)


def __getattr__(name: str) -> Callable[..., None]:
    # import_module: a `from cnnlab.check import …` in here would ask this function again
    course = import_module("cnnlab.check.registry").COURSE
    if name not in course.names():
        raise AttributeError(
            f"no exercise is called {name!r}; there are: {', '.join(course.names())}"
        )

    def check(*answers: Any) -> None:
        import_module("cnnlab.check.notebook").check_answer(course.find(name), *answers)

    check.__name__ = name
    return check


def __dir__() -> list[str]:
    return ["use", *import_module("cnnlab.check.registry").COURSE.names()]
