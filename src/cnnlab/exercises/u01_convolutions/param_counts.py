"""`param_counts`: how many numbers a convolution and a dense layer learn."""

from __future__ import annotations

from cnnlab.anatomy.arithmetic import conv_params, linear_params
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.check.explain import agree
from cnnlab.learner import LearnerCode

exercise = Exercise("param_counts", {"conv_params": conv_params, "linear_params": linear_params})

_ONE_BIAS_FOR_ALL = (
    "one_bias_for_all",
    "The biases are counted as a single number. Every output has its own.",
)
_BIASES_FORGOTTEN = (
    "biases_forgotten",
    "The biases are missing: they are learned too, so they count.",
)
_BIAS_SETTING_IGNORED = (
    "bias_setting_ignored",
    "Biases are counted even where `bias=False` says that the layer has none.",
)


@exercise.mistake(
    "input_channels_forgotten",
    "The kernels are counted as if the input had one channel. Each kernel reaches through all "
    "input channels and has weights of its own in each.",
    of="conv_params",
)
def _(c_in: int, c_out: int, kernel: int, bias: bool = True) -> int:
    return conv_params(1, c_out, kernel, bias)


@exercise.mistake(
    "output_channels_forgotten",
    "This counts a single kernel. There is one for each output channel.",
    of="conv_params",
)
def _(c_in: int, c_out: int, kernel: int, bias: bool = True) -> int:
    return conv_params(c_in, 1, kernel, bias)


@exercise.mistake(
    "kernel_side_once",
    "The side of the kernel is counted once. A square kernel has side × side weights in a channel.",
    of="conv_params",
)
def _(c_in: int, c_out: int, kernel: int, bias: bool = True) -> int:
    return c_out * (c_in * kernel + int(bias))


@exercise.mistake(
    "bias_for_every_pair",
    "A bias is counted for every pair of input and output channel. It is added once to the "
    "finished sum, so each output channel has one.",
    of="conv_params",
)
def _(c_in: int, c_out: int, kernel: int, bias: bool = True) -> int:
    return c_in * c_out * (kernel * kernel + int(bias))


@exercise.mistake(*_ONE_BIAS_FOR_ALL, of="conv_params")
def _(c_in: int, c_out: int, kernel: int, bias: bool = True) -> int:
    return conv_params(c_in, c_out, kernel, False) + int(bias)


@exercise.mistake(*_ONE_BIAS_FOR_ALL, of="linear_params")
def _(n_in: int, n_out: int, bias: bool = True) -> int:
    return n_in * n_out + int(bias)


@exercise.mistake(
    "bias_on_the_input",
    "The biases are counted by the inputs. A bias is added to each output.",
    of="linear_params",
)
def _(n_in: int, n_out: int, bias: bool = True) -> int:
    return n_in * (n_out + int(bias))


@exercise.mistake(*_BIASES_FORGOTTEN, of="conv_params")
def _(c_in: int, c_out: int, kernel: int, bias: bool = True) -> int:
    return conv_params(c_in, c_out, kernel, bias=False)


@exercise.mistake(*_BIASES_FORGOTTEN, of="linear_params")
def _(n_in: int, n_out: int, bias: bool = True) -> int:
    return linear_params(n_in, n_out, bias=False)


@exercise.mistake(*_BIAS_SETTING_IGNORED, of="conv_params")
def _(c_in: int, c_out: int, kernel: int, bias: bool = True) -> int:
    return conv_params(c_in, c_out, kernel)


@exercise.mistake(*_BIAS_SETTING_IGNORED, of="linear_params")
def _(n_in: int, n_out: int, bias: bool = True) -> int:
    return linear_params(n_in, n_out)


@exercise.visible("a convolution from 4 to 8 channels")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, exercise, 4, 8, 3, of="conv_params")


@exercise.visible("a convolution without biases")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, exercise, 3, 16, 5, bias=False, of="conv_params")


@exercise.visible("a dense layer")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, exercise, 784, 10, of="linear_params")


@exercise.visible("a dense layer without biases")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, exercise, 100, 7, bias=False, of="linear_params")
