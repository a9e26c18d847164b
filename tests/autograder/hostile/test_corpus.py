"""Every hostile or broken submission ends in the score that its honest part deserves.

Nothing leaks, nothing stays, and whoever is graded next to it gets what they get alone.
"""

import json
from functools import partial
from pathlib import Path

import nbformat
import pytest

from autograder.course import Course
from autograder.hostile import corpus
from autograder.hostile.corpus import UNIT
from autograder.judging.grading import grade_all, grade_one
from autograder.kernels.engine import Engine
from autograder.kernels.limits import Limits
from autograder.solutions import compose, solutions
from autograder.submissions import Submission, read_built

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

COURSE = Course.load()
CASES = corpus(COURSE)
BOMBS = [case for case in CASES if case.number == 19]
SEED = 1
# So short that waiting for attacks which run into them takes little; honest answers need less.
SHORT = Limits(seconds_per_cell=8, seconds_for_cells=30, seconds_per_question=3, late_checks=1)


@pytest.fixture(scope="module")
def unit():
    assert Engine().level.name != "none", "Run `autograder doctor`: these need a sandbox."
    return COURSE.unit(UNIT)


@pytest.fixture(scope="module")
def grade(unit):
    return partial(grade_one, unit, seed=SEED, limits=SHORT)


@pytest.fixture(scope="module")
def neighbour(unit, tmp_path_factory):
    """Somebody honest who has only just begun, which is quickly graded."""
    release = read_built(unit, unit.release_notebook)
    answers = {"conv_output_size": solutions(unit)["conv_output_size"]}
    path = tmp_path_factory.mktemp("honest") / "neighbour.ipynb"
    nbformat.write(compose(release, answers), path)
    return Submission("neighbour", path)


@pytest.fixture(scope="module")
def alone(grade, neighbour):
    graded = grade(neighbour)
    assert graded.score == 6
    return graded.results


def submitted(case, folder):
    path = folder / f"{case.student}.ipynb"
    path.write_bytes(case.content)
    return Submission(case.student, path)


def shown(graded):
    """All that anybody will read of a result."""
    outputs = [cell.get("outputs", []) for cell in graded.notebook.cells] if graded.notebook else []
    return json.dumps([graded.as_dict()["checks"], outputs])


def names_of_processes():
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found.append(path.read_text(errors="replace"))
        except OSError:  # it has just ended
            continue
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.student)
def test_the_honest_part_is_what_counts(case, grade, neighbour, alone, tmp_path):
    graded = grade(submitted(case, tmp_path))
    failed = [result for result in graded.results if not result.passed]
    assert graded.score == case.points, failed
    assert len(graded.results) > 0
    assert bool(graded.problem) != case.readable
    assert "LEAKED" not in shown(graded)
    if case.leaves == "process":
        assert not [name for name in names_of_processes() if "cnnlab-left-behind" in name]
    elif case.leaves:
        assert not Path(case.leaves).exists()
    assert grade(neighbour).results == alone


def test_bombs_in_a_class_hurt_nobody(unit, neighbour, alone, tmp_path):
    bombs = [submitted(bomb, tmp_path) for bomb in BOMBS]
    everybody = [neighbour, *(one for bomb in bombs for one in (bomb, neighbour))]
    for graded in grade_all(unit, everybody, seed=SEED, jobs=2, limits=SHORT):
        if graded.student == neighbour.student:
            assert graded.results == alone
        else:
            assert graded.score == BOMBS[0].points
