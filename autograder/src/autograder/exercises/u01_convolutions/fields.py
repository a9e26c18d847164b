"""Hidden checks of unit 01: the receptive field."""

from __future__ import annotations

from autograder.exercises.telling import telling
from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.exercises import u01_convolutions as visible
from cnnlab.exercises.u01_convolutions import fields
from cnnlab.learner import LearnerCode

RECEPTIVE_FIELD = HiddenChecks(visible.RECEPTIVE_FIELD)


@RECEPTIVE_FIELD.check("layers of stride 1", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    kernels = draw.sample(range(2, 10), draw.integer(3, 5))
    fields.agree_on_pairs(learner, *((kernel, 1) for kernel in kernels))


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


@RECEPTIVE_FIELD.check("strides and poolings", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    def chain() -> tuple[list[tuple[int, int]]]:
        first, second, last = draw.sample(range(3, 9), 3)
        early, late = draw.sample((2, 3, 4), 2)
        return ([(first, early), (2, 2), (second, late), (last, 1)],)

    (layers,) = telling(visible.RECEPTIVE_FIELD, chain, shows=STRIDE_MISTAKES)
    fields.agree_on_pairs(learner, *layers)


@RECEPTIVE_FIELD.check("dilated layers among others", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    def chain() -> tuple[list[tuple[int, ...]]]:
        first, second, last = draw.sample(range(3, 9), 3)
        early, late = draw.sample((2, 3, 4), 2)
        dilation = draw.integer(2, 5)
        return ([(first, early), (2, 2), (second, late, dilation), (last, 1)],)

    (layers,) = telling(visible.RECEPTIVE_FIELD, chain, shows=STRIDE_MISTAKES + DILATION_MISTAKES)
    fields.agree_on_triples(learner, *layers)


@RECEPTIVE_FIELD.check("no layers", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    fields.agree_on_no_layers(learner)
