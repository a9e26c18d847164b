"""Every mistake that the checks of unit 03 know by name is found, and called by its name."""

from __future__ import annotations

import pytest

from autograder.course import Course
from autograder.hidden_checks import hidden_checks
from cnnlab.check.exercise import Mistake
from cnnlab.check.run import run_checks
from cnnlab.learner import local_learner

HIDDEN = hidden_checks(Course.load().unit("03_vgg"))
POINTS = {
    "feature_shapes": 12,
    "make_vgg": 16,
    "parameter_share": 8,
    "stack_arithmetic": 10,
    "vgg_block": 14,
}
KNOWN = [
    pytest.param(exercise, mistake, id=f"{exercise}-{mistake.of}-{mistake.id}")
    for exercise, hidden in HIDDEN.items()
    for mistake in hidden.exercise.mistakes
]


@pytest.mark.parametrize(("exercise", "mistake"), KNOWN)
def test_a_known_mistake_is_called_by_its_name(exercise: str, mistake: Mistake) -> None:
    hidden = HIDDEN[exercise]
    learner = local_learner(hidden.exercise.ours(**{mistake.of: mistake.wrong}))
    results = run_checks(hidden.exercise, hidden.checks, learner, seed=0)
    assert mistake.id in [result.mistake for result in results if not result.passed]


@pytest.mark.parametrize("exercise", HIDDEN)
def test_points_add_up_and_the_reference_gets_them_all(exercise: str) -> None:
    hidden = HIDDEN[exercise]
    assert sum(check.points for check in hidden.checks) == POINTS[exercise]
    for seed in range(5):
        learner = local_learner(hidden.exercise.ours())
        for checks in (hidden.checks, hidden.exercise.checks):
            results = run_checks(hidden.exercise, checks, learner, seed)
            assert [result.message for result in results if not result.passed] == []
