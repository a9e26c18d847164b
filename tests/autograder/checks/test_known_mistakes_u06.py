"""Every mistake that the checks of unit 06 know by name is found, and called by its name."""

from __future__ import annotations

import pytest

from autograder.checks import hidden_checks
from cnnlab.check.run import run_checks
from cnnlab.check.todo import Suspect
from cnnlab.student import local_student

HIDDEN = hidden_checks("06_training")
# A suspect of `augment` gives everything that can happen, and is no answer itself.
KNOWN = [
    pytest.param(todo, suspect, id=f"{todo}-{suspect.of}-{suspect.diagnosis}")
    for todo, hidden in HIDDEN.items()
    for suspect in hidden.todo.suspects
    if todo != "augment"
]


@pytest.mark.parametrize(("todo", "suspect"), KNOWN)
def test_a_known_mistake_is_called_by_its_name(todo: str, suspect: Suspect) -> None:
    hidden = HIDDEN[todo]
    for seed in range(3):
        student = local_student({**hidden.todo.references, suspect.of: suspect.wrong})
        results = run_checks(hidden.todo, hidden.checks, student, seed)
        failed = [result.diagnosis for result in results if not result.passed]
        assert suspect.diagnosis in failed


@pytest.mark.parametrize("todo", HIDDEN)
def test_the_reference_gets_all_points(todo: str) -> None:
    hidden = HIDDEN[todo]
    for seed in range(5):
        results = run_checks(
            hidden.todo, hidden.checks, local_student(dict(hidden.todo.references)), seed
        )
        assert [result.message for result in results if not result.passed] == []
