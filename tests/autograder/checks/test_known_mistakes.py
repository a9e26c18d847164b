"""Every mistake that the checks of unit 01 know by name is found, and called by its name."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from autograder.checks import hidden_checks
from autograder.checks.telling import telling
from cnnlab.check.run import Result, run_checks
from cnnlab.check.todo import Suspect, Todo
from cnnlab.student import local_student

HIDDEN = hidden_checks("01_convolutions")
POINTS = {
    "conv_output_size": 6,
    "conv2d": 14,
    "pool2d": 8,
    "param_counts": 6,
    "receptive_field": 8,
    "edge_kernels": 6,
    "simple_cnn": 12,
}


def known_mistakes() -> Iterator[tuple[str, Suspect]]:
    for todo_id, hidden in HIDDEN.items():
        for suspect in hidden.todo.suspects:
            yield todo_id, suspect


def fails(todo: Todo, checks: list, suspect: Suspect, seed: int) -> list[Result]:
    student = local_student({**todo.references, suspect.of: suspect.wrong})
    return [result for result in run_checks(todo, checks, student, seed) if not result.passed]


@pytest.mark.parametrize(
    ("todo_id", "suspect"),
    [pytest.param(t, s, id=f"{t}-{s.of}-{s.diagnosis}") for t, s in known_mistakes()],
)
def test_a_known_mistake_is_called_by_its_name(todo_id: str, suspect: Suspect) -> None:
    hidden = HIDDEN[todo_id]
    for seed in range(3):
        failed = fails(hidden.todo, hidden.checks, suspect, seed)
        assert failed, "the hidden checks let it pass"
        assert failed[0].diagnosis == suspect.diagnosis
    for result in fails(hidden.todo, hidden.todo.checks, suspect, seed=0)[:1]:
        assert result.diagnosis == suspect.diagnosis


@pytest.mark.parametrize("todo_id", POINTS)
def test_points_add_up_and_the_reference_gets_them_all(todo_id: str) -> None:
    hidden = HIDDEN[todo_id]
    student = local_student(hidden.todo.references)
    assert sum(check.points for check in hidden.checks) == POINTS[todo_id]
    for seed in range(3):
        results = run_checks(hidden.todo, hidden.checks, student, seed)
        assert sum(result.points for result in results) == POINTS[todo_id]


def test_draws_that_cannot_tell_mistakes_apart_are_an_error_of_ours() -> None:
    todo = Todo("double", {"double": lambda n: 2 * n})
    todo.suspect("squares", "It squares.")(lambda n: n * n)
    assert telling(todo, lambda: (3,), shows=["squares"]) == (3,)
    with pytest.raises(RuntimeError, match="squares"):
        telling(todo, lambda: (2,), shows=["squares"])
