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
    "You count a single bias for the whole layer. Every output has its own.",
)
_BIASES_FORGOTTEN = (
    "biases_forgotten",
    "You left the biases out. They are learned too, so they count.",
)
_BIAS_SETTING_IGNORED = (
    "bias_setting_ignored",
    "You count biases even when `bias=False` says the layer has none.",
)


@exercise.mistake(
    "input_channels_forgotten",
    "You count the kernels as if the input had one channel. Each kernel has k×k weights for every "
    "input channel.",
    of="conv_params",
)
def _(c_in: int, c_out: int, kernel: int, bias: bool = True) -> int:
    return conv_params(1, c_out, kernel, bias)


@exercise.mistake(
    "output_channels_forgotten",
    "You count a single kernel. There is one for each output channel.",
    of="conv_params",
)
def _(c_in: int, c_out: int, kernel: int, bias: bool = True) -> int:
    return conv_params(c_in, 1, kernel, bias)


@exercise.mistake(
    "kernel_side_once",
    "You use the kernel's side once. A square kernel has side × side weights per channel.",
    of="conv_params",
)
def _(c_in: int, c_out: int, kernel: int, bias: bool = True) -> int:
    return c_out * (c_in * kernel + int(bias))


@exercise.mistake(
    "bias_for_every_pair",
    "You count a bias for every pair of input and output channel. It's added once, to the "
    "finished sum, so there is one per output channel.",
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
    "You count one bias per input. A bias is added to each output.",
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
