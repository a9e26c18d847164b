"""Every hostile or broken submission ends in the score that its honest part deserves."""

import json
from pathlib import Path

import pytest

from autograder.course import Course
from autograder.engine import Engine
from autograder.grading import grade_all
from autograder.hostile import corpus
from autograder.hostile.corpus import UNIT
from autograder.submissions import Submission

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1500)]

CASES = corpus(Course.load())


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """All of them graded as one class, with right submissions between them."""
    folder = tmp_path_factory.mktemp("class")
    unit = Course.load().unit(UNIT)
    assert Engine().level.name != "none", "Run `autograder doctor`: these need a sandbox."
    submissions = []
    for case in CASES:
        path = folder / f"{case.student}.ipynb"
        path.write_bytes(case.content)
        submissions.append(Submission(case.student, path))
    results = grade_all(unit, submissions, seed=1, jobs=2)
    return {result.student: result for result in results}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.student)
def test_the_honest_part_is_what_counts(case, graded):
    result = graded[case.student]
    assert result.score == case.points, [v.result for v in result.verdicts if not v.result.passed]
    assert len(result.verdicts) > 0
    assert bool(result.problem) != case.readable


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.student)
def test_nothing_leaks_and_nothing_stays(case, graded):
    result = graded[case.student]
    shown = json.dumps(result.as_dict()["checks"])
    if result.notebook is not None:
        shown += json.dumps([cell.get("outputs", []) for cell in result.notebook.cells])
    assert "LEAKED" not in shown
    if case.leaves == "process":
        names = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline")]
        assert not [name for name in names if b"cnnlab-left-behind" in name]
    elif case.leaves:
        assert not Path(case.leaves).exists()
