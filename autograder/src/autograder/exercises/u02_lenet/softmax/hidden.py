"""Hidden checks of `softmax`."""

from __future__ import annotations

import torch

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.check.explain import agree
from cnnlab.exercises.u02_lenet.softmax import agree_on_dtypes, exercise
from cnnlab.learner import LearnerCode

hidden = HiddenChecks(exercise)


@hidden.check("a table of logits", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    rows, classes = draw.sample(range(3, 9), 2)
    agree_on_dtypes(learner, 3 * draw.normal(rows, classes))


@hidden.check("any number of dimensions before the classes", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    first, second, classes = draw.sample(range(2, 7), 3)
    agree(learner, exercise, draw.normal(first, second, classes))
    agree(learner, exercise, draw.normal(2, first, second, classes))
    agree(learner, exercise, draw.normal(classes))


@hidden.check("logits of ±1000, in one row and in different rows", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    classes = draw.integer(3, 6)
    signs = torch.tensor([1.0, -1.0, 1.0], dtype=torch.float64)
    agree(learner, exercise, 1000 * signs[:, None] + draw.normal(3, classes))
    apart = draw.normal(2, classes)
    apart[0, 0], apart[1, 1:] = 1000, -1000
    agree(learner, exercise, apart)
