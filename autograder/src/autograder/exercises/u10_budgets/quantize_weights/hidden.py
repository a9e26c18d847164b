"""Hidden checks of `quantize_weights`."""

from __future__ import annotations

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.exercises.u10_budgets._dtypes import agree_with_dtypes
from cnnlab.exercises.u10_budgets.quantize_weights import (
    agree_on_a_dense_layer,
    exercise,
    weights_between_steps,
    with_a_silent_channel,
)
from cnnlab.learner import LearnerCode

hidden = HiddenChecks(exercise)


@hidden.check("weights and scales of a convolution", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    outputs, inputs = draw.sample(range(2, 7), 2)
    side = draw.choice([1, 2, 3])
    agree_with_dtypes(learner, exercise, weights_between_steps(draw, outputs, inputs, side, side))


@hidden.check("a channel of zeros", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_with_dtypes(learner, exercise, with_a_silent_channel(draw))


@hidden.check("the weights of a dense layer", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_a_dense_layer(learner, draw)
