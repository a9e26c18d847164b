"""Hidden checks of LeNet-5 and its dense opponent."""

from __future__ import annotations

import torch

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.compare import Wrong
from cnnlab.check.draw import Draw
from cnnlab.exercises import u02_lenet as visible
from cnnlab.exercises.u02_lenet.networks import agree_lenet, agree_mlp, expect_parameter_count
from cnnlab.learner import LearnerCode

LENET5 = HiddenChecks(visible.LENET5)


@LENET5.check("classic, 28×28", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_lenet(learner, draw)


@LENET5.check("classic, 32×32", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_lenet(learner, draw, image_size=32)


@LENET5.check("modern, 28×28", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_lenet(learner, draw, modern=True)


@LENET5.check("modern, 32×32", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_lenet(learner, draw, image_size=32, modern=True)


@LENET5.check("other numbers of classes and channels", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    # 6, 16, 84 and 120 are widths inside the network: as numbers of classes they hide mix-ups.
    for modern in (False, True):
        agree_lenet(
            learner, draw, draw.choice([3, 5, 7, 11, 26]), draw.choice([2, 3, 4]), 28, modern
        )
        agree_lenet(
            learner, draw, draw.choice([3, 5, 7, 11, 26]), draw.choice([2, 3, 4]), 32, modern
        )


@LENET5.check("61,706 parameters in every form", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    for image_size in (28, 32):
        for modern in (False, True):
            network = learner.build("LeNet5", image_size=image_size, modern=modern)
            expect_parameter_count(network, 61_706)


@LENET5.check("every parameter receives a gradient", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    images = draw.normal(3, 1, 28, 28, dtype=torch.float32)
    network = learner.build("LeNet5", modern=draw.choice([True, False]))
    gradients = network.gradients(images, targets=draw.labels(3, 10))
    if not gradients or any(gradient is None for gradient in gradients.values()):
        raise Wrong(
            "parameter_without_gradient",
            "Some parameters receive no gradient. Is a layer made but never used, frozen, or cut "
            "off by detach() or no_grad()?",
        )


MATCHED_MLP = HiddenChecks(visible.MATCHED_MLP)


@MATCHED_MLP.check("nearest from below", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    ask_for_mlp(learner, draw, rest=(0.05, 0.15))


@MATCHED_MLP.check("nearest from above", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    ask_for_mlp(learner, draw, rest=(0.6, 0.9))


@MATCHED_MLP.check("every bias is counted", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    # 4 inputs and 7 outputs: a hidden unit costs 12, and the outputs' biases more than half of it.
    units = draw.integer(30, 50)
    agree_mlp(learner, draw, 7 + 12 * units + draw.integer(1, 5), (1, 2, 2), 7)


@MATCHED_MLP.check("images become logits", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_mlp(learner, draw, 4 + 95 * draw.integer(200, 900), (3, 5, 6), 4)


@MATCHED_MLP.check("at least one hidden unit", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    # Seven outputs: of a single hidden unit, no start leaves all of them positive by chance.
    agree_mlp(learner, draw, draw.integer(4, 12), (1, 4, 5), 7)


def ask_for_mlp(learner: LearnerCode, draw: Draw, rest: tuple[float, float]) -> None:
    """A budget that lies `rest` of a hidden unit above a whole number of units.

    With so many units, a bias forgotten in each adds up to more than a unit.
    """
    height, width = draw.sample(range(3, 8), 2)
    outputs = draw.integer(3, 6)
    cost = height * width + outputs + 1
    extra = draw.integer(round(rest[0] * cost), round(rest[1] * cost))
    budget = outputs + draw.integer(80, 120) * cost + extra
    agree_mlp(learner, draw, budget, (1, height, width), outputs)
