"""`separable_cost`: what a convolution costs in one piece, and taken apart."""

from __future__ import annotations

from typing import Any

from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.check.explain import agree
from cnnlab.learner import LearnerCode


def separable_cost(
    in_channels: int, out_channels: int, kernel: int, height: int, width: int
) -> dict[str, int]:
    """Our own version."""
    standard = in_channels * out_channels * kernel**2
    separable = in_channels * kernel**2 + in_channels * out_channels
    return _costs(standard, separable, height * width)


def _costs(standard: int, separable: int, positions: int) -> dict[str, int]:
    return {
        "standard_weights": standard,
        "separable_weights": separable,
        "standard_multiply_adds": standard * positions,
        "separable_multiply_adds": separable * positions,
    }


exercise = Exercise("separable_cost", {"separable_cost": separable_cost})


def _add(mistake: str, message: str, **choices: Any) -> None:
    """Registers a mistake in one of the terms; the others stay as they are."""

    def wrong(
        in_channels: int, out_channels: int, kernel: int, height: int, width: int
    ) -> dict[str, int]:
        sizes = {"i": in_channels, "o": out_channels, "k": kernel, "h": height, "w": width}

        def term(name: str, right: int) -> int:
            return int(choices[name](**sizes)) if name in choices else right

        depthwise = term("depthwise", in_channels * kernel**2)
        pointwise = term("pointwise", in_channels * out_channels)
        standard = term("standard", in_channels * out_channels * kernel**2)
        separable = term("joined", depthwise + pointwise)
        return _costs(standard, separable, term("positions", height * width))

    exercise.mistake(mistake, message)(wrong)


_add(
    "depthwise_mixes_channels",
    "Your depthwise part is a full convolution from every channel to every channel. It has only "
    "one k×k kernel for each input channel.",
    depthwise=lambda i, o, k, h, w: i * i * k**2,
)
_add(
    "depthwise_for_each_output",
    "You count the depthwise kernels by the output channels. The depthwise part works on the "
    "input: one k×k kernel for each input channel.",
    depthwise=lambda i, o, k, h, w: o * k**2,
)
_add(
    "one_depthwise_kernel",
    "You count a single k×k kernel for the depthwise part. Every input channel has its own.",
    depthwise=lambda i, o, k, h, w: k**2,
)
_add(
    "pointwise_missing",
    "You count the depthwise part alone. The 1×1 convolution after it has weights too: one for "
    "every pair of an input and an output channel.",
    pointwise=lambda i, o, k, h, w: 0,
)
_add(
    "depthwise_missing",
    "You count the 1×1 convolution alone. The depthwise part before it has one k×k kernel for each "
    "input channel.",
    depthwise=lambda i, o, k, h, w: 0,
)
_add(
    "pointwise_with_the_kernel",
    "Your pointwise part has k×k kernels. Its kernels are 1×1: looking around is what the "
    "depthwise part is for.",
    pointwise=lambda i, o, k, h, w: i * o * k**2,
)
_add(
    "multiplied_together",
    "You multiply the weights of the two parts. They run one after the other, so their weights add "
    "up.",
    joined=lambda i, o, k, h, w: i * k**2 * i * o,
)
_add(
    "biases_counted",
    "You count biases. Batch norm follows, so these convolutions have none.",
    standard=lambda i, o, k, h, w: o * (i * k**2 + 1),
    depthwise=lambda i, o, k, h, w: i * (k**2 + 1),
    pointwise=lambda i, o, k, h, w: o * (i + 1),
)
_add(
    "kernel_side_once",
    "You use the kernel's side once. A square kernel has side × side weights.",
    standard=lambda i, o, k, h, w: i * o * k,
    depthwise=lambda i, o, k, h, w: i * k,
)
_add(
    "input_channels_forgotten",
    "You count the standard convolution as if its input had one channel. Each of its kernels has "
    "k×k weights for every input channel.",
    standard=lambda i, o, k, h, w: o * k**2,
)
_add(
    "positions_forgotten",
    "Your multiply-adds are the weights themselves. Every weight works once at each position of "
    "the map, and there are height × width of those.",
    positions=lambda i, o, k, h, w: 1,
)
_add(
    "map_taken_as_square",
    "You count height × height positions. A map may have two different sides.",
    positions=lambda i, o, k, h, w: h * h,
)
_add(
    "border_left_out",
    "You count the positions of a convolution without padding. With same padding the map keeps its "
    "size, so there are height × width of them.",
    positions=lambda i, o, k, h, w: (h - k + 1) * (w - k + 1),
)


@exercise.visible("4 channels to 8, a 3×3 kernel, maps of 5×6")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, exercise, 4, 8, 3, 5, 6)


@exercise.visible("a 5×5 kernel, and fewer channels out than in")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, exercise, 12, 7, 5, 9, 10)
