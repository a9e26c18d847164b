"""`autograder init`: a course that builds, proves itself and grades, without torch or ours."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest

from autograder.authoring.skeletons import TEMPLATE
from autograder.course import Course
from autograder.sample_class import compose, solutions
from autograder.submissions import read_notebook

ROOT = Path(__file__).parents[3]
UNIT = "01_first"


def _type(folder: Path, *arguments: str) -> str:
    """Types an `autograder` command in that folder, as its author would; returns what it prints."""
    environment = {k: v for k, v in os.environ.items() if k != "CNNLAB_COURSE"}
    done = subprocess.run(
        [sys.executable, "-m", "autograder", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_new_course_builds_proves_itself_and_grades_in_the_sandbox(tmp_path):
    told = _type(tmp_path, "init", "signals_course")
    folder = tmp_path / "signals_course"
    commands = [line.split()[1:] for line in told.splitlines() if line.startswith("  autograder")]
    assert [command[0] for command in commands] == ["build", "answers", "validate"]
    said = [_type(folder, *command) for command in commands]
    assert "10 answers to 1" in said[1]
    assert "10/10" in said[2]
    assert "As the course says" in _type(folder, "build", "--check")

    unit = Course.load(folder).unit(UNIT)
    release = read_notebook(unit.release_notebook)
    right = compose(release, solutions(unit))
    wrong = compose(
        release, {"median": "def median(numbers):\n    return sorted(numbers)[len(numbers) // 2]"}
    )
    for student, notebook in (("ada", right), ("bob", wrong)):
        place = folder / "submitted" / student / UNIT / f"{UNIT}.ipynb"
        place.parent.mkdir(parents=True)
        nbformat.write(notebook, place)
    results = folder / "results.json"
    grade = ["grade", "submitted", "--unit", UNIT, "--no-gradebook", "--json", str(results)]
    done = subprocess.run(
        [sys.executable, "-m", "autograder", *grade], cwd=folder, capture_output=True, text=True
    )
    assert done.returncode == 1, done.stderr  # not all is right
    rows = {row["student"]: row for row in json.loads(results.read_text())}
    assert {student: row["score"] for student, row in rows.items()} == {"ada": 10, "bob": 6}
    assert {row["sandbox"] for row in rows.values()} <= {"bubblewrap", "uid"}
    assert "upper_middle" in {check["diagnosis"] for check in rows["bob"]["checks"]}


def test_the_template_has_nothing_of_ours_but_the_machinery():
    settings = "course/nbgrader_config.py"
    assert (TEMPLATE / "course" / settings).read_bytes() == (ROOT / settings).read_bytes()
    for path in TEMPLATE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        for foreign in ("torch", "cnnlab.exercises", "cnnlab.models", "cnnlab.data"):
            assert foreign not in text, path


def test_the_instructors_package_ships_the_template(tmp_path):
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", tmp_path]
    subprocess.run([*command, ROOT / "autograder"], check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    for path in TEMPLATE.rglob("*"):
        if path.is_file() and path.suffix != ".pyc":
            assert f"autograder/authoring/template/{path.relative_to(TEMPLATE).as_posix()}" in names


def test_what_learners_install_holds_the_release_and_nothing_hidden(whole, run):
    assert run("build")[0] == 0
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", "dist", "."]
    subprocess.run(command, cwd=whole.root, check=True, capture_output=True)
    (wheel,) = (whole.root / "dist").glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert f"{whole.name}/release/{UNIT}/{UNIT}.ipynb" in names
    assert f"{whole.name}/exercises/u01_first/median.py" in names
    assert not [name for name in names if "hidden" in name or "answers" in name]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("numpy", "Python has a package 'numpy' already"),
        ("2026_course", "is no name for a package"),
        ("class", "is no name for a package"),
        ("full", "is there already"),
        ("file", "is there already"),
    ],
)
def test_a_folder_that_cannot_become_a_course_is_refused(tmp_path, run, monkeypatch, name, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes.txt").touch()
    (tmp_path / "file").touch()
    before = sorted(tmp_path.rglob("*"))
    code, told = run("init", name)
    assert code == 2
    assert said in told
    assert sorted(tmp_path.rglob("*")) == before


def test_an_empty_folder_with_a_hyphen_becomes_a_course(tmp_path, run, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my-signals").mkdir()
    code, told = run("init", "my-signals")
    assert code == 0
    assert "cd my-signals" in told
    course = Course.load(tmp_path / "my-signals")
    assert course.title == "My signals"
    assert course.packages.exercises == "my_signals.exercises"
    assert [place.name for place in course.library_places()] == ["my_signals"]
    assert sorted(tmp_path.iterdir()) == [tmp_path / "my-signals"]
