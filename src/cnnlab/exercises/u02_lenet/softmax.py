"""`softmax`: from logits to probabilities, along the last dimension."""

from __future__ import annotations

import torch
from torch.nn import functional as F

from cnnlab.check.compare import Wrong
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.check.explain import agree
from cnnlab.exercises.u02_lenet._refused import SOFTMAX_CALLS, SOFTMAX_OPERATORS
from cnnlab.learner import LearnerCode


def softmax(logits: torch.Tensor) -> torch.Tensor:
    """Probabilities over the last dimension, for any number of dimensions before it."""
    return F.softmax(logits, dim=-1)


exercise = Exercise(
    "softmax",
    {"softmax": softmax},
    refuses=SOFTMAX_CALLS,
    refuses_operators=SOFTMAX_OPERATORS,
)


@exercise.mistake(
    "unstable_exp",
    "exp of a large logit overflows to inf, and exp of very negative ones underflows to 0; then "
    "inf/inf or 0/0 gives nan. Softmax doesn't change if you subtract the same number from every "
    "logit of a row.",
)
def _(logits: torch.Tensor) -> torch.Tensor:
    return logits.exp() / logits.exp().sum(dim=-1, keepdim=True)


@exercise.mistake(
    "one_maximum_for_all",
    "You subtract the maximum of the whole tensor. A row whose logits are all far below it "
    "becomes 0/0: use each row's own maximum.",
)
def _(logits: torch.Tensor) -> torch.Tensor:
    powers = (logits - logits.max()).exp()
    return powers / powers.sum(dim=-1, keepdim=True)


@exercise.mistake(
    "wrong_dimension",
    "Your probabilities add up to 1 along the wrong dimension. The classes are along the last "
    "one, whatever comes before it.",
)
def _(logits: torch.Tensor) -> torch.Tensor:
    return logits.softmax(dim=0)


@exercise.mistake(
    "dimension_fixed_at_one",
    "This is right for (N, C), where dimension 1 happens to be the last. In general the classes "
    "are along dimension −1.",
)
def _(logits: torch.Tensor) -> torch.Tensor:
    return logits.softmax(dim=1 if logits.dim() > 1 else 0)


_OVER_EVERYTHING = (
    "normalised_over_everything",
    "All your probabilities together add up to 1. Each row is a distribution of its own.",
)


@exercise.mistake(*_OVER_EVERYTHING)
def _(logits: torch.Tensor) -> torch.Tensor:
    powers = (logits - logits.amax(dim=-1, keepdim=True)).exp()
    return powers / powers.sum()


@exercise.mistake(*_OVER_EVERYTHING)
def _(logits: torch.Tensor) -> torch.Tensor:
    return logits.flatten().softmax(dim=0).view_as(logits)


@exercise.mistake(
    "no_exponential",
    "You divide the logits by their sum. Logits can be negative, so softmax takes exp first.",
)
def _(logits: torch.Tensor) -> torch.Tensor:
    return logits / logits.sum(dim=-1, keepdim=True)


@exercise.mistake(
    "returns_logarithms",
    "These are log-probabilities. Return the probabilities themselves.",
)
def _(logits: torch.Tensor) -> torch.Tensor:
    return logits.log_softmax(dim=-1)


def agree_on_dtypes(learner: LearnerCode, logits: torch.Tensor) -> None:
    """Asks in 64 and in 32 bits, and for a result of as many."""
    for dtype in (torch.float64, torch.float32):
        given = logits.to(dtype)
        agree(learner, exercise, given)
        found = learner.call("softmax", given).dtype
        if found != dtype:
            raise Wrong(
                "wrong_dtype",
                f"The numbers are right, but their dtype is {found} and should be that of the "
                f"logits, {dtype}. Pass it along wherever you create a tensor.",
            )


@exercise.visible("rows become probabilities")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, exercise, torch.tensor([1.0, 2.0, 4.0]).view(1, 3))
    agree_on_dtypes(learner, draw.normal(4, 3))


@exercise.visible("more dimensions before the classes, and none")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, exercise, draw.normal(2, 3, 4))
    agree(learner, exercise, draw.normal(4))


@exercise.visible("large logits don't overflow")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, exercise, torch.tensor([[1000.0, 999.0, -1000.0], [-1000.0, -998.0, -999.0]]))
