"""Every mistake that the checks of units 01 and 02 know is found, and called by its name."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from autograder.course import Course
from autograder.exercises.telling import telling
from autograder.hidden_checks import hidden_checks
from cnnlab.check.exercise import Exercise, Mistake
from cnnlab.check.run import Result, run_checks
from cnnlab.learner import local_learner

HIDDEN = hidden_checks(Course.load().unit("01_convolutions"))
POINTS = {
    "conv_output_size": 6,
    "conv2d": 14,
    "pool2d": 8,
    "param_counts": 6,
    "receptive_field": 8,
    "edge_kernels": 6,
    "simple_cnn": 12,
}


def known_mistakes() -> Iterator[tuple[str, Mistake]]:
    for exercise_id, hidden in HIDDEN.items():
        for mistake in hidden.exercise.mistakes:
            yield exercise_id, mistake


def fails(exercise: Exercise, checks: list, mistake: Mistake, seed: int) -> list[Result]:
    learner = local_learner({**exercise.references, mistake.of: mistake.wrong})
    return [result for result in run_checks(exercise, checks, learner, seed) if not result.passed]


@pytest.mark.parametrize(
    ("exercise_id", "mistake"),
    [pytest.param(t, s, id=f"{t}-{s.of}-{s.id}") for t, s in known_mistakes()],
)
def test_a_known_mistake_is_called_by_its_name(exercise_id: str, mistake: Mistake) -> None:
    hidden = HIDDEN[exercise_id]
    for seed in range(3):
        failed = fails(hidden.exercise, hidden.checks, mistake, seed)
        assert failed, "the hidden checks let it pass"
        assert failed[0].mistake == mistake.id
    for result in fails(hidden.exercise, hidden.exercise.checks, mistake, seed=0)[:1]:
        assert result.mistake == mistake.id


@pytest.mark.parametrize("exercise_id", POINTS)
def test_points_add_up_and_the_reference_gets_them_all(exercise_id: str) -> None:
    hidden = HIDDEN[exercise_id]
    learner = local_learner(hidden.exercise.references)
    assert sum(check.points for check in hidden.checks) == POINTS[exercise_id]
    for seed in range(3):
        results = run_checks(hidden.exercise, hidden.checks, learner, seed)
        assert sum(result.points for result in results) == POINTS[exercise_id]


def test_draws_that_cannot_tell_mistakes_apart_are_an_error_of_ours() -> None:
    exercise = Exercise("double", {"double": lambda n: 2 * n})
    exercise.mistake("squares", "It squares.")(lambda n: n * n)
    assert telling(exercise, lambda: (3,), shows=["squares"]) == (3,)
    with pytest.raises(RuntimeError, match="squares"):
        telling(exercise, lambda: (2,), shows=["squares"])
