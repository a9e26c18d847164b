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
    "exp of a large logit is inf, and exp of very negative ones is 0: then inf/inf or 0/0 is nan. "
    "Softmax does not change when the same number is subtracted from every logit of a row.",
)
def _(logits: torch.Tensor) -> torch.Tensor:
    return logits.exp() / logits.exp().sum(dim=-1, keepdim=True)


@exercise.mistake(
    "one_maximum_for_all",
    "You subtract the largest logit of the whole tensor. A row whose logits all lie far below it "
    "becomes 0/0: each row needs its own maximum.",
)
def _(logits: torch.Tensor) -> torch.Tensor:
    powers = (logits - logits.max()).exp()
    return powers / powers.sum(dim=-1, keepdim=True)


@exercise.mistake(
    "wrong_dimension",
    "Your probabilities add up to 1 along the wrong dimension. The classes lie along the last one, "
    "whatever comes before it.",
)
def _(logits: torch.Tensor) -> torch.Tensor:
    return logits.softmax(dim=0)


@exercise.mistake(
    "dimension_fixed_at_one",
    "Your probabilities are right for (N, C), where dimension 1 is the last. With more dimensions "
    "before the classes, or none, the last one has another number.",
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
    "You divide the logits by their sum. Logits may be negative: softmax makes them positive "
    "with exp before it divides.",
)
def _(logits: torch.Tensor) -> torch.Tensor:
    return logits / logits.sum(dim=-1, keepdim=True)


@exercise.mistake(
    "returns_logarithms",
    "These are the logarithms of the probabilities. Asked for are the probabilities.",
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
                f"The numbers are right, but their dtype is {found}. It should be that of the "
                f"logits, {dtype}: pass it on wherever you make a new tensor.",
            )


@exercise.visible("rows become probabilities")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, exercise, torch.tensor([1.0, 2.0, 4.0]).view(1, 3))
    agree_on_dtypes(learner, draw.normal(4, 3))


@exercise.visible("more dimensions before the classes, and none")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, exercise, draw.normal(2, 3, 4))
    agree(learner, exercise, draw.normal(4))


@exercise.visible("large logits do not overflow")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, exercise, torch.tensor([[1000.0, 999.0, -1000.0], [-1000.0, -998.0, -999.0]]))
