"""The engine knows nothing of one course: what it needs of it stands in course.toml."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from autograder.course import Course
from autograder.course_settings import HIDDEN

ROOT = Path(__file__).parents[2]
GRADER = ROOT / "autograder" / "src" / "autograder"
MACHINERY = [GRADER, ROOT / "src" / "cnnlab" / "check", ROOT / "src" / "cnnlab" / "learner"]
# The hidden checks and answers of our course, code that attacks a grader, and skeletons.
CONTENT = [GRADER / name for name in ("exercises", "answers/bank", "hostile/attacks")]
CONTENT.append(GRADER / "authoring" / "template")


def engine_files() -> list[Path]:
    found = [path for folder in MACHINERY for path in sorted(folder.rglob("*.py"))]
    return [path for path in found if not any(path.is_relative_to(place) for place in CONTENT)]


def imported(path: Path) -> Iterator[str]:
    """The modules that a file imports by name, whether by statement or by call."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            called = node.func.id if isinstance(node.func, ast.Name) else called
            if called in ("import_module", "__import__", "find_spec"):
                yield str(node.args[0].value)


def test_the_engine_imports_no_course_by_name():
    course = [*Course.load().grading.hides, HIDDEN]
    found = {
        f"{path.relative_to(ROOT)} imports {name}"
        for path in engine_files()
        for name in imported(path)
        if any(f"{name}.".startswith(f"{own}.") for own in course)
    }
    assert found == set()


def test_what_the_test_looks_for_would_be_found(tmp_path):
    file = tmp_path / "engine.py"
    file.write_text(
        "from cnnlab import models\nimport cnnlab.exercises.u01\n"
        'import_module("autograder.exercises")\nimportlib.import_module("cnnlab.anatomy")\n'
    )
    assert {
        *("cnnlab.models", "cnnlab.exercises.u01", "autograder.exercises", "cnnlab.anatomy"),
    } <= set(imported(file))
