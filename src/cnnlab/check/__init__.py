"""Visible checks: `check.conv2d(conv2d)` says at once what is right and what is not.

Each exercise has one function here, named as the exercise is. `check.use(conv2d)` gives your own
function once it passes, and the course's until then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["use"]


def __getattr__(name: str) -> Callable[..., Any]:
    if name.startswith("_"):
        raise AttributeError(name)
    from cnnlab.check import notebook, registry
    from cnnlab.errors import UnknownNameError

    if name == "use":
        return notebook.use
    try:
        todo = registry.find_todo(name)
    except UnknownNameError as problem:
        raise AttributeError(str(problem)) from None

    def check(*answers: Any) -> None:
        notebook.check_answer(todo, *answers)

    check.__name__ = name
    return check


def __dir__() -> list[str]:
    from cnnlab.check import registry

    return sorted(["use", *(todo for unit in registry.todos_by_unit().values() for todo in unit)])
