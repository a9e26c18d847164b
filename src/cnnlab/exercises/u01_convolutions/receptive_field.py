"""`receptive_field`: how far a unit sees back into the image."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from cnnlab.anatomy.arithmetic import receptive_field
from cnnlab.check.blame import blame
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.check.explain import agree
from cnnlab.learner import LearnerCode

Layers = Sequence[tuple[int, ...]]
# What one layer makes of a number: from its kernel, stride and dilation, and the jump before it.
Rule = Callable[[int, int, int, int], int]

exercise = Exercise("receptive_field", {"receptive_field": receptive_field})


def _widened(kernel: int, stride: int, dilation: int, jump: int) -> int:
    return (kernel - 1) * dilation * jump


def _moved(kernel: int, stride: int, dilation: int, jump: int) -> int:
    return jump * stride


def _walk(layers: Layers, start: int = 1, widen: Rule = _widened, move: Rule = _moved) -> int:
    """The walk through the layers, right as it stands, with any of its steps replaced."""
    field, jump = start, 1
    for kernel, stride, *rest in layers:
        dilation = rest[0] if rest else 1
        field += widen(kernel, stride, dilation, jump)
        jump = move(kernel, stride, dilation, jump)
    return field


@exercise.mistake(
    "walked_the_wrong_way",
    "This formula works from the last layer back to the image, but you go through the layers from "
    "first to last.",
)
def _(layers: Layers) -> int:
    field = 1
    for kernel, stride, *rest in layers:
        dilation = rest[0] if rest else 1
        field = (field - 1) * stride + (kernel - 1) * dilation + 1
    return field


@exercise.mistake(
    "own_stride_counts",
    "You let a layer's own stride widen its own view. The stride moves the windows apart only for "
    "the layers that come after it.",
)
def _(layers: Layers) -> int:
    return _walk(layers, widen=lambda k, s, d, jump: (k - 1) * d * jump * s)


@exercise.mistake(
    "starts_at_nothing",
    "Your result is 1 too small. Before any layer, an output is a pixel: it sees 1, not 0.",
)
def _(layers: Layers) -> int:
    return _walk(layers, start=0)


_WHOLE_KERNEL = (
    "whole_kernel_added",
    "You add the whole kernel at each layer. One of its pixels was already in view; only the "
    "other kernel − 1 are new.",
)


@exercise.mistake(*_WHOLE_KERNEL)
def _(layers: Layers) -> int:
    return _walk(layers, widen=lambda k, s, d, jump: k * d * jump)


@exercise.mistake(*_WHOLE_KERNEL)
def _(layers: Layers) -> int:
    return _walk(layers, start=0, widen=lambda k, s, d, jump: k * d * jump)


@exercise.mistake(
    "kernels_multiplied",
    "You multiply the sizes of the kernels. Neighbouring windows overlap, so a layer adds only its "
    "rim: (kernel − 1) times the distance between the outputs it reads.",
)
def _(layers: Layers) -> int:
    return math.prod(kernel for kernel, *_ in layers)


@exercise.mistake(
    "strides_ignored",
    "The strides have no effect. After a layer with stride 2, neighbouring outputs are 2 input "
    "pixels apart, so later kernels reach further.",
)
def _(layers: Layers) -> int:
    return _walk(layers, move=lambda k, s, d, jump: jump)


@exercise.mistake(
    "last_stride_only",
    "You use only the stride of the layer just before. Multiply the strides of all earlier layers.",
)
def _(layers: Layers) -> int:
    return _walk(layers, move=lambda k, s, d, jump: s)


@exercise.mistake(
    "strides_added",
    "You add the strides. They multiply: after two layers with stride 2, outputs are 4 input "
    "pixels apart, after three 8.",
)
def _(layers: Layers) -> int:
    return _walk(layers, move=lambda k, s, d, jump: jump + s - 1)


@exercise.mistake(
    "dilation_ignored",
    "This is right only for dilation 1: the gaps in dilated kernels aren't counted.",
)
def _(layers: Layers) -> int:
    return _walk(layers, widen=lambda k, s, d, jump: (k - 1) * jump)


@exercise.mistake(
    "dilation_moves_later_layers",
    "You treat the dilation like a stride. It spreads out the weights of its own kernel; the "
    "outputs of that layer stay as close together as before.",
)
def _(layers: Layers) -> int:
    return _walk(layers, move=lambda k, s, d, jump: jump * s * d)


@exercise.mistake(
    "dilation_stretches_every_weight",
    "You let the kernel span kernel × dilation pixels. Dilation widens the gaps between the "
    "weights, and there is one gap fewer than there are weights.",
)
def _(layers: Layers) -> int:
    return _walk(layers, widen=lambda k, s, d, jump: (k * d - 1) * jump)


def agree_on_pairs(learner: LearnerCode, *layers: tuple[int, int]) -> None:
    """Asks about layers without dilation, and says so if writing dilation 1 would have helped."""
    triples = [(kernel, stride, 1) for kernel, stride in layers]
    with blame(
        "expects_three_numbers",
        "You unpack three numbers from every layer. A layer without dilation comes as a pair "
        "(kernel, stride).",
        if_passes=lambda: agree(learner, exercise, triples),
    ):
        agree(learner, exercise, list(layers))


def agree_on_triples(learner: LearnerCode, *layers: tuple[int, ...]) -> None:
    """Asks about layers of which some have a dilation, and says so if the pairs alone would do."""
    pairs = [layer[:2] for layer in layers]
    with blame(
        "expects_two_numbers",
        "You unpack two numbers from every layer. A dilated layer comes with three: (kernel, "
        "stride, dilation).",
        if_passes=lambda: agree(learner, exercise, pairs),
    ):
        agree(learner, exercise, list(layers))


def agree_on_no_layers(learner: LearnerCode) -> None:
    """Asks about an empty list, and says so if any layer at all would have been no trouble."""
    with blame(
        "needs_a_layer",
        "Your code fails on an empty list. With no layers, an output is just a pixel: it sees 1.",
        if_passes=lambda: agree(learner, exercise, [(3, 1, 1)]),
    ):
        agree(learner, exercise, [])


@exercise.visible("two 3×3 layers")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_pairs(learner, (3, 1), (3, 1))


@exercise.visible("stride 2 in the last layer")
def _(learner: LearnerCode, draw: Draw) -> None:
    # With a last kernel of 2 every mistake gives another number here; with 3 or 5 some agree.
    agree_on_pairs(learner, (3, 1), (3, 1), (2, 2))


@exercise.visible("poolings between the layers")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_pairs(learner, (3, 1), (2, 2), (5, 1), (2, 2), (3, 1))


@exercise.visible("a dilated layer among plain ones")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_triples(learner, (3, 1), (3, 1, 4), (5, 1))
