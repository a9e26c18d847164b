"""Modules that are not there: importing one gives an empty module in its place.

A notebook may import what answers an exercise, for its experiments. In a kernel whose answers are
scored the import must succeed, or all else in that cell would be lost, and give nothing to call.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import NoReturn

from .import_plan import ImportPlan


class NotThereWhileGraded(AttributeError):
    """Something was asked of a module that is hidden from scored kernels."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} is not there while exercises are graded. An experiment of your own that needs "
            "it costs nothing; an answer has to do without it."
        )


class StandIn(ModuleType):
    """An empty module. What is imported from it is one, too, and cannot be used in any way."""

    def __getattr__(self, name: str) -> NoReturn:
        raise NotThereWhileGraded(f"{self.__name__}.{name}")

    def __call__(self, *args: object, **kwargs: object) -> NoReturn:
        raise NotThereWhileGraded(self.__name__)

    def __mro_entries__(self, bases: tuple[object, ...]) -> NoReturn:
        """Python asks for these when a class is to be derived from it."""
        raise NotThereWhileGraded(self.__name__)


class HiddenModules(MetaPathFinder, Loader):
    """Finds the modules that a plan hides, before anybody looks for their files."""

    def __init__(self, plan: ImportPlan) -> None:
        self._plan = plan

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        if not self._plan.hides_module(fullname):
            return None
        return ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return StandIn(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """There is nothing to run."""
