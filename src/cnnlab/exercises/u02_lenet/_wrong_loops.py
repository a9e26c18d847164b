"""Loops that measure with the mistakes learners make, to recognise them by what they leave."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

from cnnlab.check.compare import agrees
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.exercises.u02_lenet._loops import (
    Batches,
    Loop,
    Scene,
    draw_scene,
    with_right_answers,
)
from cnnlab.learner import local_learner


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
    measure_before: bool = False,
    measure_after: bool = False,
    step_at_the_end: bool = False,
) -> list[Measured]:
    """Train for one epoch, with the given calls in their `order`; or measure, if no optimiser."""
    model.train(optimizer is not None)
    measured = []
    for x, y in batches:
        if measure_before:
            model(x)
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
    if optimizer and step_at_the_end:
        optimizer.step()
    return measured


def summarise(measured: Sequence[Measured]) -> tuple[float, float]:
    """The right one: every sample counts the same."""
    count = sum(one.count for one in measured)
    return (
        sum(one.loss * one.count for one in measured) / count,
        sum(one.correct for one in measured) / count,
    )


def loop_with(summary: Summary = summarise, **turns: Any) -> Loop:
    """A loop with these mistakes on its `walk`, told by `summary`."""
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


def _swapped(measured: Sequence[Measured]) -> tuple[float, float]:
    loss, accuracy = summarise(measured)
    return accuracy, loss


def _sum_divided_by_batches(measured: Sequence[Measured]) -> tuple[float, float]:
    return sum(m.loss * m.count for m in measured) / len(measured), summarise(measured)[1]


def _nothing_weighted(measured: Sequence[Measured]) -> tuple[float, float]:
    return _loss_not_weighted(measured)[0], _accuracy_not_weighted(measured)[1]


def of_sums(measured: Sequence[Measured]) -> tuple[float, float]:
    """For loops whose loss is a sum over the batch: told rightly, but stepped along."""
    return sum(m.loss for m in measured) / sum(m.count for m in measured), summarise(measured)[1]


def _softmax_first(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    return F.cross_entropy(logits.softmax(dim=1), targets)


def _on(some: slice) -> Loop:
    """The right loop, on some of the batches."""
    return lambda model, batches, *given: RIGHT(model, batches[some], *given)


RIGHT = loop_with()
# Every mistake of measuring shows where these do.
MISMEASURED: tuple[Summary, ...] = (
    _nothing_weighted,
    _full_batches,
    _last_batch,
    lambda measured: summarise(measured[:1]),
    lambda measured: summarise(measured[:-1]),
)


def draw_measured_scene(draw: Draw, sizes: Sequence[int], **sgd: Any) -> Scene:
    """A scene in which every mistake of measuring shows. At a learning rate of 0, only those do."""
    full = len(sizes) - 1
    right_answers = [*range(1, full + 1), sizes[-1]]
    for _ in range(1000):
        scene = with_right_answers(draw, draw_scene(draw, sizes, **sgd), right_answers)
        measured = _measured(scene)
        told = summarise(measured)
        wrong = [summary(measured) for summary in MISMEASURED]
        if not any(agrees(loss, told[0]) or agrees(acc, told[1]) for loss, acc in wrong):
            return scene
    raise RuntimeError(f"no scene with batches of {sizes} shows every mistake of measuring")


def _measured(scene: Scene) -> list[Measured]:
    """What is to be measured in the scene, before any step."""
    network = scene.network(local_learner({}))
    measured = []
    for x, y in scene.batches:
        logits = network.forward(x)
        correct = int((logits.argmax(dim=1) == y).sum())
        measured.append(Measured(len(y), F.cross_entropy(logits, y).item(), correct))
    return measured


_MEASURING: tuple[tuple[str, str, Summary], ...] = (
    (
        "accuracy_not_weighted",
        "You average the batches' accuracies, so a short last batch counts as much as a full one. "
        "Count right answers and samples, and divide once at the end.",
        _accuracy_not_weighted,
    ),
    (
        "loss_not_weighted",
        "You average the batches' losses, so a short last batch counts as much as a full one. "
        "Multiply each batch's mean by its number of samples before you add.",
        _loss_not_weighted,
    ),
    (
        "loss_divided_twice",
        "You divide twice: each batch's loss is already a mean over its samples. Multiply it by "
        "the number of samples before you add.",
        _loss_divided_twice,
    ),
    (
        "loss_added_up",
        "You add up the batches' losses, so the result grows with the number of batches. Return "
        "the mean over all samples.",
        _loss_added_up,
    ),
    (
        "accuracy_in_percent",
        "Your accuracy is in percent. Return a fraction, from 0 to 1.",
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
        "shorter: count the samples as you go.",
        _full_batches,
    ),
    (
        "last_batch_only",
        "Your loss and accuracy are those of the last batch alone. Accumulate them over all "
        "batches.",
        _last_batch,
    ),
    (
        "pair_swapped",
        "You return (accuracy, loss). The order is (loss, accuracy).",
        _swapped,
    ),
    (
        "sum_divided_by_batches",
        "You divide a sum over samples by the number of batches. Divide it by the number of "
        "samples.",
        _sum_divided_by_batches,
    ),
)


def add_measuring_mistakes(exercise: Exercise) -> None:
    """Registers the mistakes of measuring, which training and evaluation share."""
    for mistake, message, summary in _MEASURING:
        exercise.mistake(mistake, message)(loop_with(summary))
    exercise.mistake(
        "softmax_before_loss",
        "You apply softmax to the logits before the cross-entropy, which applies it again. The "
        "loss then has a floor well above 0, and its gradient is small.",
    )(loop_with(loss_of=_softmax_first))
    exercise.mistake(
        "first_batch_only",
        "You use only the first batch: your function returns before it sees the others. Is "
        "`return` inside the loop?",
    )(_on(slice(1)))
    exercise.mistake(
        "last_batch_left_out",
        "You left out the last batch. Its samples count too, even when it's shorter.",
    )(_on(slice(-1)))
