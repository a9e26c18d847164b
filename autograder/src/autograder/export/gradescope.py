"""A zip that Gradescope's autograder builds from: two scripts, the packages, and one unit."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import nbformat

import autograder
import cnnlab
from autograder.cells import is_exercise
from autograder.course import Course, Unit
from autograder.exercise_places import ANSWERS_FILE, HIDDEN_FILE
from autograder.submissions import read_built

_HERE = Path(__file__).parent
_SCRIPTS = ("setup.sh", "run_autograder")

# Not part of grading one notebook, and the answers least of all belong on another's machine.
_LEFT_OUT = {"__pycache__", "bank", "release", "template"}
# A fixed date: the same course gives the same bytes.
_DATE = (2020, 1, 1, 0, 0, 0)


def write_gradescope_zip(course: Course, unit: Unit, path: Path) -> None:
    """Writes the zip to upload as the autograder of a programming assignment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _entries(course, unit):
            entry = zipfile.ZipInfo(name, _DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            mode = 0o755 if name in _SCRIPTS else 0o644
            entry.external_attr = (0o100000 | mode) << 16
            archive.writestr(entry, content)


def _entries(course: Course, unit: Unit) -> Iterator[tuple[str, bytes]]:
    for name in _SCRIPTS:
        script = (_HERE / "scripts" / name).read_text(encoding="utf-8")
        yield name, script.replace("@UNIT@", unit.id).encode()
    yield "course/course/course.toml", course.manifest.read_bytes()
    for path in sorted(unit.release_notebook.parent.rglob("*")):
        if path.is_file():
            inside = path.relative_to(unit.release_notebook.parent).as_posix()
            yield f"course/release/{unit.id}/{inside}", path.read_bytes()
    if unit.source_notebook.is_file():
        # Learners' processes never look there: `kernels.isolation.view.hidden`, scripts/setup.sh.
        yield f"course/source_notebooks/{unit.id}/{unit.id}.ipynb", _solutions_alone(unit)
    for package in (autograder, cnnlab):
        folder = Path(str(package.__file__)).parent
        yield from _packed(folder, f"packages/{folder.name}")
    for folder in course.packages.path:
        yield from _packed(folder, f"course/{folder.relative_to(course.root).as_posix()}")


def _packed(folder: Path, name: str) -> Iterator[tuple[str, bytes]]:
    """What lies in `folder` and belongs to grading, to be called `name` in the zip."""
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        bank = path.name == ANSWERS_FILE and (path.parent / HIDDEN_FILE).exists()
        if path.is_file() and not bank and not _LEFT_OUT.intersection(inside.parts):
            yield f"{name}/{inside.as_posix()}", path.read_bytes()


def _solutions_alone(unit: Unit) -> bytes:
    """The instructor's notebook with the exercises' cells only, which second opinions need."""
    notebook = read_built(unit, unit.source_notebook)
    notebook.cells = [cell for cell in notebook.cells if is_exercise(cell)]
    return nbformat.writes(notebook).encode()
