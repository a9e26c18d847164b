"""The arithmetic of stacks: how far they see, what they cost, and which one replaces a filter."""

from __future__ import annotations

from cnnlab.check.agree import agree
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.learner import LearnerCode
from cnnlab.reference import vgg as ours

STACK_ARITHMETIC = Exercise(
    "stack_arithmetic",
    {
        "stack_receptive_field": ours.stack_receptive_field,
        "stack_params": ours.stack_params,
        "equivalent_stack": ours.equivalent_stack,
    },
)


# How far a stack sees


@STACK_ARITHMETIC.mistake(
    "kernels_added",
    "The sides of the kernels are added up. The windows of neighbours overlap: of each further "
    "kernel only the part beyond its centre is new.",
    of="stack_receptive_field",
)
def _(n, kernel=3):
    return n * kernel


@STACK_ARITHMETIC.mistake(
    "starts_at_nothing",
    "The result is 1 too small. Before any layer a pixel sees itself: 1, not 0.",
    of="stack_receptive_field",
)
def _(n, kernel=3):
    return n * (kernel - 1)


@STACK_ARITHMETIC.mistake(
    "grows_by_factors",
    "The sides of the kernels are multiplied. Without strides every layer *adds* the same width.",
    of="stack_receptive_field",
)
def _(n, kernel=3):
    return kernel**n


@STACK_ARITHMETIC.mistake(
    "kernel_ignored",
    "The result is right for 3×3 kernels only. Use `kernel`.",
    of="stack_receptive_field",
)
def _(n, kernel=3):
    return 2 * n + 1


@STACK_ARITHMETIC.mistake(
    "half_a_kernel",
    "Each layer widens the view by one half of its kernel here. It reaches to both sides.",
    of="stack_receptive_field",
)
def _(n, kernel=3):
    return n * (kernel // 2) + 1


@STACK_ARITHMETIC.mistake(
    "depth_ignored",
    "This is the view of a single layer, whatever n is.",
    of="stack_receptive_field",
)
def _(n, kernel=3):
    return kernel


# What it costs


@STACK_ARITHMETIC.mistake(
    "channels_once",
    "The channels are counted once. A kernel reaches through all channels that come in, and there "
    "is one kernel for each channel that goes out.",
    of="stack_params",
)
def _(n, kernel, channels):
    return n * kernel * kernel * channels


@STACK_ARITHMETIC.mistake(
    "kernel_side_once",
    "The side of the kernel is counted once. A square kernel has side × side weights a channel.",
    of="stack_params",
)
def _(n, kernel, channels):
    return n * kernel * channels * channels


@STACK_ARITHMETIC.mistake(
    "biases_counted",
    "The biases are counted too. Asked for are the weights alone.",
    of="stack_params",
)
def _(n, kernel, channels):
    return n * (kernel * kernel * channels + 1) * channels


@STACK_ARITHMETIC.mistake(
    "depth_ignored",
    "This is the count of a single layer, whatever n is.",
    of="stack_params",
)
def _(n, kernel, channels):
    return kernel * kernel * channels * channels


@STACK_ARITHMETIC.mistake(
    "price_of_the_large_filter",
    "This is the price of the one large filter that sees as far. The stack pays for n small ones.",
    of="stack_params",
)
def _(n, kernel, channels):
    return ours.stack_receptive_field(n, kernel) ** 2 * channels * channels


@STACK_ARITHMETIC.mistake(
    "channels_ignored",
    "The channels are left out: these are the weights of one kernel on one channel.",
    of="stack_params",
)
def _(n, kernel, channels):
    return n * kernel * kernel


# Which stack replaces a filter


@STACK_ARITHMETIC.mistake(
    "half_a_kernel_rounded_up",
    "The answer is one layer too many. The first 3×3 already sees 3 pixels.",
    of="equivalent_stack",
)
def _(kernel):
    return (kernel + 1) // 2


@STACK_ARITHMETIC.mistake(
    "sides_divided",
    "The side is divided by 3. A layer of 3×3 adds 2 to what is seen, not 3.",
    of="equivalent_stack",
)
def _(kernel):
    return -(-kernel // 3)


@STACK_ARITHMETIC.mistake(
    "sides_divided",
    "The side is divided by 3. A layer of 3×3 adds 2 to what is seen, not 3.",
    of="equivalent_stack",
)
def _(kernel):
    return kernel // 3


@STACK_ARITHMETIC.mistake(
    "areas_divided",
    "The weights of the large kernel are divided by those of the small one. The question is how "
    "far the stack sees, not what it costs.",
    of="equivalent_stack",
)
def _(kernel):
    return kernel * kernel // 9


@STACK_ARITHMETIC.mistake(
    "one_for_each_pixel",
    "There is a layer for every pixel beyond the first three. Each layer adds two: one at each "
    "side.",
    of="equivalent_stack",
)
def _(kernel):
    return kernel - 2


@STACK_ARITHMETIC.mistake(
    "first_layer_forgotten",
    "The answer is one layer short: the first layer has to be there before others widen its view.",
    of="equivalent_stack",
)
def _(kernel):
    return (kernel - 3) // 2


@STACK_ARITHMETIC.visible("two and three 3×3 layers")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, STACK_ARITHMETIC, 3, of="stack_receptive_field")
    agree(learner, STACK_ARITHMETIC, 2, of="stack_receptive_field")


@STACK_ARITHMETIC.visible("four 5×5 layers")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, STACK_ARITHMETIC, 4, kernel=5, of="stack_receptive_field")


@STACK_ARITHMETIC.visible("the weights of two 3×3 layers with 8 channels")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, STACK_ARITHMETIC, 2, 3, 8, of="stack_params")


@STACK_ARITHMETIC.visible("what replaces a 15×15 filter, and an 11×11")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, STACK_ARITHMETIC, 15, of="equivalent_stack")
    agree(learner, STACK_ARITHMETIC, 11, of="equivalent_stack")
