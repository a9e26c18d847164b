"""`inception_block`: four branches that look at the same maps, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import torch
from torch import nn

from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.exercises.u09_blocks._blocks import READY_MADE, Row, agree_on_block
from cnnlab.learner import LearnerCode
from cnnlab.models import InceptionBlock

exercise = Exercise("inception_block", {"InceptionBlock": InceptionBlock}, refuses=READY_MADE)


class OpenInception(nn.Module):
    """An inception block with every choice open; the defaults make the right one.

    `relu` says where one follows: "all" convolutions, the "last" in each branch, or "none".
    """

    def __init__(
        self,
        in_channels: int,
        c1: int,
        c3: Sequence[int],
        c5: Sequence[int],
        pool: int,
        *,
        order: Sequence[int] = (0, 1, 2, 3),
        reduces: bool = True,
        padded: bool = True,
        relu: str = "all",
        bias: bool = True,
        norm: bool = False,
        five: int = 5,
        pooled: str = "first",
        pooling: type[nn.MaxPool2d] | type[nn.AvgPool2d] = nn.MaxPool2d,
        chained: bool = False,
    ) -> None:
        super().__init__()

        def conv(channels: int, wide: int, kernel: int, last: bool = True) -> list[nn.Module]:
            padding = kernel // 2 if padded else 0
            layers: list[nn.Module] = [nn.Conv2d(channels, wide, kernel, 1, padding, bias=bias)]
            if norm:
                layers.append(nn.BatchNorm2d(wide))
            if relu == "all" or (relu == "last" and last):
                layers.append(nn.ReLU())
            return layers

        def large(channels: int, few: int, wide: int, kernel: int) -> nn.Sequential:
            if not reduces:
                return nn.Sequential(*conv(channels, wide, kernel))
            return nn.Sequential(*conv(channels, few, 1, last=False), *conv(few, wide, kernel))

        halves = pooled == "with a stride"
        pooling_layer = pooling(3, 2 if halves else 1, padding=1)
        narrowing = [] if pooled == "unprojected" else conv(in_channels, pool, 1)
        pool_branch = (
            [*narrowing, pooling_layer] if pooled == "last" else [pooling_layer, *narrowing]
        )
        self.branches = nn.ModuleList(
            (
                nn.Sequential(*conv(in_channels, c1, 1)),
                large(in_channels, c3[0], c3[1], 3),
                large(c1 if chained else in_channels, c5[0], c5[1], five),
                nn.Sequential(*pool_branch),
            )
        )
        self.order, self.chained = order, chained

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        outs = [branch(x) for number, branch in enumerate(self.branches) if number != 2]
        outs.insert(2, self.branches[2](outs[0] if self.chained else x))
        return torch.cat([outs[number] for number in self.order], dim=1)


_MISTAKES: tuple[Row, ...] = (
    (
        "branches_in_another_order",
        "The four parts are concatenated in another order. It's 1×1, 3×3, 5×5, pooling.",
        {"order": (3, 0, 1, 2)},
    ),
    (
        "branches_in_another_order",
        "The four parts are concatenated in another order. It's 1×1, 3×3, 5×5, pooling.",
        {"order": (0, 2, 1, 3)},
    ),
    (
        "branch_left_out",
        "One of the four branches is made but isn't concatenated with the others.",
        {"order": (0, 1, 2)},
    ),
    (
        "reductions_missing",
        "The 3×3 and the 5×5 work on all input channels. A 1×1 convolution to c3[0] (or c5[0]) "
        "channels comes before each of them.",
        {"reduces": False},
    ),
    (
        "relu_after_reductions_missing",
        "There is no ReLU after the 1×1 convolutions that come before the 3×3 and the 5×5. One "
        "follows *every* convolution, also those inside a branch.",
        {"relu": "last"},
    ),
    ("relu_missing", "There is no ReLU. One follows every convolution.", {"relu": "none"}),
    (
        "padding_missing",
        "Your 3×3 and 5×5 convolutions have no padding, so their maps are smaller than the others "
        "and can't be concatenated.",
        {"padded": False},
    ),
    (
        "biases_missing",
        "Your convolutions have no biases. There is no batch norm in this block, so they have "
        "them.",
        {"bias": False},
    ),
    (
        "norms_added",
        "There are batch norms in your block. They came a year later; here there are none.",
        {"norm": True},
    ),
    (
        "norms_added",
        "There are batch norms in your block. They came a year later; here there are none.",
        {"norm": True, "bias": False},
    ),
    (
        "five_is_three",
        "The kernel of your third branch is 3×3. Here it's 5×5, as in the paper. (torchvision's "
        "GoogLeNet has 3×3 there.)",
        {"five": 3},
    ),
    (
        "pooling_last",
        "In the fourth branch, the 1×1 convolution comes before the pooling. It comes after it.",
        {"pooled": "last"},
    ),
    (
        "pooling_unprojected",
        "The fourth branch has no 1×1 convolution after the pooling. Without it, all input "
        "channels are added to the output.",
        {"pooled": "unprojected"},
    ),
    (
        "pooling_shrinks",
        "The pooling shrinks its maps: its stride is the kernel's side unless told otherwise. Here "
        "it's 1.",
        {"pooled": "with a stride"},
    ),
    (
        "average_pooling",
        "The fourth branch takes averages. Here it takes the maximum.",
        {"pooling": nn.AvgPool2d},
    ),
    (
        "branches_in_a_row",
        "One of your branches reads what another has computed. All four read the block's input.",
        {"chained": True},
    ),
)
for _mistake, _message, _choices in _MISTAKES:
    exercise.mistake(_mistake, _message)(partial(OpenInception, **_choices))


@exercise.visible("branches of 3, 5, 4 and 2 channels")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_block(learner, draw, exercise, 6, 3, (4, 5), (2, 4), 2, size=(8, 7))


@exercise.visible("one input channel, on small maps")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_block(learner, draw, exercise, 1, 2, (3, 5), (2, 3), 4, size=(4, 3))
