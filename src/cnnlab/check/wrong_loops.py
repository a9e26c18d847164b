"""Loops that make the mistakes learners make, to recognise them by what they leave behind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

from cnnlab.check.loops import Batches, Loop
from cnnlab.check.todo import Todo


@dataclass(frozen=True)
class Measured:
    """One batch: how many samples, their mean loss, how many right."""

    count: int
    loss: float
    correct: int


Summary = Callable[[Sequence[Measured]], tuple[float, float]]


def walk(
    model: nn.Module,
    batches: Batches,
    optimizer: torch.optim.Optimizer | None = None,
    order: Sequence[str] = ("zero_grad", "backward", "step"),
    loss_of: Callable[[torch.Tensor, torch.Tensor], torch.Tensor] = F.cross_entropy,
    measure_after: bool = False,
) -> list[Measured]:
    """Train for one epoch, with the given calls in the given `order`; or measure, if no optimiser."""
    model.train(optimizer is not None)
    measured = []
    for x, y in batches:
        logits = model(x)
        loss = loss_of(logits, y)
        if optimizer:
            calls = {"backward": loss.backward, "zero_grad": optimizer.zero_grad}
            for call in order:
                calls.get(call, optimizer.step)()
        if measure_after:
            logits = model(x)
            loss = loss_of(logits, y)
        correct = int((logits.argmax(dim=1) == y).sum())
        measured.append(Measured(len(y), loss.item(), correct))
    return measured


def summarise(measured: Sequence[Measured]) -> tuple[float, float]:
    """The right one: every sample counts the same."""
    count = sum(one.count for one in measured)
    return (
        sum(one.loss * one.count for one in measured) / count,
        sum(one.correct for one in measured) / count,
    )


def loop_with(summary: Summary = summarise, **turns: Any) -> Loop:
    """A loop with these wrong turns on its `walk`, told by `summary`."""
    return lambda *given: summary(walk(*given, **turns))


def _accuracy_not_weighted(measured: Sequence[Measured]) -> tuple[float, float]:
    return summarise(measured)[0], sum(m.correct / m.count for m in measured) / len(measured)


def _loss_not_weighted(measured: Sequence[Measured]) -> tuple[float, float]:
    return sum(m.loss for m in measured) / len(measured), summarise(measured)[1]


def _loss_divided_twice(measured: Sequence[Measured]) -> tuple[float, float]:
    count = sum(m.count for m in measured)
    return sum(m.loss for m in measured) / count, summarise(measured)[1]


def _loss_added_up(measured: Sequence[Measured]) -> tuple[float, float]:
    return sum(m.loss for m in measured), summarise(measured)[1]


def _percent(measured: Sequence[Measured]) -> tuple[float, float]:
    loss, accuracy = summarise(measured)
    return loss, 100 * accuracy


def _count(measured: Sequence[Measured]) -> tuple[float, float]:
    return summarise(measured)[0], float(sum(m.correct for m in measured))


def _full_batches(measured: Sequence[Measured]) -> tuple[float, float]:
    assumed = len(measured) * measured[0].count
    return (
        sum(m.loss * m.count for m in measured) / assumed,
        sum(m.correct for m in measured) / assumed,
    )


def _last_batch(measured: Sequence[Measured]) -> tuple[float, float]:
    return summarise(measured[-1:])


BATCHES_EQUAL = (loop_with(_accuracy_not_weighted), loop_with(_loss_not_weighted))
SAMPLES_MISCOUNTED = (loop_with(_full_batches), loop_with(_last_batch))

_MISMEASURED: tuple[tuple[str, str, Summary], ...] = (
    (
        "accuracy_not_weighted",
        "Your accuracy is the average of the batches' accuracies. The short last batch then counts "
        "as much as a full one: count the right answers and the samples, and divide once.",
        _accuracy_not_weighted,
    ),
    (
        "loss_not_weighted",
        "Your loss is the average of the batches' losses. A short last batch then weighs too much: "
        "each batch's mean stands for as many samples as the batch has.",
        _loss_not_weighted,
    ),
    (
        "loss_divided_twice",
        "Each batch's loss is already a mean over its samples; adding these means and dividing by "
        "the number of samples divides twice. Turn each mean into a sum first.",
        _loss_divided_twice,
    ),
    (
        "loss_added_up",
        "Your loss is the sum of the batches' losses: it grows with the number of batches. Asked "
        "for is the mean over all samples.",
        _loss_added_up,
    ),
    (
        "accuracy_in_percent",
        "Your accuracy is in percent. Asked for is a fraction, from 0 to 1.",
        _percent,
    ),
    (
        "accuracy_is_a_count",
        "Your accuracy is the number of right answers. Divide it by the number of samples.",
        _count,
    ),
    (
        "assumes_full_batches",
        "You divide as if every batch had as many samples as the first. The last one is often "
        "shorter: count the samples as they come.",
        _full_batches,
    ),
    (
        "last_batch_only",
        "Your loss and accuracy are those of the last batch alone. Gather them over all batches.",
        _last_batch,
    ),
)


def add_measuring_suspects(todo: Todo) -> None:
    """Registers the mistakes of measuring, which training and evaluation share."""
    for diagnosis, message, summary in _MISMEASURED:
        todo.suspect(diagnosis, message)(loop_with(summary))
