"""Hidden checks of `simple_cnn`."""

from __future__ import annotations

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.check.networks import expect_every_parameter_used
from cnnlab.exercises.u01_convolutions._dropout import (
    expect_dropout_in_training,
    expect_half_of_hidden_units,
)
from cnnlab.exercises.u01_convolutions.simple_cnn import (
    agree_on_logits,
    agree_on_size,
    awake,
    exercise,
    images,
)
from cnnlab.learner import LearnerCode

hidden = HiddenChecks(exercise)


@hidden.check("1,147,466 parameters", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_size(learner, draw)


@hidden.check("the logits", points=4)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_logits(learner, images(draw, draw.integer(2, 5)), draw)


@hidden.check("a different number of classes", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_logits(learner, images(draw, 2), draw, num_classes=draw.integer(11, 30))


@hidden.check("dropout in training mode only", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_dropout_in_training(awake(learner, draw), images(draw, 3))


@hidden.check("dropout of half the hidden units", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    x = images(draw, 16)
    expect_half_of_hidden_units(agree_on_logits(learner, x, draw), x)


@hidden.check("every parameter can learn", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_every_parameter_used(awake(learner, draw), images(draw, 4), draw)
