"""Finding a TODO by its id. A unit called `05_resnet` keeps its TODOs in `units/u05_resnet.py`."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from types import ModuleType

from cnnlab.check import units
from cnnlab.check.todo import Todo
from cnnlab.errors import UnknownNameError


@cache
def todos_by_unit() -> dict[str, dict[str, Todo]]:
    """Every TODO of the course, by unit and then by id."""
    modules = sorted(info.name for info in pkgutil.iter_modules(units.__path__))
    return {
        name.removeprefix("u"): _todos_in(importlib.import_module(f"{units.__name__}.{name}"))
        for name in modules
    }


def _todos_in(module: ModuleType) -> dict[str, Todo]:
    return {value.id: value for value in vars(module).values() if isinstance(value, Todo)}


@cache
def all_todos() -> dict[str, Todo]:
    """Every TODO of the course, by id."""
    return {todo.id: todo for todos in todos_by_unit().values() for todo in todos.values()}


def find_todo(todo_id: str) -> Todo:
    if todo_id not in all_todos():
        raise UnknownNameError("exercise", todo_id, sorted(all_todos()))
    return all_todos()[todo_id]


def todo_defining(name: str) -> Todo | None:
    """The TODO in which learners write the function or class `name`."""
    return next((todo for todo in all_todos().values() if name in todo.names), None)
