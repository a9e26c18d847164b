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
    return {module.__name__.rpartition(".u")[2]: todos_in(module) for module in modules_in(units)}


def modules_in(package: ModuleType) -> list[ModuleType]:
    names = sorted(info.name for info in pkgutil.iter_modules(package.__path__))
    return [importlib.import_module(f"{package.__name__}.{name}") for name in names]


def todos_in(module: ModuleType) -> dict[str, Todo]:
    return {value.id: value for value in vars(module).values() if isinstance(value, Todo)}


def find_todo(todo_id: str) -> Todo:
    known = {todo.id: todo for todos in todos_by_unit().values() for todo in todos.values()}
    if todo_id not in known:
        raise UnknownNameError("exercise", todo_id, sorted(known))
    return known[todo_id]


def unit_of(todo_id: str) -> str:
    for unit, todos in todos_by_unit().items():
        if todo_id in todos:
            return unit
    raise UnknownNameError(
        "exercise", todo_id, sorted(t for u in todos_by_unit().values() for t in u)
    )
