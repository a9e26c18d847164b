"""Unit 01: convolving and pooling by hand."""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F

from cnnlab.practice.draw import Draw
from cnnlab.practice.forms import decimal, whole
from cnnlab.practice.kinds import kind
from cnnlab.practice.question import Question
from cnnlab.practice.wording import bracketed, num, plus

Grid = list[list[int]]


def written(grid: Grid) -> str:
    """A small matrix as aligned lines of code."""
    return "\n".join("    " + " ".join(f"{num(value):>3}" for value in row) for row in grid)


@kind(unit=1, topic="by-hand")
def conv_by_hand(draw: Draw) -> Question:
    patch = [[draw.whole(0, 5) for _ in range(3)] for _ in range(3)]
    while True:
        kernel = [[draw.one_of([-1, 0, 0, 1, 2]) for _ in range(3)] for _ in range(3)]
        if sum(value != 0 for row in kernel for value in row) >= 3:
            break
    bias = draw.whole(-2, 2)
    x, w = (torch.tensor(grid, dtype=torch.float64).view(1, 1, 3, 3) for grid in (patch, kernel))
    answer = round(F.conv2d(x, w).item()) + bias
    flipped = round(F.conv2d(x, w.flip(2, 3)).item()) + bias
    pairs = [
        (p, k) for pr, kr in zip(patch, kernel, strict=True) for p, k in zip(pr, kr, strict=True)
    ]
    products = [p * k for p, k in pairs if k]
    return whole(
        f"Under the kernel lie these pixels:\n{written(patch)}\nThe kernel is\n{written(kernel)}\n"
        f"and the bias {num(bias)}. What does nn.Conv2d give at this position?",
        answer,
        [
            "Multiply each pixel by the weight on top of it; zeros can be left out: "
            + " + ".join(f"{p}·{bracketed(k)}" for p, k in pairs if k)
            + f" = {num(sum(products))}.",
            f"Then add the bias: {num(sum(products))} + {bracketed(bias)} = {num(answer)}.",
        ],
        {
            answer - bias: "You left the bias out.",
            flipped: "You turned the kernel by 180°. Deep learning's “convolution” doesn't.",
        },
        patch=patch,
        kernel=kernel,
        bias=bias,
    )


@kind(unit=1, topic="by-hand")
def pool_by_hand(draw: Draw) -> Question:
    grid = [[draw.whole(0, 9) for _ in range(4)] for _ in range(4)]
    mode = draw.one_of(["max", "average"])
    row, column = draw.whole(0, 1), draw.whole(0, 1)
    x = torch.tensor(grid, dtype=torch.float64).view(1, 1, 4, 4)
    pooled = (F.max_pool2d if mode == "max" else F.avg_pool2d)(x, 2)
    answer = pooled[0, 0, row, column].item()
    window = [grid[2 * row + i][2 * column + j] for i in range(2) for j in range(2)]
    corner = f"{['top', 'bottom'][row]} {['left', 'right'][column]}"
    way = (
        f"the largest is {num(answer)}"
        if mode == "max"
        else f"their mean is ({plus(window)})/4 = {num(answer)}"
    )
    other = sum(window) / 4 if mode == "max" else max(window)
    ask: Callable[..., Question] = whole if mode == "max" else decimal
    return ask(
        f"This map is pooled with {mode} pooling, 2×2 windows and stride 2:\n{written(grid)}\n"
        f"Which number stands at the {corner} of the result?",
        answer,
        [
            "With stride 2 the windows don't overlap: the map falls into four quarters.",
            f"The quarter at the {corner} holds {', '.join(map(str, window))}; {way}.",
        ],
        {other: f"That's the other kind of pooling: here it's {mode}."},
        grid=grid,
        mode=mode,
        row=row,
        column=column,
    )


@kind(unit=1, topic="by-hand")
def dropout_scale(draw: Draw) -> Question:
    p = draw.one_of([0.1, 0.2, 0.25, 0.4, 0.5, 0.6, 0.75, 0.8])
    value = draw.tenths(0.5, 6)
    answer = value / (1 - p)
    return decimal(
        f"nn.Dropout({p}) is in train mode. A value of {num(value)} comes in and isn't dropped. "
        "Which value comes out?",
        answer,
        [
            f"On average {num(1 - p)} of the values survive. To keep the mean, PyTorch divides "
            f"those by 1 − p = {num(1 - p)}.",
            f"{num(value)}/{num(1 - p)} = {num(round(answer, 3))}. In eval mode it would stay "
            f"{num(value)}.",
        ],
        {
            value: "That's what eval mode does. In training the survivors are scaled up.",
            value * (1 - p): "They're scaled *up*, to make up for those that are dropped.",
            value / p: "Divide by the share that survives, 1 − p.",
        },
        p=p,
        value=value,
    )
