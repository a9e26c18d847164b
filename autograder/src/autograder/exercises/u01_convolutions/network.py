"""Hidden checks of unit 01: SimpleCNN."""

from __future__ import annotations

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.compare import Wrong
from cnnlab.check.draw import Draw
from cnnlab.exercises import u01_convolutions as visible
from cnnlab.exercises.u01_convolutions import dropout, network
from cnnlab.learner import LearnerCode

SIMPLE_CNN = HiddenChecks(visible.SIMPLE_CNN)


@SIMPLE_CNN.check("1,147,466 parameters", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    network.expect_size(learner)


@SIMPLE_CNN.check("the logits", points=4)
def _(learner: LearnerCode, draw: Draw) -> None:
    network.expect_logits(learner, network.images(draw, draw.integer(2, 5)))


@SIMPLE_CNN.check("another number of classes", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    num_classes = draw.integer(11, 30)
    network.expect_size(learner, num_classes)
    output = learner.build("SimpleCNN", num_classes).forward(network.images(draw, 2))
    network.expect_shape(output, (2, num_classes))


@SIMPLE_CNN.check("dropout in training mode only", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    dropout.expect_dropout_in_training(network.awake(learner, draw), network.images(draw, 3))


@SIMPLE_CNN.check("dropout of half the hidden units", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    x = network.images(draw, 16)
    network.expect_logits(learner, x)
    dropout.expect_half_of_hidden_units(network.awake(learner, draw), x)


@SIMPLE_CNN.check("every parameter can learn", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    x, targets = network.images(draw, 4), draw.labels(4, 10)
    gradients = network.awake(learner, draw).gradients(x, targets=targets)
    if not gradients or any(g is None or not bool(g.any()) for g in gradients.values()):
        raise Wrong(
            "parameter_without_gradient",
            "The loss does not reach every parameter, so part of the network would never learn.",
        )
