"""The NumPy course builds, its checks are right, and a class of it is graded in the sandbox."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import nbformat
import pytest
from example import EXAMPLES, typed

from autograder.course import Course
from autograder.sample_class import compose, solutions
from autograder.submissions import read_notebook

UNIT = "01_neighbours"
WRAPPED = """
def life_step(board):
    shifts = [(d, r) for d in (-1, 0, 1) for r in (-1, 0, 1) if (d, r) != (0, 0)]
    count = sum(np.roll(board, shift, axis=(0, 1)) for shift in shifts)
    return ((count == 3) | ((count == 2) & (board == 1))).astype(int)
"""
STOLEN = """
def moving_average(x, width):
    from numpy_course.exercises.u01_neighbours.moving_average import exercise
    return exercise.references["moving_average"](x, width)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The course as its author has it, built."""
    left_out = shutil.ignore_patterns("release", "source_notebooks", "demo", "__pycache__")
    place = tmp_path_factory.mktemp("example") / "numpy_course"
    shutil.copytree(EXAMPLES / "numpy_course", place, ignore=left_out)
    assert "Built: 1 unit" in typed(place, ["build"])
    return place


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_its_checks_are_right_and_its_notebooks_are_proven(folder):
    assert "As the course says" in typed(folder, ["build", "--check"])
    for seed in range(3):
        told = typed(folder, ["answers", "--seed", str(seed)])
        assert "Right answers refused: 0 of 8" in told
        assert "Wrong answers not caught or misnamed: 0 of 19" in told
    assert "24/24" in typed(folder, ["validate"])


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_class_is_graded_in_the_sandbox(folder):
    unit = Course.load(folder).unit(UNIT)
    release, right = read_notebook(unit.release_notebook), solutions(unit)
    handed_in = {
        "ada": right,
        "bob": {**right, "life_step": WRAPPED},
        "cem": {},
        "eve": {**right, "moving_average": STOLEN},
    }
    for student, answers in handed_in.items():
        path = folder / "submitted" / student / UNIT / f"{UNIT}.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(compose(release, answers), path)
    typed(folder, ["grade", "submitted", "--unit", UNIT, "--json", "results.json"], code=1)
    rows = {row["student"]: row for row in json.loads((folder / "results.json").read_text())}
    assert {student: row["score"] for student, row in rows.items()} == {
        **{"ada": 24, "bob": 12, "cem": 0, "eve": 14},
    }
    assert {row["sandbox"] for row in rows.values()} <= {"bubblewrap", "uid"}
    assert "wraps_around" in {check["diagnosis"] for check in rows["bob"]["checks"]}


def test_learners_need_no_torch(folder):
    program = """
import sys
sys.path[:0] = ["without", "packages"]
import numpy as np
from numpy_course import check, hint

def moving_average(x, width):
    return np.convolve(x, np.ones(width) / width, mode="same")

check.moving_average(moving_average)
hint("moving_average")
"""
    (folder / "without").mkdir()
    (folder / "without" / "torch.py").write_text("raise ModuleNotFoundError('torch')")
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=folder,
        env={"PATH": "", "HOME": str(folder), "PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "The result is as long as `x`" in " ".join(done.stdout.split())
    assert "Hint 1 of 3." in done.stdout
