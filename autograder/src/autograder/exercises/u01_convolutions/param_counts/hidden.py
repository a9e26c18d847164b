"""Hidden checks of `param_counts`."""

from __future__ import annotations

from autograder.exercises.telling import telling
from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.check.explain import agree
from cnnlab.exercises.u01_convolutions.param_counts import exercise
from cnnlab.learner import LearnerCode

hidden = HiddenChecks(exercise)


def _sizes(draw: Draw, of: str) -> tuple[int, ...]:
    """Sizes of a layer on which every mistake of counting shows."""
    shows = {mistake.id for mistake in exercise.mistakes_of(of)} - {"bias_setting_ignored"}

    def convolution() -> tuple[int, ...]:
        return draw.integer(2, 30), draw.integer(2, 99), draw.integer(2, 7)

    def dense() -> tuple[int, ...]:
        return draw.integer(50, 999), draw.integer(2, 49)

    make = convolution if of == "conv_params" else dense
    return telling(exercise, make, shows=sorted(shows), of=of)


@hidden.check("convolutions", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, exercise, *_sizes(draw, "conv_params"), of="conv_params")


@hidden.check("convolutions without biases", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, exercise, *_sizes(draw, "conv_params"), bias=False, of="conv_params")


@hidden.check("dense layers", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, exercise, *_sizes(draw, "linear_params"), of="linear_params")


@hidden.check("dense layers without biases", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, exercise, *_sizes(draw, "linear_params"), bias=False, of="linear_params")
