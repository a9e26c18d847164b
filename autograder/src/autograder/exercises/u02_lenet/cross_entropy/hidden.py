"""Hidden checks of `cross_entropy`."""

from __future__ import annotations

import torch

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.exercises.u02_lenet.cross_entropy import agree_on_gradient, agree_on_loss, exercise
from cnnlab.learner import LearnerCode

hidden = HiddenChecks(exercise)


@hidden.check("the mean over batches of different sizes", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    for rows, classes in ((draw.integer(5, 9), 4), (3, draw.integer(5, 9)), (1, 3)):
        logits = 2 * draw.normal(rows, classes, dtype=torch.float32)
        agree_on_loss(learner, logits, draw_mixed_labels(draw, rows, classes))


@hidden.check("logits of ±1000", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    targets = torch.tensor([draw.integer(0, 3), 2, 1])
    close = draw.normal(3, 4) + 1000 * torch.tensor([[1.0], [-1.0], [0.5]])
    agree_on_loss(learner, close, targets)
    far = close + 1000 * torch.tensor([0.0, -1.0, 1.0, 0.0])
    agree_on_loss(learner, far, targets)


@hidden.check("the gradient with respect to the logits", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    rows, classes = draw.sample(range(3, 8), 2)
    logits = draw.normal(rows, classes, dtype=torch.float32)
    agree_on_gradient(learner, logits, draw_mixed_labels(draw, rows, classes))


@hidden.check("the gradient stays right for large logits", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    logits = draw.normal(3, 4) + 1000 * draw.choice([1, -1])
    logits[0, 0] -= 1000
    agree_on_gradient(learner, logits, torch.tensor([0, draw.integer(1, 3), 2]))


def draw_mixed_labels(draw: Draw, rows: int, classes: int) -> torch.Tensor:
    """Labels among which at least two differ, unless there is only one."""
    labels = draw.labels(rows, classes)
    if rows > 1:
        labels[0] = (labels[1] + 1) % classes
    return labels
