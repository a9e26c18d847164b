"""A course's own code: where it lies, and how its failures are told to its authors."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

from autograder.course_manifest import line_of_setting
from autograder.course_settings import Grading, Packages, top_package
from autograder.errors import AutograderError, CourseError


def folder_of(packages: Packages, setting: str) -> Path:
    """The folder of the package that course.toml calls `exercises` or `hidden`."""
    name = str(getattr(packages, setting))
    make_importable(packages)
    with courses_own_code(packages):
        try:
            spec = find_spec(name)
        except ModuleNotFoundError as problem:
            if not f"{name}.".startswith(f"{problem.name}."):
                raise
            spec = None
    places = spec.submodule_search_locations if spec else None
    if not places:
        raise _missing(packages, setting, name)
    return Path(next(iter(places)))


def import_part(packages: Packages, name: str) -> ModuleType:
    """The module `name` of the course; a CourseError tells why it cannot be imported."""
    make_importable(packages)
    with courses_own_code(packages):
        return import_module(name)


def make_importable(packages: Packages) -> None:
    """Lets Python find the packages in the course's folder; what is installed goes first."""
    sys.path += [str(place) for place in packages.path if str(place) not in sys.path]


def check_preloads(packages: Packages, grading: Grading) -> None:
    """Raises a CourseError if a module to be imported beforehand belongs to no known package."""
    make_importable(packages)
    for name in grading.preloads:  # a package alone is looked for: to go deeper would import it
        if find_spec(top_package(name.partition(":")[0])) is None:
            raise _missing(packages, "preloads", name)


def library_places(packages: Packages) -> list[Path]:
    """The packages and modules of the course that learners' code imports, so that kernels see them.

    That is what lies in the folders of `path`, and the package of the exercises wherever it lies;
    never the package of the hidden checks.
    """
    hidden = top_package(packages.hidden)
    beside = [child for place in packages.path for child in sorted(place.iterdir())]
    found = [child for child in beside if _is_importable(child) and child.stem != hidden]
    depth = packages.exercises.count(".")
    above = [folder_of(packages, "exercises"), *folder_of(packages, "exercises").parents]
    return list(dict.fromkeys([*found, above[depth]]))


def _is_importable(place: Path) -> bool:
    return (place / "__init__.py").is_file() or place.suffix == ".py"


@contextmanager
def courses_own_code(packages: Packages) -> Iterator[None]:
    """A failure of what runs in here is the course's, and is told with its file and line."""
    try:
        yield
    except AutograderError:
        raise
    except (Exception, SystemExit) as problem:
        file, line = _place(problem, packages)
        said = traceback.format_exception_only(problem)[-1].strip()
        raise CourseError(
            f"{file}:{line}: the course's own code fails here: {said.rstrip('.')}. Mend that line; "
            "no answer is at fault, and nothing was written."
        ) from problem


def _place(problem: BaseException, packages: Packages) -> tuple[Path, int]:
    """Where the course's code failed: the innermost of its lines, or else of any."""
    if isinstance(problem, SyntaxError) and problem.filename:
        return Path(problem.filename), problem.lineno or 1
    lines = [
        (Path(frame.filename), frame.lineno or 1)
        for frame in traceback.extract_tb(problem.__traceback__)
        if not frame.filename.startswith("<")
    ]
    root = packages.manifest.parent.parent
    own = [place for place in lines if place[0].is_relative_to(root)]
    return (own or lines)[-1]


def _missing(packages: Packages, setting: str, name: str) -> CourseError:
    line = line_of_setting(packages.manifest, setting)
    looked = " and ".join(["what is installed", *map(str, packages.path)])
    return CourseError(
        f"{packages.manifest}:{line}: {setting} names {name!r}, and there is no such package in "
        f"{looked}. Mend the name, install the package, or add its folder to `path`."
    )
