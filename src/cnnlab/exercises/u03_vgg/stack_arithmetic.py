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
    "You add up the sides of the kernels. But neighbouring windows overlap: each further "
    "layer adds only kernel − 1 new pixels.",
    of="stack_receptive_field",
)
def _(n: int, kernel: int = 3) -> int:
    return n * kernel


@exercise.mistake(
    "starts_at_nothing",
    "Your result is 1 too small. Even without any layer a pixel depends on itself: start "
    "at 1, not at 0.",
    of="stack_receptive_field",
)
def _(n: int, kernel: int = 3) -> int:
    return n * (kernel - 1)


@exercise.mistake(
    "grows_by_factors",
    "You multiply the sides of the kernels. Without strides every layer *adds* the same width.",
    of="stack_receptive_field",
)
def _(n: int, kernel: int = 3) -> int:
    return kernel**n


@exercise.mistake(
    "kernel_ignored",
    "Your result is right for 3×3 kernels only. Use `kernel`.",
    of="stack_receptive_field",
)
def _(n: int, kernel: int = 3) -> int:
    return 2 * n + 1


@exercise.mistake(
    "kernel_ignored",
    "You use `kernel` for the first layer, but let every further layer add 2 pixels. That's what a "
    "3×3 kernel adds; how many does one of side `kernel` add?",
    of="stack_receptive_field",
)
def _(n: int, kernel: int = 3) -> int:
    return kernel + 2 * (n - 1)


@exercise.mistake(
    "first_layer_counted_twice",
    "Your result has one layer too many. If you start at the side of a kernel, the first layer is "
    "in it, and only n − 1 more layers widen the window.",
    of="stack_receptive_field",
)
def _(n: int, kernel: int = 3) -> int:
    return kernel + n * (kernel - 1)


@exercise.mistake(
    "half_a_kernel",
    "You let each layer widen the receptive field by half of its kernel. It reaches out on "
    "both sides.",
    of="stack_receptive_field",
)
def _(n: int, kernel: int = 3) -> int:
    return n * (kernel // 2) + 1


@exercise.mistake(
    "depth_ignored",
    "This is the receptive field of a single layer, whatever n is. Use `n`.",
    of="stack_receptive_field",
)
def _(n: int, kernel: int = 3) -> int:
    return kernel


# What it costs


@exercise.mistake(
    "channels_once",
    "You count the channels once. A kernel spans all input channels, and there is one "
    "kernel for each output channel.",
    of="stack_params",
)
def _(n: int, kernel: int, channels: int) -> int:
    return n * kernel * kernel * channels


@exercise.mistake(
    "kernel_side_once",
    "You count the side of the kernel once. A square kernel has side × side weights for "
    "each input channel.",
    of="stack_params",
)
def _(n: int, kernel: int, channels: int) -> int:
    return n * kernel * channels * channels


@exercise.mistake(
    "biases_counted",
    "You count the biases too. The question is about the weights alone.",
    of="stack_params",
)
def _(n: int, kernel: int, channels: int) -> int:
    return n * (kernel * kernel * channels + 1) * channels


@exercise.mistake(
    "depth_ignored",
    "This is the count for a single layer, whatever n is. Use `n`.",
    of="stack_params",
)
def _(n: int, kernel: int, channels: int) -> int:
    return kernel * kernel * channels * channels


@exercise.mistake(
    "price_of_the_large_filter",
    "This is the cost of the one large filter with the same receptive field. The stack has "
    "n small ones.",
    of="stack_params",
)
def _(n: int, kernel: int, channels: int) -> int:
    return stack_receptive_field(n, kernel) ** 2 * channels * channels


@exercise.mistake(
    "channels_ignored",
    "You leave out the channels: these are the weights of one kernel on one channel.",
    of="stack_params",
)
def _(n: int, kernel: int, channels: int) -> int:
    return n * kernel * kernel


# Which stack replaces a filter


@exercise.mistake(
    "half_a_kernel_rounded_up",
    "Your answer is one layer too many. The first 3×3 layer already covers 3 pixels.",
    of="equivalent_stack",
)
def _(kernel: int) -> int:
    return (kernel + 1) // 2


@exercise.mistake(
    "sides_divided",
    "You divide the side by 3. A 3×3 layer adds 2 to the receptive field, not 3.",
    of="equivalent_stack",
)
def _(kernel: int) -> int:
    return -(-kernel // 3)


@exercise.mistake(
    "sides_divided",
    "You divide the side by 3. A 3×3 layer adds 2 to the receptive field, not 3.",
    of="equivalent_stack",
)
def _(kernel: int) -> int:
    return kernel // 3


@exercise.mistake(
    "areas_divided",
    "You divide the weights of the large kernel by those of the small one. The question is "
    "about the receptive field, not the cost.",
    of="equivalent_stack",
)
def _(kernel: int) -> int:
    return kernel * kernel // 9


@exercise.mistake(
    "one_for_each_pixel",
    "You use one layer for every pixel beyond the first three. Each layer adds two, one on "
    "each side.",
    of="equivalent_stack",
)
def _(kernel: int) -> int:
    return kernel - 2


@exercise.mistake(
    "first_layer_forgotten",
    "Your answer is one layer short. The first layer counts too: it's the one that covers "
    "the first 3 pixels.",
    of="equivalent_stack",
)
def _(kernel: int) -> int:
    return (kernel - 3) // 2


@exercise.visible("two and four 3×3 layers")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, exercise, 4, of="stack_receptive_field")  # with 3, some mistakes agree
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
