"""Hidden checks of `pool2d`."""

from __future__ import annotations

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.check.explain import agree
from cnnlab.exercises.u01_convolutions._windows import brightness
from cnnlab.exercises.u01_convolutions.pool2d import (
    agree_on_blocks,
    agree_on_leftovers,
    exercise,
)
from cnnlab.learner import LearnerCode

hidden = HiddenChecks(exercise)


@hidden.check("max-pooling, the window moves by its own side", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    kernel, rows, columns = draw.integer(2, 4), *draw.sample(range(2, 6), 2)
    x = brightness(draw, 3, rows * kernel, columns * kernel)
    agree_on_blocks(learner, x, kernel)


@hidden.check("average pooling", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    rows, columns = draw.sample(range(2, 6), 2)
    agree(learner, exercise, brightness(draw, 3, rows * 3, columns * 3), 3, mode="avg")


@hidden.check("negative numbers", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    rows, columns = draw.sample(range(2, 6), 2)
    agree(learner, exercise, -1 - brightness(draw, 2, rows * 2, columns * 2), 2)


@hidden.check("windows that overlap or leave gaps", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    for kernel, stride, mode in [(3, draw.integer(1, 2), "avg"), (2, draw.integer(3, 4), "max")]:
        height, width = (kernel + steps * stride for steps in draw.sample(range(2, 6), 2))
        agree(
            learner,
            exercise,
            brightness(draw, 2, height, width),
            kernel,
            stride,
            mode,
        )


@hidden.check("rows and columns left over", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    rows, columns = draw.sample(range(2, 6), 2)
    x = brightness(draw, 2, rows * 3 + 2, columns * 3 + 1)
    agree_on_leftovers(learner, x, 3, 3)
