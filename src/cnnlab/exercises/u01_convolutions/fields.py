"""The receptive field, unit 01."""

from __future__ import annotations

from cnnlab.check.agree import agree
from cnnlab.check.blame import blame
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.learner import LearnerCode
from cnnlab.reference import convolutions as ours

RECEPTIVE_FIELD = Exercise("receptive_field", {"receptive_field": ours.receptive_field})


def _walk(layers, start=1, widen=None, move=None):
    """The walk through the layers with one step replaced by a wrong one."""
    widen = widen or (lambda k, s, d, jump: (k - 1) * d * jump)
    move = move or (lambda k, s, d, jump: jump * s)
    field, jump = start, 1
    for kernel, stride, *rest in layers:
        dilation = rest[0] if rest else 1
        field += widen(kernel, stride, dilation, jump)
        jump = move(kernel, stride, dilation, jump)
    return field


@RECEPTIVE_FIELD.mistake(
    "walked_the_wrong_way",
    "This formula is for walking from the last layer back to the image, but the layers were taken "
    "from the first to the last.",
)
def _(layers):
    field = 1
    for kernel, stride, *rest in layers:
        dilation = rest[0] if rest else 1
        field = (field - 1) * stride + (kernel - 1) * dilation + 1
    return field


@RECEPTIVE_FIELD.mistake(
    "own_stride_counts",
    "A layer's own stride already widens its own view here. The stride moves the windows apart for "
    "the layers that come after it.",
)
def _(layers):
    return _walk(layers, widen=lambda k, s, d, jump: (k - 1) * d * jump * s)


@RECEPTIVE_FIELD.mistake(
    "whole_kernel_added",
    "Each layer adds its whole kernel. One of the kernel's pixels was in view already; only the "
    "others are new.",
)
def _(layers):
    return _walk(layers, widen=lambda k, s, d, jump: k * d * jump)


@RECEPTIVE_FIELD.mistake(
    "starts_at_nothing",
    "The result is 1 too small. Before any layer, an output is its own pixel: it sees 1, not 0.",
)
def _(layers):
    return _walk(layers, start=0)


@RECEPTIVE_FIELD.mistake(
    "strides_ignored",
    "The strides have no effect. After a layer with stride 2, neighbouring outputs lie 2 input "
    "pixels apart, so later kernels reach further.",
)
def _(layers):
    return _walk(layers, move=lambda k, s, d, jump: jump)


@RECEPTIVE_FIELD.mistake(
    "last_stride_only",
    "Only the stride of the layer just before counts here. Strides multiply over all the layers "
    "that came before.",
)
def _(layers):
    return _walk(layers, move=lambda k, s, d, jump: s)


@RECEPTIVE_FIELD.mistake(
    "strides_added",
    "The strides are added up. Two layers with stride 2 leave outputs 4 input pixels apart, and "
    "three leave them 8 apart.",
)
def _(layers):
    return _walk(layers, move=lambda k, s, d, jump: jump + s - 1)


@RECEPTIVE_FIELD.mistake(
    "dilation_ignored",
    "The result is right where every dilation is 1: the gaps in dilated kernels are not counted.",
)
def _(layers):
    return _walk(layers, widen=lambda k, s, d, jump: (k - 1) * jump)


@RECEPTIVE_FIELD.mistake(
    "dilation_moves_later_layers",
    "The dilation is treated like a stride. It spreads the weights of its own kernel; the outputs "
    "of that layer stay as close as before.",
)
def _(layers):
    return _walk(layers, move=lambda k, s, d, jump: jump * s * d)


@RECEPTIVE_FIELD.mistake(
    "dilation_stretches_every_weight",
    "The kernel is taken to reach kernel × dilation pixels. Dilation widens the gaps between its "
    "weights, and there is one gap fewer than there are weights.",
)
def _(layers):
    return _walk(layers, widen=lambda k, s, d, jump: (k * d - 1) * jump)


def agree_on_pairs(learner: LearnerCode, *layers: tuple[int, int]) -> None:
    """Asks about layers without dilation, and says so if writing dilation 1 would have helped."""
    triples = [(kernel, stride, 1) for kernel, stride in layers]
    with blame(
        "expects_three_numbers",
        "Every layer is taken apart into three numbers. A layer without dilation comes as a pair "
        "(kernel, stride).",
        if_passes=lambda: agree(learner, RECEPTIVE_FIELD, triples),
    ):
        agree(learner, RECEPTIVE_FIELD, list(layers))


def agree_on_triples(learner: LearnerCode, *layers: tuple[int, ...]) -> None:
    """Asks about layers of which some have a dilation, and says so if the pairs alone would do."""
    pairs = [layer[:2] for layer in layers]
    with blame(
        "expects_two_numbers",
        "Every layer is taken apart into two numbers. A dilated layer comes with three: (kernel, "
        "stride, dilation).",
        if_passes=lambda: agree(learner, RECEPTIVE_FIELD, pairs),
    ):
        agree(learner, RECEPTIVE_FIELD, list(layers))


def agree_on_no_layers(learner: LearnerCode) -> None:
    """Asks about an empty list, and says so if any layer at all would have been no trouble."""
    with blame(
        "needs_a_layer",
        "The code stops on an empty list. Before any layer an output is its own pixel.",
        if_passes=lambda: agree(learner, RECEPTIVE_FIELD, [(3, 1, 1)]),
    ):
        agree(learner, RECEPTIVE_FIELD, [])


@RECEPTIVE_FIELD.visible("two 3×3 layers")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_pairs(learner, (3, 1), (3, 1))


@RECEPTIVE_FIELD.visible("stride 2 in the last layer")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_pairs(learner, (3, 1), (3, 1), (3, 2))


@RECEPTIVE_FIELD.visible("poolings between the layers")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_pairs(learner, (3, 1), (2, 2), (5, 1), (2, 2), (3, 1))


@RECEPTIVE_FIELD.visible("a dilated layer among plain ones")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_triples(learner, (3, 1), (3, 1, 4), (5, 1))
