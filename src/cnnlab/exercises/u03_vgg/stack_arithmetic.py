"""`stack_arithmetic`: how far stacks see, what they cost, and which one replaces a filter."""

from __future__ import annotations

from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.check.explain import agree
from cnnlab.learner import LearnerCode


def stack_receptive_field(n: int, kernel: int = 3) -> int:
    """The side of the window that one output of n stacked convolutions (stride 1) sees."""
    return n * (kernel - 1) + 1


def stack_params(n: int, kernel: int, channels: int) -> int:
    """The weights of n convolutions kernel×kernel from `channels` to `channels`, no biases."""
    return n * kernel * kernel * channels * channels


def equivalent_stack(kernel: int) -> int:
    """How many 3×3 convolutions see as much as one kernel×kernel; the kernel is odd."""
    return (kernel - 1) // 2


exercise = Exercise(
    "stack_arithmetic",
    {
        "stack_receptive_field": stack_receptive_field,
        "stack_params": stack_params,
        "equivalent_stack": equivalent_stack,
    },
)


# How far a stack sees


@exercise.mistake(
    "kernels_added",
    "The sides of the kernels are added up. The windows of neighbours overlap: of each further "
    "kernel only the part beyond its centre is new.",
    of="stack_receptive_field",
)
def _(n: int, kernel: int = 3) -> int:
    return n * kernel


@exercise.mistake(
    "starts_at_nothing",
    "The result is 1 too small. Before any layer a pixel sees itself: 1, not 0.",
    of="stack_receptive_field",
)
def _(n: int, kernel: int = 3) -> int:
    return n * (kernel - 1)


@exercise.mistake(
    "grows_by_factors",
    "The sides of the kernels are multiplied. Without strides every layer *adds* the same width.",
    of="stack_receptive_field",
)
def _(n: int, kernel: int = 3) -> int:
    return kernel**n


@exercise.mistake(
    "kernel_ignored",
    "The result is right for 3×3 kernels only. Use `kernel`.",
    of="stack_receptive_field",
)
def _(n: int, kernel: int = 3) -> int:
    return 2 * n + 1


@exercise.mistake(
    "half_a_kernel",
    "Each layer widens the view by one half of its kernel here. It reaches to both sides.",
    of="stack_receptive_field",
)
def _(n: int, kernel: int = 3) -> int:
    return n * (kernel // 2) + 1


@exercise.mistake(
    "depth_ignored",
    "This is the view of a single layer, whatever n is.",
    of="stack_receptive_field",
)
def _(n: int, kernel: int = 3) -> int:
    return kernel


# What it costs


@exercise.mistake(
    "channels_once",
    "The channels are counted once. A kernel reaches through all channels that come in, and there "
    "is one kernel for each channel that goes out.",
    of="stack_params",
)
def _(n: int, kernel: int, channels: int) -> int:
    return n * kernel * kernel * channels


@exercise.mistake(
    "kernel_side_once",
    "The side of the kernel is counted once. A square kernel has side × side weights a channel.",
    of="stack_params",
)
def _(n: int, kernel: int, channels: int) -> int:
    return n * kernel * channels * channels


@exercise.mistake(
    "biases_counted",
    "The biases are counted too. Asked for are the weights alone.",
    of="stack_params",
)
def _(n: int, kernel: int, channels: int) -> int:
    return n * (kernel * kernel * channels + 1) * channels


@exercise.mistake(
    "depth_ignored",
    "This is the count of a single layer, whatever n is.",
    of="stack_params",
)
def _(n: int, kernel: int, channels: int) -> int:
    return kernel * kernel * channels * channels


@exercise.mistake(
    "price_of_the_large_filter",
    "This is the price of the one large filter that sees as far. The stack pays for n small ones.",
    of="stack_params",
)
def _(n: int, kernel: int, channels: int) -> int:
    return stack_receptive_field(n, kernel) ** 2 * channels * channels


@exercise.mistake(
    "channels_ignored",
    "The channels are left out: these are the weights of one kernel on one channel.",
    of="stack_params",
)
def _(n: int, kernel: int, channels: int) -> int:
    return n * kernel * kernel


# Which stack replaces a filter


@exercise.mistake(
    "half_a_kernel_rounded_up",
    "The answer is one layer too many. The first 3×3 already sees 3 pixels.",
    of="equivalent_stack",
)
def _(kernel: int) -> int:
    return (kernel + 1) // 2


@exercise.mistake(
    "sides_divided",
    "The side is divided by 3. A layer of 3×3 adds 2 to what is seen, not 3.",
    of="equivalent_stack",
)
def _(kernel: int) -> int:
    return -(-kernel // 3)


@exercise.mistake(
    "sides_divided",
    "The side is divided by 3. A layer of 3×3 adds 2 to what is seen, not 3.",
    of="equivalent_stack",
)
def _(kernel: int) -> int:
    return kernel // 3


@exercise.mistake(
    "areas_divided",
    "The weights of the large kernel are divided by those of the small one. The question is how "
    "far the stack sees, not what it costs.",
    of="equivalent_stack",
)
def _(kernel: int) -> int:
    return kernel * kernel // 9


@exercise.mistake(
    "one_for_each_pixel",
    "There is a layer for every pixel beyond the first three. Each layer adds two: one at each "
    "side.",
    of="equivalent_stack",
)
def _(kernel: int) -> int:
    return kernel - 2


@exercise.mistake(
    "first_layer_forgotten",
    "The answer is one layer short: the first layer has to be there before others widen its view.",
    of="equivalent_stack",
)
def _(kernel: int) -> int:
    return (kernel - 3) // 2


@exercise.visible("two and three 3×3 layers")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, exercise, 3, of="stack_receptive_field")
    agree(learner, exercise, 2, of="stack_receptive_field")


@exercise.visible("four 5×5 layers")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, exercise, 4, kernel=5, of="stack_receptive_field")


@exercise.visible("the weights of two 3×3 layers with 8 channels")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, exercise, 2, 3, 8, of="stack_params")


@exercise.visible("what replaces a 15×15 filter, and an 11×11")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, exercise, 15, of="equivalent_stack")
    agree(learner, exercise, 11, of="equivalent_stack")
