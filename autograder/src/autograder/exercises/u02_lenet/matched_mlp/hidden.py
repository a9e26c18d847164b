"""Hidden checks of `matched_mlp`."""

from __future__ import annotations

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.exercises.u02_lenet.matched_mlp import agree_on_mlp, exercise
from cnnlab.learner import LearnerCode

hidden = HiddenChecks(exercise)


@hidden.check("nearest from below", points=0.5)
def _(learner: LearnerCode, draw: Draw) -> None:
    ask_for_mlp(learner, draw, rest=(0.05, 0.15))


@hidden.check("nearest from above", points=1.5)
def _(learner: LearnerCode, draw: Draw) -> None:
    ask_for_mlp(learner, draw, rest=(0.6, 0.9))


@hidden.check("every bias is counted", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    # 4 inputs and 7 outputs: a hidden unit costs 12, and the outputs' biases more than half of it.
    units = draw.integer(30, 50)
    agree_on_mlp(learner, draw, 7 + 12 * units + draw.integer(1, 5), (1, 2, 2), 7)


@hidden.check("images become logits", points=0.5)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_mlp(learner, draw, 4 + 95 * draw.integer(200, 900), (3, 5, 6), 4)


@hidden.check("at least one hidden unit", points=0.5)
def _(learner: LearnerCode, draw: Draw) -> None:
    # Seven outputs: of a single hidden unit, no start leaves all of them positive by chance.
    agree_on_mlp(learner, draw, draw.integer(4, 12), (1, 4, 5), 7)


def ask_for_mlp(learner: LearnerCode, draw: Draw, rest: tuple[float, float]) -> None:
    """A budget that lies `rest` of a hidden unit above a whole number of units.

    With so many units, a bias forgotten in each adds up to more than a unit.
    """
    height, width = draw.sample(range(3, 8), 2)
    outputs = draw.integer(3, 6)
    cost = height * width + outputs + 1
    extra = draw.integer(round(rest[0] * cost), round(rest[1] * cost))
    budget = outputs + draw.integer(80, 120) * cost + extra
    agree_on_mlp(learner, draw, budget, (1, height, width), outputs)
