"""Hidden checks of the start as "do nothing"."""

from __future__ import annotations

from autograder.checks.hidden import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.check.units import u05_resnet as visible
from cnnlab.check.units.u05_resnet.zero_start import (
    expect_it_can_learn,
    expect_start,
    expect_start_of_a_network,
)
from cnnlab.student import Student

ZERO_INIT_RESIDUAL = HiddenChecks(visible.ZERO_INIT_RESIDUAL)


@ZERO_INIT_RESIDUAL.check("a block with an identity shortcut becomes ReLU(x)", points=3)
def _(student: Student, draw: Draw) -> None:
    channels = draw.integer(3, 7)
    expect_start(student, draw, channels, channels, 1)


@ZERO_INIT_RESIDUAL.check("a block with a projection becomes ReLU(shortcut(x))", points=3)
def _(student: Student, draw: Draw) -> None:
    few, many = sorted(draw.sample(range(2, 7), 2))
    expect_start(student, draw, few, many, 1)
    expect_start(student, draw, many, few, 2)
    expect_start(student, draw, few, few, 2)


@ZERO_INIT_RESIDUAL.check("every block of a network, however deep it lies", points=2.5)
def _(student: Student, draw: Draw) -> None:
    expect_start_of_a_network(student, draw)


@ZERO_INIT_RESIDUAL.check("the block can still learn", points=1.5)
def _(student: Student, draw: Draw) -> None:
    expect_it_can_learn(student, draw)
