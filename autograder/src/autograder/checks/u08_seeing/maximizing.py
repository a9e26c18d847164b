"""Hidden checks of the function that makes an image for one channel."""

from __future__ import annotations

from autograder.checks.hidden import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.check.units import u08_seeing as visible
from cnnlab.check.units.u08_seeing.looks import (
    FIRST_CONVOLUTION,
    expect_evaluation_mode,
    expect_hooks_gone,
    expect_model_kept,
    expect_modes_back,
    expect_result_alone,
)
from cnnlab.check.units.u08_seeing.maximizing import (
    draw_goal,
    draw_manners,
    expect_lr_counts,
    expect_own_channel,
    expect_rise,
    expect_start_from_generator,
    others_like,
)
from cnnlab.student import Student

MAXIMIZE_ACTIVATION = HiddenChecks(visible.MAXIMIZE_ACTIVATION)


def draw_size(draw: Draw) -> tuple[int, int]:
    height, width = draw.sample(range(5, 10), 2)
    return height, width


@MAXIMIZE_ACTIVATION.check("the channel answers more strongly than at the start", points=2)
def _(student: Student, draw: Draw) -> None:
    size = draw_size(draw)
    look, channel = draw_goal(draw, *size)
    expect_rise(student, others_like(look, channel, 1.0), channel, size, FIRST_CONVOLUTION)


@MAXIMIZE_ACTIVATION.check("the channel asked for, and no other", points=2)
def _(student: Student, draw: Draw) -> None:
    size = draw_size(draw)
    expect_own_channel(student, *draw_goal(draw, *size), size)


@MAXIMIZE_ACTIVATION.check("the generator alone decides the start", points=1)
def _(student: Student, draw: Draw) -> None:
    size = draw_size(draw)
    expect_start_from_generator(student, *draw_goal(draw, *size), size)


@MAXIMIZE_ACTIVATION.check("lr decides how long a step is", points=1)
def _(student: Student, draw: Draw) -> None:
    size = draw_size(draw)
    look, channel = draw_goal(draw, *size)
    expect_lr_counts(student, others_like(look, channel, 1.0), channel, size)


@MAXIMIZE_ACTIVATION.check("evaluation mode while it looks", points=1)
def _(student: Student, draw: Draw) -> None:
    look = draw_manners(student, draw, *draw_size(draw))
    expect_evaluation_mode(student, visible.MAXIMIZE_ACTIVATION, look)


@MAXIMIZE_ACTIVATION.check("the mode of every part is as it was before", points=1)
def _(student: Student, draw: Draw) -> None:
    look = draw_manners(student, draw, *draw_size(draw))
    expect_modes_back(student, visible.MAXIMIZE_ACTIVATION, look)


@MAXIMIZE_ACTIVATION.check("no hook is left", points=1)
def _(student: Student, draw: Draw) -> None:
    look = draw_manners(student, draw, *draw_size(draw))
    expect_hooks_gone(student, visible.MAXIMIZE_ACTIVATION, look)


@MAXIMIZE_ACTIVATION.check("parameters and stored gradients are left; no graph is kept", points=1)
def _(student: Student, draw: Draw) -> None:
    look = draw_manners(student, draw, *draw_size(draw))
    expect_model_kept(student, visible.MAXIMIZE_ACTIVATION, look, draw)
    expect_result_alone(student, visible.MAXIMIZE_ACTIVATION, look)
