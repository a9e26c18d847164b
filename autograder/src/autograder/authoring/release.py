"""The students' notebooks, made by nbgrader's own GenerateAssignment.

It runs in this process, on a temporary course folder with a temporary gradebook, under the
settings of course/nbgrader_config.py: so `nbgrader generate_assignment` gives the same bytes.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

import nbformat

from autograder.authoring.notebook import cell_ids
from autograder.authoring.problem import Problem
from autograder.authoring.python_code import syntax_error
from autograder.authoring.questions import Questions
from autograder.authoring.roles import TODO, name_of
from autograder.authoring.rules import of_role
from autograder.course import Course, Unit
from autograder.lesson_file import LessonCell
from autograder.nbgrader_settings import nbgrader_settings

Files = dict[str, bytes]
"""A folder's files: path inside it, with forward slashes, to content."""

# Words that tell a student how the answer was taken out, or where it lies.
_TRACES = ("BEGIN SOLUTION", "END SOLUTION", "HIDDEN TESTS", "jupytext", "autograder")
_LOCAL_PATHS = ("/home/", "/Users/", "C:\\Users\\")


def generate_releases(
    course: Course, sources: Mapping[Unit, Files]
) -> tuple[dict[Unit, Files], list[Problem]]:
    """The released files of every unit, from the files of its source folder."""
    # Imported here because it takes half a second, and `autograder --help` should not.
    from nbgrader.api import Base
    from nbgrader.converters import GenerateAssignment
    from nbgrader.coursedir import CourseDirectory
    from sqlalchemy import create_engine
    from traitlets.config import Config

    config = nbgrader_settings(course)
    releases: dict[Unit, Files] = {}
    problems = []
    with TemporaryDirectory(prefix="release-") as name:
        root = Path(name).resolve()
        database = f"sqlite:///{root / 'gradebook.db'}"
        config.merge(Config({"CourseDirectory": {"root": str(root), "db_url": database}}))
        # A gradebook with its tables already there spares nbgrader from starting alembic.
        engine = create_engine(database)
        Base.metadata.create_all(engine)
        engine.dispose()
        for unit, files in sources.items():
            for path, content in files.items():
                target = root / "source_notebooks" / unit.id / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
            log, complaints = _listening_log(unit)
            folder = CourseDirectory(config=config, log=log, assignment_id=unit.id)
            try:
                GenerateAssignment(coursedir=folder, config=config, log=log).start()
            except Exception as error:  # nbgrader raises whatever a cell made it raise
                why = next((text for text in complaints if "Traceback" in text), str(error))
                what = f"nbgrader refuses the notebook: {why.strip().splitlines()[-1]}"
                problems.append(Problem(unit.lesson, 1, what, "Mend the cell it names"))
                continue
            releases[unit] = read_folder(root / "release" / unit.id)
    return releases, problems


def release_problems(
    course: Course,
    unit: Unit,
    cells: Sequence[LessonCell],
    files: Files,
    checks: Questions | None = None,
) -> list[Problem]:
    """What a student must not find in the release, and stubs that are no stubs."""
    notebook = nbformat.reads(files[f"{unit.id}.ipynb"].decode("utf-8"), as_version=4)
    lesson_cells = dict(zip(cell_ids(cells), cells, strict=True))
    problems = []
    for cell in notebook.cells:
        origin = lesson_cells.get(cell.id)
        line = origin.line if origin else 1
        for trace in _traces_in(cell.source, course.root):
            place = origin.line_of(trace) if origin else 1
            problems.append(_trace_problem(unit.lesson, place, trace))
        if cell.cell_type == "code" and (error := syntax_error(cell.source)):
            what = f"without its solution the cell is not valid Python: {error.msg}"
            mend = "Place the solution markers so that the stub fits where they stand"
            problems.append(Problem(unit.lesson, line, what, mend))
    for path, content in files.items():
        if PurePosixPath(path).suffix != ".ipynb":
            text = content.decode("utf-8", errors="ignore")
            for trace in _traces_in(text, course.root):
                place = text[: text.index(trace)].count("\n") + 1
                problems.append(_trace_problem(unit.folder / path, place, trace))
    for cell in of_role(cells, TODO) if checks else []:
        reason = checks.points_of_stub(unit, str(name_of(cell)), notebook) if checks else None
        if reason:
            what = f"the exercise {name_of(cell)!r}, left as students get it, {reason}"
            mend = "Move the markers so that the answer is taken out, or sharpen the check"
            problems.append(Problem(unit.lesson, cell.line, what, mend))
    return problems


def read_folder(folder: Path) -> Files:
    """Every file below `folder`, by its path inside it."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _traces_in(text: str, root: Path) -> list[str]:
    places = [*_LOCAL_PATHS, f"{root}/"] if len(root.parts) > 2 else list(_LOCAL_PATHS)
    found = [place for place in places if place in text]
    lowered = text.lower()
    for words in _TRACES:
        place = lowered.find(words.lower())
        if place >= 0:
            found.append(text[place : place + len(words)])
    return found


def _trace_problem(file: Path, line: int, trace: str) -> Problem:
    return Problem(file, line, f"students would read {trace!r}", "Say it in other words")


def _listening_log(unit: Unit) -> tuple[logging.Logger, list[str]]:
    """A logger that keeps nbgrader's errors instead of printing them."""
    heard: list[str] = []
    log = logging.Logger(f"release of {unit.id}")

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            heard.append(record.getMessage())

    log.addHandler(Listener(level=logging.ERROR))
    return log, heard
