"""The mistakes known for `residual_block`, each as a block that is built with it."""

from __future__ import annotations

from functools import partial
from typing import Any

from torch import nn

from cnnlab.check.exercise import Exercise
from cnnlab.exercises.u05_resnet._open_block import OpenBlock, add_body_mistakes

MISSING = (
    "Here the input has another shape than F(x), and you add it as it is. Tensors of different "
    "shapes cannot be added. A stride alone changes the shape, and so does another number of "
    "channels alone: in either case a 1×1 convolution on the shortcut makes the two agree."
)
WITHOUT_PARAMETERS = (
    "Where the shapes differ, there is no 1×1 convolution on your shortcut. Leaving pixels out and "
    "padding with channels of zeros needs no parameters (option A of the paper); here the shortcut "
    "is a 1×1 convolution with the stride, then batch norm (option B)."
)


def add_mistakes(exercise: Exercise) -> None:
    residual = partial(OpenBlock, end=("norm", "add", "relu"), projects="any")
    add_body_mistakes(exercise, end=("norm", "add", "relu"), projects="any")
    rows: tuple[tuple[str, str, dict[str, Any]], ...] = (
        (
            "shortcut_without_parameters",
            WITHOUT_PARAMETERS,
            {"end": ("norm", "add padded behind", "relu"), "projects": None},
        ),
        (
            "shortcut_without_parameters",
            WITHOUT_PARAMETERS,
            {"end": ("norm", "add padded around", "relu"), "projects": None},
        ),
        (
            "added_only_where_it_fits",
            "Where the shapes differ you add nothing. There a 1×1 convolution brings the input to "
            "the right shape.",
            {"end": ("norm", "add if it fits", "relu"), "projects": None},
        ),
        (
            "no_addition",
            "Nothing is added: this is the plain block. F(x) + x is the whole idea.",
            {"end": ("norm", "relu"), "projects": None},
        ),
        (
            "no_addition",
            "The shortcut is made, but not added to what the convolutions give.",
            {"end": ("norm", "relu")},
        ),
        (
            "relu_before_addition",
            "The last ReLU comes before the addition. The correction could then only be "
            "positive: add first, then apply ReLU.",
            {"end": ("norm", "relu", "add")},
        ),
        (
            "relu_before_and_after_addition",
            "There is a ReLU before the addition as well as after it. The one before would allow "
            "positive corrections only.",
            {"end": ("norm", "relu", "add", "relu")},
        ),
        (
            "last_relu_missing",
            "There is no ReLU after the addition.",
            {"end": ("norm", "add")},
        ),
        (
            "norm_after_addition",
            "The second batch norm comes after the addition, so it changes the shortcut too. The "
            "input should pass unchanged: normalise F(x), then add.",
            {"end": ("add", "norm", "relu")},
        ),
        (
            "skip_around_every_layer",
            "You add the input around each convolution. One layer with a shortcut is little more "
            "than one layer; the shortcut here spans both.",
            {"order": ("norm", "add if it fits", "relu")},
        ),
        (
            "shortcut_always_projected",
            "Your shortcut is a convolution even where shapes agree. There it should be the input "
            "itself, without parameters.",
            {"projects": "always"},
        ),
        *(
            ("projection_missing", MISSING, {"projects": projects, "end": ("norm", added, "relu")})
            for projects in ("width", "stride", None)
            for added in ("add", "add to the shortcut")
        ),
        (
            "projection_without_norm",
            "The 1×1 convolution on the shortcut has no batch norm after it.",
            {"norm_on_projection": False},
        ),
        (
            "projection_without_norm",
            "The 1×1 convolution on the shortcut has a bias and no batch norm. Here a batch norm "
            "follows it and brings the offset, so it needs no bias.",
            {"norm_on_projection": False, "projection": {"bias": True}},
        ),
        (
            "projection_with_bias",
            "The 1×1 convolution on the shortcut has a bias. Batch norm follows, as everywhere.",
            {"projection": {"bias": True}},
        ),
        (
            "projection_with_relu",
            "There is a ReLU on the shortcut. The shortcut should carry the input unchanged.",
            {"relu_on_projection": True},
        ),
        (
            "relu_on_shortcut",
            "There is a ReLU on the shortcut. It takes the negative numbers of the input away: the "
            "shortcut should carry the input unchanged.",
            {"end": ("norm", "add rectified", "relu")},
        ),
        (
            "projection_3x3",
            "The convolution on the shortcut is 3×3. It only has to mix channels: 1×1.",
            {"projection": {"kernel_size": 3, "padding": 1}},
        ),
        (
            "projection_without_stride",
            "The convolution on the shortcut has no stride, so its maps do not shrink with the "
            "others.",
            {"projection": {"stride": 1}},
        ),
        (
            "multiplied",
            "You multiply by the shortcut. It is added.",
            {"end": ("norm", "multiply", "relu")},
        ),
        (
            "concatenated",
            "You concatenate the shortcut, and the block gives twice the channels. It is added.",
            {"end": ("norm", "concatenate", "relu")},
        ),
        (
            "pre_activation",
            "Your block begins with batch norm and ReLU. That order exists (He et al., 2016), but "
            "it is another block: here each batch norm follows its convolution, and ReLU comes "
            "last.",
            {"start": ("norm", "relu"), "order": ("norm", "relu"), "end": ("add",)},
        ),
    )
    for mistake, message, choices in rows:
        exercise.mistake(mistake, message)(partial(residual, **choices))

    @exercise.mistake(
        "relu_at_the_start",
        "Your block applies ReLU to its input, perhaps in place, and so to the shortcut too. The "
        "input has to arrive at the addition as it came.",
    )
    def _(in_channels: int, out_channels: int, stride: int = 1) -> nn.Module:
        return nn.Sequential(nn.ReLU(), residual(in_channels, out_channels, stride))
