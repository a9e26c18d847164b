"""Unit 11: what curves and gradient norms say about a sick run."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from cnnlab.practice.draw import Draw
from cnnlab.practice.forms import choice
from cnnlab.practice.kinds import kind
from cnnlab.practice.question import Question

EPOCHS = 6
Row = tuple[float, float, float]
"""Training loss, validation loss, validation accuracy in percent."""


@dataclass(frozen=True)
class Cause:
    """Why a run goes wrong, and how that looks."""

    name: str
    looks: str
    rows: Callable[[Draw, int], list[Row]]


def _wiggle(draw: Draw, size: float) -> float:
    return size * draw.whole(-10, 10) / 10


def _overfitting(draw: Draw, classes: int) -> list[Row]:
    rows = []
    for epoch in range(EPOCHS):
        held_out = (0.75, 0.58, 0.55, 0.68, 0.86, 1.08)[epoch]
        rows.append(
            (
                1.0 * 0.42**epoch + _wiggle(draw, 0.01),
                held_out + _wiggle(draw, 0.02),
                (70, 77, 79, 78, 78, 77)[epoch] + _wiggle(draw, 0.5),
            )
        )
    return rows


def _rate_too_low(draw: Draw, classes: int) -> list[Row]:
    start = math.log(classes)
    speed = draw.whole(10, 25) / 1000
    return [
        (
            start - speed * epoch,
            start - speed * epoch + 0.004,
            100 / classes + 1.5 * epoch + _wiggle(draw, 0.5),
        )
        for epoch in range(EPOCHS)
    ]


def _exploding(draw: Draw, classes: int) -> list[Row]:
    start, factor = math.log(classes), draw.whole(20, 90)
    losses = [start * factor**epoch for epoch in range(4)] + [math.nan] * 2
    return [(loss, loss * 1.1, 100 / classes + _wiggle(draw, 0.4)) for loss in losses]


def _nothing_moves(draw: Draw, classes: int) -> list[Row]:
    loss, accuracy = math.log(classes) + draw.whole(5, 60) / 1000, 100 / classes + _wiggle(draw, 2)
    return [(loss, loss + 0.002, accuracy)] * EPOCHS


def _softmax_twice(draw: Draw, classes: int) -> list[Row]:
    floor = math.log(math.e + classes - 1) - 1
    gap = math.log(classes) - floor
    return [
        (
            floor + gap * (0.45 * 0.5**epoch + 0.02),
            floor + gap * (0.5 * 0.55**epoch + 0.06),
            (58, 72, 80, 84, 86, 87)[epoch] + _wiggle(draw, 1),
        )
        for epoch in range(EPOCHS)
    ]


def _labels_shuffled(draw: Draw, classes: int) -> list[Row]:
    start = math.log(classes)
    return [
        (
            start * (1 - 0.045 * epoch**1.5),
            start + 0.05 + 0.09 * epoch + _wiggle(draw, 0.01),
            100 / classes + _wiggle(draw, 0.9),
        )
        for epoch in range(EPOCHS)
    ]


CAUSES = (
    Cause(
        "It overfits",
        "the training loss falls on and on, while the validation loss turns and rises",
        _overfitting,
    ),
    Cause(
        "The learning rate is much too low",
        "both losses start at chance (ln C) and fall, but by very little",
        _rate_too_low,
    ),
    Cause(
        "The learning rate is much too high",
        "the loss grows from epoch to epoch until it isn't a number any more",
        _exploding,
    ),
    Cause(
        "Nothing is trained: all parameters are frozen, or the optimiser got none of them",
        "not a single digit changes",
        _nothing_moves,
    ),
    Cause(
        "Softmax is applied twice",
        "accuracy is good, but the loss gets stuck far above what such an accuracy costs",
        _softmax_twice,
    ),
    Cause(
        "Images and labels were shuffled separately",
        "the training loss falls slowly as labels are memorised, while validation stays at chance "
        "and its loss rises",
        _labels_shuffled,
    ),
)


def _number(value: float) -> str:
    return "nan" if math.isnan(value) else f"{value:.3f}" if value < 1000 else f"{value:.2e}"


@kind(unit=11, topic="diagnosis")
def curves_and_cause(draw: Draw) -> Question:
    cause, *others = draw.some(CAUSES, 4)
    classes = 10
    rows = cause.rows(draw, classes)
    lines = [
        f"    {epoch:>5}  {_number(a):>10}  {_number(b):>10}  {accuracy:>8.1f} %"
        for epoch, (a, b, accuracy) in enumerate(rows, 1)
    ]
    table = "\n".join(["    epoch  train loss    val loss  val accuracy", *lines])
    return choice(
        draw,
        f"{classes} classes. What's the likeliest cause of this run?\n{table}",
        (f"{cause.name}", f"The signs: {cause.looks}. (ln {classes} = {math.log(classes):.3f}.)"),
        [(other.name, f"Then you'd see this: {other.looks}.") for other in others],
        cause=cause.name,
        rows=rows,
        classes=classes,
    )


def _vanishing(draw: Draw, layers: int) -> list[float]:
    factor = draw.whole(3, 15) / 100
    return [draw.tenths(0.5, 2) * factor ** (layers - 1 - i) for i in range(layers)]


def _growing(draw: Draw, layers: int) -> list[float]:
    factor = draw.whole(6, 20)
    return [draw.tenths(0.5, 2) * float(factor) ** (layers - 1 - i) for i in range(layers)]


def _healthy(draw: Draw, layers: int) -> list[float]:
    return [draw.tenths(0.4, 1.6) for _ in range(layers)]


def _head_only(draw: Draw, layers: int) -> list[float]:
    return [0.0] * (layers - 1) + [draw.tenths(0.4, 1.6)]


NORMS: tuple[tuple[str, str, Callable[[Draw, int], list[float]]], ...] = (
    (
        "Gradients vanish on their way back",
        "norms shrink by about the same factor from layer to layer, towards the input",
        _vanishing,
    ),
    (
        "Gradients explode on their way back",
        "norms grow by about the same factor from layer to layer, towards the input",
        _growing,
    ),
    ("The gradients are healthy", "all layers' norms are of about the same size", _healthy),
    (
        "Everything but the head is frozen, or cut off",
        "exact zeros everywhere except in the last layer",
        _head_only,
    ),
)


@kind(unit=11, topic="diagnosis")
def norms_and_cause(draw: Draw) -> Question:
    layers = draw.whole(5, 7)
    (name, looks, make), *others = draw.some(NORMS, len(NORMS))
    norms = make(draw, layers)
    lines = [f"    layer {number}  {norm:.1e}" for number, norm in enumerate(norms, 1)]
    table = "\n".join(lines).replace("0.0e+00", "0")
    return choice(
        draw,
        "Norms of the weights' gradients, from the first layer to the last:\n"
        f"{table}\n"
        "What do they say?",
        (name, f"The signs: {looks}."),
        [(other, f"Then you'd see this: {signs}.") for other, signs, _ in others],
        cause=name,
        norms=norms,
    )
