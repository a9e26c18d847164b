"""The zip for Gradescope, laid out and run as Gradescope does it."""

import json
import os
import subprocess
import sys
import zipfile

import nbformat
import pytest
from fake_class import UNIT, broken_machine, fake_graded, fake_results
from tests.autograder.authoring.whole_course import WholeCourse

from autograder.authoring import build
from autograder.cells import is_exercise
from autograder.course import Course
from autograder.export.gradescope import write_gradescope_zip
from autograder.export.on_gradescope import as_results, main
from autograder.solutions import compose

STATES = {"hidden", "after_due_date", "after_published", "visible"}


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    course = Course.load()
    path = tmp_path_factory.mktemp("zip") / "autograder.zip"
    write_gradescope_zip(course, course.unit(UNIT), path)
    return path


@pytest.fixture
def root(tmp_path, archive):
    """/autograder as Gradescope lays it out, with nothing handed in yet."""
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(tmp_path / "source")
    (tmp_path / "source" / "run_autograder").chmod(0o755)  # Python's unpacking forgets it
    for folder in ("submission", "results"):
        (tmp_path / folder).mkdir()
    metadata = {"id": 1, "users": [{"email": "ada@example.org", "name": "Ada"}]}
    (tmp_path / "submission_metadata.json").write_text(json.dumps(metadata))
    return tmp_path


def check_form(results):
    """What Gradescope's documentation asks of results.json."""
    assert isinstance(results["execution_time"], int)
    assert results["visibility"] in STATES
    assert results["stdout_visibility"] in STATES
    for test in results["tests"]:
        assert test["visibility"] in STATES
        assert isinstance(test["output"], str)
        if "score" in test:
            assert 0 <= test["score"] <= test["max_score"]
            assert test["status"] in ("passed", "failed")


def test_the_zip_of_another_course_holds_its_packages_and_no_answers(tmp_path):
    whole = WholeCourse(tmp_path.resolve())
    course = Course.load(whole.root)
    assert build(course).ok
    path = tmp_path / "autograder.zip"
    write_gradescope_zip(course, course.units[0], path)
    with zipfile.ZipFile(path) as opened:
        names = set(opened.namelist())
    for part in (whole.exercise, whole.hidden):
        assert f"course/{part.relative_to(whole.root).as_posix()}" in names
    assert not [name for name in names if name.endswith("median/answers.py")]
    assert "packages/autograder/command/answers.py" in names


def test_the_zip_holds_two_scripts_the_unit_and_of_its_answers_what_grading_needs(archive):
    with zipfile.ZipFile(archive) as opened:
        names = opened.namelist()
        modes = {name: opened.getinfo(name).external_attr >> 16 & 0o777 for name in names}
        solutions = opened.read(f"course/source_notebooks/{UNIT}/{UNIT}.ipynb").decode()
        setup = opened.read("setup.sh").decode()
    assert modes["run_autograder"] == modes["setup.sh"] == 0o755
    assert f"course/release/{UNIT}/{UNIT}.ipynb" in names
    assert "packages/cnnlab/learner/agent.py" in names
    bank = [name for name in names if name.endswith("/answers.py") and "/exercises/" in name]
    assert not [*bank, *(name for name in names if "/bank/" in name or "/units/0" in name)]
    assert not [name for name in names if "02_lenet.ipynb" in name]
    cells = nbformat.reads(solutions, as_version=4).cells
    assert all(is_exercise(cell) for cell in cells)
    assert "chmod -R go-rwx" in setup
    assert "course/source_notebooks" in setup
    assert len(names) == len(set(names))


def test_the_same_course_gives_the_same_bytes(archive, tmp_path, course, unit):
    write_gradescope_zip(course, unit, tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == archive.read_bytes()


def test_what_students_see_is_apart_from_what_instructors_see():
    made = fake_results(lambda check: check != "conv2d.1", mistake="kernel_flipped")
    results = as_results(fake_graded("ada", results=made, seed=4711), 3.2)
    check_form(results)
    shown = [test for test in results["tests"] if test["visibility"] == "visible"]
    hidden = [test for test in results["tests"] if test["visibility"] == "hidden"]
    assert sum(test["score"] for test in shown) == results["score"] == 58
    assert "4711" in hidden[0]["output"]
    assert "kernel_flipped" in hidden[0]["output"]
    assert "4711" not in json.dumps([shown, results["output"]])


def test_a_failure_of_the_machine_gives_no_score():
    results = as_results(broken_machine("ada"), 1.0)
    check_form(results)
    assert "score" not in results
    assert not any("score" in test for test in results["tests"])
    assert [test["visibility"] for test in results["tests"]] == ["hidden"]


@pytest.mark.parametrize("content", [None, "", "{", "[]"])
def test_whatever_is_handed_in_has_a_result(root, content):
    if content is not None:
        (root / "submission" / "work.ipynb").write_text(content)
    assert main(["--unit", UNIT, "--root", str(root)]) == 0
    results = json.loads((root / "results" / "results.json").read_text())
    check_form(results)
    assert results["score"] == 0
    assert "notebook" in results["tests"][0]["output"]


@pytest.mark.slow
def test_run_autograder_grades_what_lies_in_the_submission_folder(root, release, solved, bank):
    wrong = next(a for a in bank if a.exercise == "conv2d" and a.mistake == "kernel_flipped")
    # what builds on the wrong one is asked again, beside the solutions in the zip
    slip = "def conv_output_size(*args, **kwargs):\n    return 1"
    answers = {**solved, "conv2d": wrong.source, "conv_output_size": slip}
    notebook = compose(release, answers)
    nbformat.write(notebook, root / "submission" / "my work.ipynb")
    done = subprocess.run(
        [str(root / "source" / "run_autograder")],
        env={
            **os.environ,
            "AUTOGRADER_ROOT": str(root),
            "AUTOGRADER_SOURCE": str(root / "source"),
            "AUTOGRADER_PYTHON": sys.executable,
        },
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    results = json.loads((root / "results" / "results.json").read_text())
    check_form(results)
    failed = [test for test in results["tests"] if test.get("status") == "failed"]
    assert {test["number"].split(".")[0] for test in failed} == {"conv2d", "conv_output_size"}
    assert results["score"] == 60 - 6 - 14 + wrong.points
