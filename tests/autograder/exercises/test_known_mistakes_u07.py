"""Every mistake that the checks of unit 07 know by name is found, and called by its name."""

from __future__ import annotations

import pytest

from autograder.course import Course
from autograder.hidden_checks import hidden_checks
from cnnlab.check.exercise import Mistake
from cnnlab.check.run import run_checks
from cnnlab.learner import local_learner

HIDDEN = hidden_checks(Course.load().unit("07_transfer"))
KNOWN = [
    pytest.param(exercise, mistake, id=f"{exercise}-{mistake.of}-{mistake.id}")
    for exercise, hidden in HIDDEN.items()
    for mistake in hidden.exercise.mistakes
]


@pytest.mark.parametrize(("exercise", "mistake"), KNOWN)
def test_a_known_mistake_is_called_by_its_name(exercise: str, mistake: Mistake) -> None:
    hidden = HIDDEN[exercise]
    for seed in range(3):
        learner = local_learner({**hidden.exercise.references, mistake.of: mistake.wrong})
        results = run_checks(hidden.exercise, hidden.checks, learner, seed)
        failed = [result.mistake for result in results if not result.passed]
        assert mistake.id in failed


@pytest.mark.parametrize("exercise", HIDDEN)
def test_the_reference_gets_all_points(exercise: str) -> None:
    hidden = HIDDEN[exercise]
    for seed in range(5):
        results = run_checks(
            hidden.exercise, hidden.checks, local_learner(dict(hidden.exercise.references)), seed
        )
        assert [result.message for result in results if not result.passed] == []
