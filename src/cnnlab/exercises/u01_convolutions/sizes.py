"""The arithmetic of unit 01: output sizes and parameter counts."""

from __future__ import annotations

import math
from typing import Any

from cnnlab.check.agree import agree
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.learner import LearnerCode
from cnnlab.reference import convolutions as ours

# Output size ------------------------------------------------------------------------------------

CONV_OUTPUT_SIZE = Exercise("conv_output_size", {"conv_output_size": ours.conv_output_size})


@CONV_OUTPUT_SIZE.mistake(
    "first_position_shares_the_division",
    "The extra 1 went into the division. It stands for the window's first place, which is there "
    "whatever the stride.",
)
def _(size, kernel, stride=1, padding=0, dilation=1):
    return (size + 2 * padding - dilation * (kernel - 1)) // stride


@CONV_OUTPUT_SIZE.mistake(
    "first_position_forgotten",
    "One position is missing. The division counts the steps that the window takes; it also stands "
    "somewhere before its first step.",
)
def _(size, kernel, stride=1, padding=0, dilation=1):
    return ours.conv_output_size(size, kernel, stride, padding, dilation) - 1


@CONV_OUTPUT_SIZE.mistake(
    "padding_one_side",
    "The padding is counted once. It is added at both ends of the side.",
)
def _(size, kernel, stride=1, padding=0, dilation=1):
    return ours.conv_output_size(size + padding, kernel, stride, 0, dilation)


@CONV_OUTPUT_SIZE.mistake("padding_ignored", "The result is right for padding 0 only.")
def _(size, kernel, stride=1, padding=0, dilation=1):
    return ours.conv_output_size(size, kernel, stride, 0, dilation)


@CONV_OUTPUT_SIZE.mistake("stride_ignored", "The result is right for stride 1 only.")
def _(size, kernel, stride=1, padding=0, dilation=1):
    return ours.conv_output_size(size, kernel, 1, padding, dilation)


@CONV_OUTPUT_SIZE.mistake(
    "rounds_to_nearest",
    "The number of steps is rounded to the nearest. A window that does not fit completely is left "
    "out, however little is missing.",
)
def _(size, kernel, stride=1, padding=0, dilation=1):
    return round((size + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1


@CONV_OUTPUT_SIZE.mistake(
    "rounds_up",
    "Steps that do not come out even are rounded up. A window that does not fit completely is left "
    "out, so the division rounds down.",
)
def _(size, kernel, stride=1, padding=0, dilation=1):
    return math.ceil((size + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1


@CONV_OUTPUT_SIZE.mistake("dilation_ignored", "The result is right for dilation 1 only.")
def _(size, kernel, stride=1, padding=0, dilation=1):
    return ours.conv_output_size(size, kernel, stride, padding)


@CONV_OUTPUT_SIZE.mistake(
    "dilation_stretches_every_weight",
    "The kernel is taken to reach kernel × dilation pixels. Dilation widens the gaps between its "
    "weights, and there is one gap fewer than there are weights.",
)
def _(size, kernel, stride=1, padding=0, dilation=1):
    return ours.conv_output_size(size, kernel * dilation, stride, padding)


def agree_on_strides(
    learner: LearnerCode, size: int, kernel: int, stride: int, **settings: Any
) -> None:
    """Asks about a stride that leaves a remainder: first stride 1, then a small and a large one.

    In this order each call meets only mistakes that the calls before it could not tell apart. The
    stride should be 3 or more and leave a remainder of 1.
    """
    agree(learner, CONV_OUTPUT_SIZE, size, kernel, **settings)
    agree(learner, CONV_OUTPUT_SIZE, size, kernel, stride=stride, **settings)
    agree(learner, CONV_OUTPUT_SIZE, size + stride - 2, kernel, stride=stride, **settings)


@CONV_OUTPUT_SIZE.visible("a 3-wide kernel on 5 pixels")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, CONV_OUTPUT_SIZE, 5, 3)


@CONV_OUTPUT_SIZE.visible("padding 2 keeps the size for a 5-wide kernel")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, CONV_OUTPUT_SIZE, 32, 5, padding=2)


@CONV_OUTPUT_SIZE.visible("a stride that does not divide")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_strides(learner, size=14, kernel=4, stride=3)


@CONV_OUTPUT_SIZE.visible("a dilated kernel")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, CONV_OUTPUT_SIZE, 32, 5, dilation=3)


# Parameter counts -------------------------------------------------------------------------------

PARAM_COUNTS = Exercise(
    "param_counts",
    {"conv_params": ours.conv_params, "linear_params": ours.linear_params},
)


@PARAM_COUNTS.mistake(
    "input_channels_forgotten",
    "The kernels are counted as if the input had one channel. Each kernel reaches through all "
    "input channels and has weights of its own in each.",
    of="conv_params",
)
def _(c_in, c_out, kernel, bias=True):
    return ours.conv_params(1, c_out, kernel, bias)


@PARAM_COUNTS.mistake(
    "output_channels_forgotten",
    "This counts a single kernel. There is one for each output channel.",
    of="conv_params",
)
def _(c_in, c_out, kernel, bias=True):
    return ours.conv_params(c_in, 1, kernel, bias)


@PARAM_COUNTS.mistake(
    "kernel_side_once",
    "The side of the kernel is counted once. A square kernel has side × side weights in a channel.",
    of="conv_params",
)
def _(c_in, c_out, kernel, bias=True):
    return c_out * (c_in * kernel + int(bias))


@PARAM_COUNTS.mistake(
    "bias_for_every_pair",
    "A bias is counted for every pair of input and output channel. It is added once to the "
    "finished sum, so each output channel has one.",
    of="conv_params",
)
def _(c_in, c_out, kernel, bias=True):
    return c_in * c_out * (kernel * kernel + int(bias))


@PARAM_COUNTS.mistake(
    "one_bias_for_all",
    "The biases are counted as a single number. Every output has its own.",
    of="conv_params",
)
def _(c_in, c_out, kernel, bias=True):
    return ours.conv_params(c_in, c_out, kernel, False) + int(bias)


@PARAM_COUNTS.mistake(
    "one_bias_for_all",
    "The biases are counted as a single number. Every output has its own.",
    of="linear_params",
)
def _(n_in, n_out, bias=True):
    return n_in * n_out + int(bias)


@PARAM_COUNTS.mistake(
    "bias_on_the_input",
    "The biases are counted by the inputs. A bias is added to each output.",
    of="linear_params",
)
def _(n_in, n_out, bias=True):
    return n_in * (n_out + int(bias))


def _no_bias_ever(count):
    return lambda a, b, *kernel, bias=True: count(a, b, *kernel, bias=False)


def _bias_always(count):
    return lambda a, b, *kernel, bias=True: count(a, b, *kernel, bias=True)


for _name, _count in PARAM_COUNTS.references.items():
    PARAM_COUNTS.mistake(
        "biases_forgotten",
        "The biases are missing: they are learned too, so they count.",
        of=_name,
    )(_no_bias_ever(_count))
    PARAM_COUNTS.mistake(
        "bias_setting_ignored",
        "Biases are counted even where `bias=False` says that the layer has none.",
        of=_name,
    )(_bias_always(_count))


@PARAM_COUNTS.visible("a convolution from 4 to 8 channels")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, PARAM_COUNTS, 4, 8, 3, of="conv_params")


@PARAM_COUNTS.visible("a convolution without biases")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, PARAM_COUNTS, 3, 16, 5, bias=False, of="conv_params")


@PARAM_COUNTS.visible("a dense layer")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, PARAM_COUNTS, 784, 10, of="linear_params")
