"""Every mistake that the checks know by name is found in grading, and called by its name."""

from __future__ import annotations

import pytest

from autograder.course import Course
from autograder.hidden_checks import HiddenChecks, hidden_checks
from cnnlab.check.exercise import Mistake
from cnnlab.check.run import run_checks
from cnnlab.learner import local_learner

UNITS = ("03_vgg", "05_resnet", "09_blocks")
HIDDEN = [hidden for unit in UNITS for hidden in hidden_checks(Course.load().unit(unit)).values()]
KNOWN = [
    pytest.param(hidden, mistake, id=f"{mistake.of}-{mistake.id}")
    for hidden in HIDDEN
    for mistake in hidden.exercise.mistakes
]


@pytest.mark.parametrize(("hidden", "mistake"), KNOWN)
def test_a_known_mistake_is_called_by_its_name(hidden: HiddenChecks, mistake: Mistake) -> None:
    learner = local_learner(hidden.exercise.ours(**{mistake.of: mistake.wrong}))
    results = run_checks(hidden.exercise, hidden.checks, learner, seed=0)
    assert mistake.id in [result.mistake for result in results if not result.passed]


# What a design reaches under many seeds takes minutes: benchmarks/design_stability.py.
@pytest.mark.parametrize(
    "hidden",
    [hidden for hidden in HIDDEN if not hidden.exercise.brief],
    ids=lambda hidden: hidden.exercise.id,
)
def test_our_own_version_passes_under_any_seed(hidden: HiddenChecks) -> None:
    learner = local_learner(hidden.exercise.ours())
    for seed in range(5):
        for checks in (hidden.checks, hidden.exercise.checks):
            results = run_checks(hidden.exercise, checks, learner, seed)
            assert [result.message for result in results if not result.passed] == []
