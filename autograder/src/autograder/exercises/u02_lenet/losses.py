"""Hidden checks of softmax and cross-entropy."""

from __future__ import annotations

import torch

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.agree import agree
from cnnlab.check.draw import Draw
from cnnlab.exercises import u02_lenet as visible
from cnnlab.exercises.u02_lenet.losses import expect_gradient
from cnnlab.learner import LearnerCode

SOFTMAX = HiddenChecks(visible.SOFTMAX)


@SOFTMAX.check("a table of logits", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    rows, classes = draw.sample(range(3, 9), 2)
    agree(learner, visible.SOFTMAX, 3 * draw.normal(rows, classes))


@SOFTMAX.check("any number of dimensions before the classes", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    first, second, classes = draw.sample(range(2, 7), 3)
    agree(learner, visible.SOFTMAX, draw.normal(first, second, classes))
    agree(learner, visible.SOFTMAX, draw.normal(2, first, second, classes))
    agree(learner, visible.SOFTMAX, draw.normal(classes))


@SOFTMAX.check("logits of ±1000, in one row and in different rows", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    classes = draw.integer(3, 6)
    signs = torch.tensor([1.0, -1.0, 1.0], dtype=torch.float64)
    agree(learner, visible.SOFTMAX, 1000 * signs[:, None] + draw.normal(3, classes))
    apart = draw.normal(2, classes)
    apart[0, 0], apart[1, 1:] = 1000, -1000
    agree(learner, visible.SOFTMAX, apart)


CROSS_ENTROPY = HiddenChecks(visible.CROSS_ENTROPY)


@CROSS_ENTROPY.check("the mean over batches of different sizes", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    for rows, classes in ((draw.integer(5, 9), 4), (3, draw.integer(5, 9)), (1, 3)):
        agree(
            learner,
            visible.CROSS_ENTROPY,
            2 * draw.normal(rows, classes, dtype=torch.float32),
            draw_mixed_labels(draw, rows, classes),
        )


@CROSS_ENTROPY.check("logits of ±1000", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    targets = torch.tensor([draw.integer(0, 3), 2, 1])
    close = draw.normal(3, 4) + 1000 * torch.tensor([[1.0], [-1.0], [0.5]])
    agree(learner, visible.CROSS_ENTROPY, close, targets)
    far = close + 1000 * torch.tensor([0.0, -1.0, 1.0, 0.0])
    agree(learner, visible.CROSS_ENTROPY, far, targets)


@CROSS_ENTROPY.check("the gradient with respect to the logits", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    rows, classes = draw.sample(range(3, 8), 2)
    expect_gradient(
        learner,
        draw.normal(rows, classes, dtype=torch.float32),
        draw_mixed_labels(draw, rows, classes),
    )


@CROSS_ENTROPY.check("the gradient stays right for large logits", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    logits = draw.normal(3, 4) + 1000 * draw.choice([1, -1])
    logits[0, 0] -= 1000
    expect_gradient(learner, logits, torch.tensor([0, draw.integer(1, 3), 2]))


def draw_mixed_labels(draw: Draw, rows: int, classes: int) -> torch.Tensor:
    """Labels among which at least two differ, unless there is only one."""
    labels = draw.labels(rows, classes)
    if rows > 1:
        labels[0] = (labels[1] + 1) % classes
    return labels
