"""`make_vgg`: whole VGGs from a list of numbers."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import torch

from cnnlab.check.compare import Wrong
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.check.networks import (
    MOST_NUMBERS,
    agree_network,
    drawn_weights,
    expect_repeatable,
    numbers_in,
)
from cnnlab.exercises.u03_vgg._open_vgg import Config
from cnnlab.exercises.u03_vgg.make_vgg_mistakes import add_mistakes
from cnnlab.learner import LearnerCode, NoAnswer
from cnnlab.models import make_vgg

exercise = Exercise("make_vgg", {"make_vgg": make_vgg}, refuses=("torchvision.models.*",))
add_mistakes(exercise)


def agree_on_vgg(
    learner: LearnerCode,
    draw: Draw,
    config: Config,
    num_classes: int,
    in_channels: int = 3,
    image_size: int = 32,
    **settings: int,
) -> None:
    """The learner's VGG computes what ours does; settings left at their defaults are not given."""
    images = draw.normal(3, in_channels, image_size, image_size, dtype=torch.float32)
    given: dict[str, Any] = dict(settings)
    if in_channels != 3:
        given["in_channels"] = in_channels
    if image_size != 32:
        given["image_size"] = image_size
    with suppress(NoAnswer):  # an error is better explained below
        expect_repeatable(learner.build("make_vgg", list(config), num_classes, **given), images)
    agree_network(
        learner,
        exercise,
        list(config),
        num_classes,
        **given,
        inputs=images,
        draw=draw,
        twins=True,
    )


DROPPING = {"num_classes": 25, "in_channels": 2, "image_size": 10, "hidden": 37}


def expect_dropout_in_head(learner: LearnerCode, draw: Draw) -> None:
    """Training mode silences half of the units of both hidden dense layers, and nothing else.

    Nothing in the blocks is negative, so no unit is silent by itself. The dense layers are loaded
    so that all first hidden units are the mean of the flattened maps, the second ones repeat the
    first, and the logits repeat the second. Two dropouts of one half then leave each logit 0 or 4
    times what it is in evaluation mode.
    """
    config = [(1, 6), (1, 9)]
    numbers, hidden, classes = 9 * 2 * 2, DROPPING["hidden"], DROPPING["num_classes"]
    network = learner.build("make_vgg", config, **DROPPING)
    images = draw.uniform(16, 2, 10, 10, dtype=torch.float32)
    expect_repeatable(network, images)
    readout = {
        (hidden, numbers): torch.full((hidden, numbers), 1 / numbers),
        (hidden, hidden): torch.eye(hidden),
        (hidden,): torch.zeros(hidden),
        (classes, hidden): torch.eye(classes, hidden),
        (classes,): torch.zeros(classes),
    }
    shapes = network.shapes()
    if numbers_in(shapes) > MOST_NUMBERS:
        raise Wrong("wrong_parameters", f"The network has {numbers_in(shapes):,} parameters.")
    values = drawn_weights(shapes, draw.seed)
    network.load({n: readout.get(tuple(v.shape), v.abs()) for n, v in values.items()})
    usual = _numbers(network.eval().forward(images))
    dropped = _numbers(network.train().forward(images))
    _judge_dropout((dropped / usual)[usual != 0])


def _numbers(logits: Any) -> torch.Tensor:
    if not isinstance(logits, torch.Tensor) or not bool(logits.isfinite().all()):
        raise Wrong("wrong_type", "The output of `make_vgg(…)` isn't a tensor of finite numbers.")
    return logits.flatten()


def _judge_dropout(ratio: torch.Tensor) -> None:
    """`ratio` says how many times as large each logit is in training mode."""
    if len(ratio) == 0:
        raise Wrong(
            "wrong_values",
            "In eval mode all logits are 0, whatever the images and the weights are.",
        )
    if bool((ratio - 1).abs().max() < 0.01):
        raise Wrong(
            "dropout_missing",
            "In training mode the same images get the same logits as in eval mode, so "
            "there's no dropout between the dense layers.",
        )
    silent = ratio.abs() < 0.01
    kept = ratio[~silent]
    if len(kept) == 0 or bool((kept / kept.mean() - 1).abs().max() > 0.01):
        raise Wrong(
            "dropout_elsewhere",
            "In training mode something other than the hidden units is dropped. Dropout "
            "belongs after the ReLU of each hidden dense layer, and nowhere else.",
        )
    factor = kept.mean().item()
    if abs(factor - 2) < 0.02:
        raise Wrong(
            "one_dropout_missing",
            "Only one of the two hidden dense layers is followed by dropout.",
        )
    if abs(factor - 4) > 0.04:
        raise Wrong(
            "dropout_rate",
            "Dropout doesn't drop half of the hidden units: the remaining ones grow by a "
            f"factor of {factor:.2f} in all. With p = 0.5 twice it should be 4.",
        )


@exercise.visible("three blocks, ten classes, 32×32")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_vgg(learner, draw, [(1, 4), (1, 6), (2, 8)], 10)


@exercise.visible("other images, other widths")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_vgg(learner, draw, [(2, 5), (3, 7)], 4, in_channels=2, image_size=12, hidden=24)


@exercise.visible("dropout in training mode only, after both hidden layers")
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_dropout_in_head(learner, draw)
