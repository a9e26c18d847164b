"""Every mistake that the checks of unit 10 know by name is found, and called by its name."""

from __future__ import annotations

import pytest

from autograder.course import Course
from autograder.hidden_checks import hidden_checks
from cnnlab.check.exercise import Mistake
from cnnlab.check.run import run_checks
from cnnlab.learner import local_learner

HIDDEN = hidden_checks(Course.load().unit("10_budgets"))
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
        for checks in (hidden.checks, hidden.exercise.checks):
            results = run_checks(hidden.exercise, checks, learner, seed)
            failed = [result.mistake for result in results if not result.passed]
            assert failed and failed[0] == mistake.id


@pytest.mark.parametrize("exercise", [name for name in HIDDEN if not name.startswith("design")])
def test_the_reference_gets_all_points(exercise: str) -> None:
    hidden = HIDDEN[exercise]
    for seed in range(5):
        results = run_checks(
            hidden.exercise, hidden.checks, local_learner(dict(hidden.exercise.references)), seed
        )
        assert [result.message for result in results if not result.passed] == []


def test_three_fifths_of_the_points_are_for_writing_and_two_for_designing_and_measuring() -> None:
    points = {name: sum(check.points for check in each.checks) for name, each in HIDDEN.items()}
    assert sum(points.values()) == 60
    measuring = ("design_deployment", "successive_halving", "pareto_front")
    assert sum(points[name] for name in measuring) >= 24
