"""Blocks built with the mistakes learners make, to recognise them by what they compute."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

from cnnlab.check.exercise import Exercise

MISSING = (
    "Here the input has another shape than F(x), and you add it as it is. Tensors of different "
    "shapes cannot be added. Both a stride and another number of channels change the shape: then "
    "a 1×1 convolution on the shortcut makes the two agree."
)


class Block(nn.Module):
    """Two convolutions with every choice open; the defaults make the plain block.

    `order` is what happens after the first convolution, `end` after the second; in `end`, "add"
    adds the shortcut. `projects` says on which change the shortcut is a convolution; where the
    change is another, or `None`, it is the input itself.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        stride: int = 1,
        *,
        order: Sequence[str] = ("norm", "relu"),
        end: Sequence[str] = ("norm", "relu"),
        start: Sequence[str] = (),
        widen_first: bool = True,
        strided: Sequence[int] = (0,),
        padding: int = 1,
        bias: bool = False,
        projects: str | None = None,
        projection: dict[str, Any] | None = None,
        norm_on_projection: bool = True,
        relu_on_projection: bool = False,
    ) -> None:
        super().__init__()
        middle = out_channels if widen_first else in_channels
        strides = [stride if number in strided else 1 for number in (0, 1)]
        self.conv1 = nn.Conv2d(in_channels, middle, 3, strides[0], padding, bias=bias)
        self.conv2 = nn.Conv2d(middle, out_channels, 3, strides[1], padding, bias=bias)
        before = in_channels if start else middle
        if "norm" in (*order, *start):
            self.norm1 = nn.BatchNorm2d(before)
        if "norm" in end or start:
            self.norm2 = nn.BatchNorm2d(out_channels)
        self.start, self.order, self.end = start, order, end
        wider, strided_here = in_channels != out_channels, stride != 1
        needed = {
            "always": True,
            "any": wider or strided_here,
            "width": wider,
            "stride": strided_here,
        }
        self.shortcut: nn.Module = nn.Identity()
        if projects and needed[projects]:
            settings = {"kernel_size": 1, "stride": stride, "bias": False, **(projection or {})}
            parts: list[nn.Module] = [nn.Conv2d(in_channels, out_channels, **settings)]
            if norm_on_projection:
                parts.append(nn.BatchNorm2d(out_channels))
            if relu_on_projection:
                parts.append(nn.ReLU())
            self.shortcut = nn.Sequential(*parts)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        out = self.conv1(self._run(self.start, x, x, "norm1"))
        out = self._run(self.order, out, x, "norm1" if not self.start else "norm2")
        return self._run(self.end, self.conv2(out), x, "norm2")

    def _run(
        self, steps: Sequence[str], out: torch.Tensor, x: torch.Tensor, norm: str
    ) -> torch.Tensor:
        for step in steps:
            if step == "norm":
                out = self.get_submodule(norm)(out)
            elif step == "relu":
                out = F.relu(out)
            elif step == "add":
                out = out + self.shortcut(x)
            elif step == "multiply":
                out = out * self.shortcut(x)
            elif step == "concatenate":
                out = torch.cat([out, self.shortcut(x)], dim=1)
            elif step == "add if it fits":  # without any projection
                out = out + x if out.shape == x.shape else out
        return out


def add_body_mistakes(exercise: Exercise, **kind: Any) -> None:
    """Registers mistakes in the two convolutions, for plain blocks and, with `kind`, residual."""
    end = kind.pop("end", ("norm", "relu"))
    without_norm = tuple(step for step in end if step != "norm")
    rows: tuple[tuple[str, str, dict[str, Any]], ...] = (
        (
            "bias_beside_norm",
            "Your convolutions have biases. The batch norm after each subtracts the mean, and the "
            "bias with it, and brings an offset of its own: leave the bias out.",
            {"bias": True},
        ),
        (
            "norm_missing",
            "There is no batch norm. One follows each of the two convolutions.",
            {"order": ("relu",), "end": without_norm},
        ),
        (
            "second_norm_missing",
            "There is no batch norm after the second convolution.",
            {"end": without_norm},
        ),
        (
            "first_norm_missing",
            "There is no batch norm after the first convolution.",
            {"order": ("relu",)},
        ),
        (
            "relu_between_missing",
            "There is no ReLU between the two convolutions: without it the second can do nothing "
            "that one larger convolution could not.",
            {"order": ("norm",)},
        ),
        (
            "relu_before_norm",
            "The ReLU comes before the batch norm. Here the order is convolution, batch norm, "
            "ReLU.",
            {"order": ("relu", "norm")},
        ),
        (
            "stride_ignored",
            "`stride` has no effect: the maps keep their size.",
            {"strided": ()},
        ),
        (
            "stride_in_second",
            "The stride is in the second convolution. It belongs to the first, so that the second "
            "already works on the smaller maps.",
            {"strided": (1,)},
        ),
        (
            "stride_twice",
            "Both convolutions have the stride, so the maps shrink twice. Only the first has it.",
            {"strided": (0, 1)},
        ),
        (
            "padding_missing",
            "Your convolutions have no padding: each takes two rows and two columns off the maps.",
            {"padding": 0},
        ),
        (
            "widened_in_second",
            "Your first convolution keeps the channels and the second changes them. The first "
            "leads from `in_channels` to `out_channels`, the second keeps them.",
            {"widen_first": False},
        ),
    )
    for mistake, message, choices in rows:
        exercise.mistake(mistake, message)(partial(Block, **{"end": end, **kind, **choices}))


def add_plain_mistakes(exercise: Exercise) -> None:
    add_body_mistakes(exercise)
    exercise.mistake(
        "last_relu_missing",
        "There is no ReLU after the second batch norm. The plain block ends in one.",
    )(partial(Block, end=("norm",)))
    for projects in (None, "any"):
        exercise.mistake(
            "has_a_shortcut",
            "Your plain block adds its input. That is what the residual block will do: this one is "
            "the opponent without shortcut.",
        )(partial(Block, end=("norm", "add", "relu"), projects=projects))


def add_residual_mistakes(exercise: Exercise) -> None:
    residual = partial(Block, end=("norm", "add", "relu"), projects="any")
    add_body_mistakes(exercise, end=("norm", "add", "relu"), projects="any")
    rows: tuple[tuple[str, str, dict[str, Any]], ...] = (
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
            "The last ReLU comes before the addition. The correction could then only ever be "
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
            "input shall pass unchanged: normalise F(x), then add.",
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
        (
            "projection_missing",
            MISSING,
            {"projects": "width"},
        ),
        (
            "projection_missing",
            MISSING,
            {"projects": "stride"},
        ),
        (
            "projection_missing",
            MISSING,
            {"projects": None},
        ),
        (
            "added_only_where_it_fits",
            "Where the shapes differ you add nothing. There a 1×1 convolution brings the input to "
            "the right shape.",
            {"end": ("norm", "add if it fits", "relu"), "projects": None},
        ),
        (
            "projection_without_norm",
            "The 1×1 convolution on the shortcut has no batch norm after it.",
            {"norm_on_projection": False},
        ),
        (
            "projection_with_bias",
            "The 1×1 convolution on the shortcut has a bias. Batch norm follows, as everywhere.",
            {"projection": {"bias": True}},
        ),
        (
            "projection_with_relu",
            "There is a ReLU on the shortcut. It should carry the input along a straight road.",
            {"relu_on_projection": True},
        ),
        (
            "projection_3x3",
            "The convolution on the shortcut is 3×3. It has only to mix channels: 1×1.",
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
    def _(in_channels, out_channels, stride=1):
        return nn.Sequential(nn.ReLU(), residual(in_channels, out_channels, stride))
