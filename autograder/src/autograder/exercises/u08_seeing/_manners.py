"""Hidden checks that this unit's functions share: how they leave the network they look into."""

from __future__ import annotations

from collections.abc import Callable

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.exercises.u08_seeing._looks import (
    Look,
    expect_evaluation_mode,
    expect_hooks_gone,
    expect_modes_back,
    expect_result_alone,
    expect_works_frozen,
)
from cnnlab.learner import LearnerCode

DrawLook = Callable[[LearnerCode, Draw], Look]


def ask_for_modes(hidden: HiddenChecks, draw_look: DrawLook) -> None:
    """Two points: the network runs in evaluation mode, and gets its modes back."""

    @hidden.check("evaluation mode while it looks", points=1)
    def _(learner: LearnerCode, draw: Draw) -> None:
        expect_evaluation_mode(learner, hidden.exercise, draw_look(learner, draw))

    @hidden.check("the mode of every part is as it was before", points=1)
    def _(learner: LearnerCode, draw: Draw) -> None:
        expect_modes_back(learner, hidden.exercise, draw_look(learner, draw))


def ask_for_hooks(hidden: HiddenChecks, draw_look: DrawLook, points: float) -> None:
    @hidden.check("no hook is left", points=points)
    def _(learner: LearnerCode, draw: Draw) -> None:
        expect_hooks_gone(learner, hidden.exercise, draw_look(learner, draw))


def ask_for_result_alone(hidden: HiddenChecks, draw_look: DrawLook) -> None:
    @hidden.check("the image is left alone, and no graph is kept", points=1)
    def _(learner: LearnerCode, draw: Draw) -> None:
        expect_result_alone(learner, hidden.exercise, draw_look(learner, draw))


def ask_when_frozen(hidden: HiddenChecks, draw_look: DrawLook) -> None:
    @hidden.check("the same on a frozen network", points=1)
    def _(learner: LearnerCode, draw: Draw) -> None:
        expect_works_frozen(learner, hidden.exercise, draw_look(learner, draw))
