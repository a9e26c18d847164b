"""`lenet5`: LeNet-5 in its classic and its modern form.

The reference is the course's own `LeNet5`.
"""

from __future__ import annotations

from typing import Any

import torch

from cnnlab.check.compare import Wrong
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.check.networks import agree_network
from cnnlab.exercises.u02_lenet.lenet5_mistakes import add_mistakes, sigmoid_lenet
from cnnlab.learner import LearnerCode, Network, NoAnswer
from cnnlab.models.lenet import LeNet5

exercise = Exercise("lenet5", {"LeNet5": LeNet5})
add_mistakes(exercise)

DEFAULTS = {"num_classes": 10, "in_channels": 1, "image_size": 28, "modern": False}


def agree_on_lenet(learner: LearnerCode, draw: Draw, **settings: Any) -> Network:
    """The learner's LeNet-5 computes what ours does, for all settings: those not given are ours."""
    return _agree(learner, draw, **{**DEFAULTS, **settings})


def agree_on_defaults(learner: LearnerCode, draw: Draw) -> None:
    """Without any settings the network is the one that it is with all of them."""
    try:
        _agree(learner, draw)
    except (Wrong, NoAnswer):
        _agree(learner, draw, **DEFAULTS)  # where that is wrong, too, the defaults are not why
        listed = ", ".join(f"{name}={value}" for name, value in DEFAULTS.items())
        raise Wrong(
            "other_defaults",
            "With every setting spelled out the network is right; with your defaults it isn't. "
            f"Compare your signature with the description: {listed}.",
        ) from None


def agree_on_size(learner: LearnerCode, draw: Draw, **settings: Any) -> None:
    """As many parameters as ours, in the same shapes."""
    _agree(learner, draw, modes=(), **{**DEFAULTS, **settings})


def _agree(learner: LearnerCode, draw: Draw, **settings: Any) -> Network:
    """Compares with ours; tanh and sigmoid are both classic."""
    channels, side = (settings.get(name, DEFAULTS[name]) for name in ("in_channels", "image_size"))
    return agree_network(
        learner,
        exercise,
        inputs=draw.normal(3, channels, side, side, dtype=torch.float32),
        draw=draw,
        also_right=() if settings.get("modern") else (sigmoid_lenet,),
        **settings,
    )


@exercise.visible("classic: ten logits from a 28×28 image")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_defaults(learner, draw)


@exercise.visible("modern: ReLU and max pooling")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_lenet(learner, draw, modern=True)


@exercise.visible("a 32×32 image needs no padding")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_lenet(learner, draw, image_size=32)


@exercise.visible("other numbers of classes and channels")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_lenet(learner, draw, num_classes=7, in_channels=3)


@exercise.visible("61,706 parameters")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_size(learner, draw)
