"""What no answer of a course may call, none of its exercises may."""

from __future__ import annotations

from tests.autograder.authoring.whole_course import WholeCourse, rewrite

from autograder.course import Course
from autograder.hidden_checks import hidden_checks
from cnnlab.check.run import run_checks
from cnnlab.learner import local_learner

FOLDED = """
import functools
def median(numbers):
    return functools.reduce(lambda one, other: one, sorted(numbers))
"""


def test_refusals_of_the_course_hold_for_each_exercise(tmp_path):
    whole = WholeCourse(tmp_path.resolve())
    refused = f'refuses = ["{whole.name}.*", "functools.reduce"]'
    rewrite(whole.manifest, f'refuses = ["{whole.name}.*"]', refused)
    (unit,) = Course.load(whole.root).units
    hidden = hidden_checks(unit)["median"]
    namespace: dict[str, object] = {}
    exec(FOLDED, namespace)
    learner = local_learner(namespace, [FOLDED])
    results = run_checks(hidden.exercise, hidden.checks, learner, 0)
    assert {result.mistake for result in results} == {"refused_call"}
