"""`simple_cnn`: three rounds of convolution, then two dense layers.

The reference is the course's own `SimpleCNN`.
"""

from __future__ import annotations

import contextlib

import torch

from cnnlab.check.blame import blame
from cnnlab.check.compare import Wrong
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.check.networks import (
    agree_network,
    drawn_weights,
    expect_repeatable,
    shapes_of,
)
from cnnlab.exercises.u01_convolutions._dropout import expect_dropout_in_training
from cnnlab.exercises.u01_convolutions.simple_cnn_mistakes import add_mistakes
from cnnlab.learner import LearnerCode, Network
from cnnlab.learner.problems import Raised
from cnnlab.models.simple import SimpleCNN

exercise = Exercise("simple_cnn", {"SimpleCNN": SimpleCNN})
add_mistakes(exercise)


def images(draw: Draw, count: int) -> torch.Tensor:
    return draw.normal(count, 3, 32, 32, dtype=torch.float32)


def awake(learner: LearnerCode, draw: Draw) -> Network:
    """The learner's network with weights of ours, so that no unusual start hides what it does."""
    network = learner.build("SimpleCNN").eval()
    network.load(drawn_weights(shapes_of(network, images(draw, 1)), draw.seed))
    return network


def agree_on_size(learner: LearnerCode, draw: Draw) -> None:
    """As many parameters as ours, in the same shapes, if nothing is said about the classes."""
    agree_network(learner, exercise, inputs=images(draw, 1), draw=draw, modes=())


def agree_on_logits(
    learner: LearnerCode, x: torch.Tensor, draw: Draw, num_classes: int = 10
) -> Network:
    """In evaluation mode, with weights that we drew, the network computes what ours does."""
    try:
        with blame(
            "batch_size_taken_for_one",
            "One image works, several don't. Flatten each image on its own: keep the first "
            "(batch) dimension.",
            if_passes=lambda: learner.build("SimpleCNN", num_classes).eval().forward(x[:1]),
        ):
            return agree_network(learner, exercise, num_classes, inputs=x, draw=draw)
    except Wrong:
        with contextlib.suppress(Raised):  # the error has been explained already
            expect_repeatable(awake(learner, draw), x[:1])
        raise


@exercise.visible("1,147,466 parameters")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_size(learner, draw)


@exercise.visible("logits for three images")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_logits(learner, images(draw, 3), draw)


@exercise.visible("a different number of classes")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_logits(learner, images(draw, 2), draw, num_classes=7)


@exercise.visible("dropout in training mode only")
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_dropout_in_training(awake(learner, draw), images(draw, 3))
