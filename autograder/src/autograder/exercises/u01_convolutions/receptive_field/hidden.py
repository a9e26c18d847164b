"""Hidden checks of `receptive_field`."""

from __future__ import annotations

from autograder.exercises.telling import telling
from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.exercises.u01_convolutions.receptive_field import (
    agree_on_no_layers,
    agree_on_pairs,
    agree_on_triples,
    exercise,
)
from cnnlab.learner import LearnerCode

hidden = HiddenChecks(exercise)

STRIDE_MISTAKES = (
    "walked_the_wrong_way",
    "own_stride_counts",
    "strides_ignored",
    "last_stride_only",
    "strides_added",
)
DILATION_MISTAKES = (
    "dilation_ignored",
    "dilation_moves_later_layers",
    "dilation_stretches_every_weight",
)


@hidden.check("layers of stride 1", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    kernels = draw.sample(range(2, 10), draw.integer(3, 5))
    agree_on_pairs(learner, *((kernel, 1) for kernel in kernels))


@hidden.check("strides and poolings", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    def chain() -> tuple[list[tuple[int, int]]]:
        first, second, last = draw.sample(range(3, 9), 3)
        early, late = draw.sample((2, 3, 4), 2)
        return ([(first, early), (2, 2), (second, late), (last, 1)],)

    (layers,) = telling(exercise, chain, shows=STRIDE_MISTAKES)
    agree_on_pairs(learner, *layers)


@hidden.check("dilated layers among others", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    def chain() -> tuple[list[tuple[int, ...]]]:
        first, second, last = draw.sample(range(3, 9), 3)
        early, late = draw.sample((2, 3, 4), 2)
        dilation = draw.integer(2, 5)
        return ([(first, early), (2, 2), (second, late, dilation), (last, 1)],)

    (layers,) = telling(exercise, chain, shows=STRIDE_MISTAKES + DILATION_MISTAKES)
    agree_on_triples(learner, *layers)


@hidden.check("no layers", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_no_layers(learner)
