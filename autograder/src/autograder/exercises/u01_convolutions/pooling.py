"""Hidden checks of unit 01: pooling."""

from __future__ import annotations

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.agree import agree
from cnnlab.check.draw import Draw
from cnnlab.exercises import u01_convolutions as visible
from cnnlab.exercises.u01_convolutions import pooling, windows
from cnnlab.learner import LearnerCode

POOL2D = HiddenChecks(visible.POOL2D)


@POOL2D.check("max-pooling, the window moves by its own side", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    kernel, rows, columns = draw.integer(2, 4), *draw.sample(range(2, 6), 2)
    x = windows.brightness(draw, 3, rows * kernel, columns * kernel)
    pooling.agree_on_blocks(learner, x, kernel)


@POOL2D.check("average pooling", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    rows, columns = draw.sample(range(2, 6), 2)
    agree(
        learner, visible.POOL2D, windows.brightness(draw, 3, rows * 3, columns * 3), 3, mode="avg"
    )


@POOL2D.check("numbers below zero", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    rows, columns = draw.sample(range(2, 6), 2)
    agree(learner, visible.POOL2D, -1 - windows.brightness(draw, 2, rows * 2, columns * 2), 2)


@POOL2D.check("windows that overlap or leave gaps", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    for kernel, stride, mode in [(3, draw.integer(1, 2), "avg"), (2, draw.integer(3, 4), "max")]:
        height, width = (kernel + steps * stride for steps in draw.sample(range(2, 6), 2))
        agree(
            learner,
            visible.POOL2D,
            windows.brightness(draw, 2, height, width),
            kernel,
            stride,
            mode,
        )


@POOL2D.check("rows and columns left over", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    rows, columns = draw.sample(range(2, 6), 2)
    x = windows.brightness(draw, 2, rows * 3 + 2, columns * 3 + 1)
    pooling.agree_on_leftovers(learner, x, 3, 3)
