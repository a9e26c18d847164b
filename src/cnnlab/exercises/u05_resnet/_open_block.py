"""A block with every choice open, to build those that learners build by mistake."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

from cnnlab.check.exercise import Exercise


class OpenBlock(nn.Module):
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
        one_norm: bool = False,
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
            self.norm2 = self.norm1 if one_norm else nn.BatchNorm2d(out_channels)
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
            out = (
                getattr(self, norm)(out) if step == "norm" else _STEPS[step](out, self.shortcut, x)
            )
        return out


def _zero_padded(x: torch.Tensor, like: torch.Tensor, before: int) -> torch.Tensor:
    """x with pixels left out and channels of zeros around it, `before` of them in front."""
    step = -(-x.shape[2] // like.shape[2])
    behind = like.shape[1] - x.shape[1] - before
    return F.pad(x[:, :, ::step, ::step], (0, 0, 0, 0, before, behind))


Step = Callable[[torch.Tensor, nn.Module, torch.Tensor], torch.Tensor]

# What may happen to `out` beside a batch norm, given the shortcut and the block's input.
_STEPS: dict[str, Step] = {
    "relu": lambda out, shortcut, x: F.relu(out),
    "add": lambda out, shortcut, x: out + shortcut(x),
    "add rectified": lambda out, shortcut, x: out + F.relu(shortcut(x)),
    "add to the shortcut": lambda out, shortcut, x: shortcut(x) + out,
    "multiply": lambda out, shortcut, x: out * shortcut(x),
    "concatenate": lambda out, shortcut, x: torch.cat([out, shortcut(x)], dim=1),
    "add if it fits": lambda out, shortcut, x: out + x if out.shape == x.shape else out,
    "add padded behind": lambda out, shortcut, x: out + _zero_padded(x, out, 0),
    "add padded around": lambda out, shortcut, x: (
        out + _zero_padded(x, out, (out.shape[1] - x.shape[1]) // 2)
    ),
}


def add_body_mistakes(exercise: Exercise, **kind: Any) -> None:
    """Registers mistakes in the two convolutions, for plain blocks and, with `kind`, residual."""
    end = kind.pop("end", ("norm", "relu"))
    without_norm = tuple(step for step in end if step != "norm")
    rows: tuple[tuple[str, str, dict[str, Any]], ...] = (
        (
            "bias_beside_norm",
            "Your convolutions have biases. The batch norm after each subtracts the mean, and the "
            "bias with it, and has an offset of its own: leave the bias out.",
            {"bias": True},
        ),
        (
            "norm_missing",
            "There is no batch norm. One follows each of the two convolutions.",
            {"order": ("relu",), "end": without_norm},
        ),
        (
            "one_norm_for_the_block",
            "Both convolutions are followed by one and the same batch norm. Each needs its own, "
            "because their inputs have different statistics.",
            {"one_norm": True},
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
            "default_stride",
            "Made without `stride`, the block halves the maps. Its stride is 1 unless told "
            "otherwise.",
            {"stride": 2},
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
        exercise.mistake(mistake, message)(partial(OpenBlock, **{"end": end, **kind, **choices}))
