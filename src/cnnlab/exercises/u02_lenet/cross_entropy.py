"""`cross_entropy`: from logits to one number that can be made smaller."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import torch
from torch.nn import functional as F

from cnnlab.check.compare import Wrong
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.check.explain import agree, explain
from cnnlab.exercises.u02_lenet._refused import CROSS_ENTROPY_CALLS, CROSS_ENTROPY_OPERATORS
from cnnlab.learner import LearnerCode

LOSS = "your loss"
GRADIENT = "the gradient of your loss with respect to the logits"


def cross_entropy(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Logits (N, C) and class numbers (N,) → the mean over the batch, a tensor of no dimensions."""
    return F.cross_entropy(logits, targets)


exercise = Exercise(
    "cross_entropy",
    {"cross_entropy": cross_entropy},
    refuses=CROSS_ENTROPY_CALLS,
    refuses_operators=CROSS_ENTROPY_OPERATORS,
)


@exercise.mistake(
    "softmax_before_loss",
    "You take the softmax first and then treat the probabilities as logits. Cross-entropy starts "
    "from the logits: the softmax is already part of it.",
)
def _(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    return F.cross_entropy(logits.softmax(dim=-1), targets)


@exercise.mistake(
    "sum_not_mean",
    "You add up the losses of the samples. Take their mean, so that the size of a step doesn't "
    "depend on the size of the batch.",
)
def _(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    return F.cross_entropy(logits, targets, reduction="sum")


@exercise.mistake(
    "one_loss_each",
    "You return one loss per sample. Return their mean, a single number.",
)
def _(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    return F.cross_entropy(logits, targets, reduction="none")


@exercise.mistake(
    "sign_missing",
    "Your loss is negative. The logarithm of a probability is at most 0; the loss is minus that.",
)
def _(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    return -F.cross_entropy(logits, targets)


@exercise.mistake(
    "divided_by_the_classes",
    "You average over all N×C entries of a table that has one relevant entry per row. Divide by "
    "the number of samples only.",
)
def _(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    return F.cross_entropy(logits, targets) / logits.shape[1]


_WHOLE_TABLE = (
    "divided_by_the_classes",
    "You subtract a whole one-hot table, N×C entries, from the N log-sum-exps. Each sample has "
    "one: add up the table along the classes first, or pick each row's logit by its target.",
)


@exercise.mistake(*_WHOLE_TABLE)
def _(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    truth = F.one_hot(targets, logits.shape[1])
    return (logits.logsumexp(dim=1) - truth * logits).mean()


@exercise.mistake(*_WHOLE_TABLE)
def _(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    truth = F.one_hot(targets, logits.shape[1])
    return (logits.logsumexp(dim=1, keepdim=True) - truth * logits).mean()


@exercise.mistake(
    "every_row_with_every_target",
    "`[:, targets]` picks the columns of *all* targets from every row. You want one entry per "
    "row: index with the row numbers too, `[torch.arange(N), targets]`.",
)
def _(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    return -logits.log_softmax(dim=-1)[:, targets].mean()


_ALONG_THE_BATCH = (
    "wrong_dimension",
    "You normalise along the batch. The classes are along the last dimension.",
)


@exercise.mistake(*_ALONG_THE_BATCH)
def _(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    return F.nll_loss(logits.log_softmax(dim=0), targets)


@exercise.mistake(*_ALONG_THE_BATCH)
def _(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    return (logits.logsumexp(dim=0) - logits.gather(1, targets[:, None])[:, 0]).mean()


@exercise.mistake(
    "logarithm_of_zero",
    "A probability too small for a float becomes 0, and its logarithm −inf. Stay with the logits: "
    "the loss is log-sum-exp minus the target's logit.",
)
def _(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    return F.nll_loss(logits.softmax(dim=1).log(), targets)


_UNSTABLE = (
    "unstable_exp",
    "exp of a large logit overflows to inf, so your loss is inf or nan. `torch.logsumexp` stays "
    "finite: it takes out each row's maximum first and adds it back afterwards.",
)


@exercise.mistake(*_UNSTABLE)
def _(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    picked = logits.gather(1, targets[:, None])[:, 0]
    return (logits.exp().sum(dim=1).log() - picked).mean()


@exercise.mistake(*_UNSTABLE)
def _(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    powers = logits.exp()
    return F.nll_loss((powers / powers.sum(dim=1, keepdim=True)).log(), targets)


def _with_epsilon(logits: torch.Tensor, targets: torch.Tensor, epsilon: float) -> torch.Tensor:
    return F.nll_loss((logits.softmax(dim=1) + epsilon).log(), targets)


def _clamped(logits: torch.Tensor, targets: torch.Tensor, epsilon: float) -> torch.Tensor:
    return F.nll_loss(logits.softmax(dim=1).clamp(min=epsilon).log(), targets)


for _exponent in range(5, 21):
    for _hidden_by in (_with_epsilon, _clamped):
        exercise.mistake(
            "infinity_hidden",
            "A small number inside the logarithm hides the infinity, and with it how wrong the "
            "network is: the loss stops growing and its gradient vanishes. Start from the logits "
            "instead.",
        )(partial(_hidden_by, epsilon=10.0**-_exponent))


@exercise.mistake(
    "plain_number",
    "You return a Python number, so no gradient can flow back from it. Return the tensor.",
)
def _(logits: torch.Tensor, targets: torch.Tensor) -> float:
    return F.cross_entropy(logits, targets).item()


def agree_on_loss(learner: LearnerCode, logits: torch.Tensor, targets: torch.Tensor) -> None:
    """The learner's loss is ours. If the logits are overwritten, their softmax may be at fault."""
    try:
        agree(learner, exercise, logits, targets)
    except Wrong as wrong:
        if wrong.mistake != "changes_its_input":
            raise
        raise Wrong(
            wrong.mistake,
            "After your `cross_entropy` the logits aren't what they were. Something in it works in "
            "place, or a function that it calls does: if it uses your `softmax`, look there first, "
            "for `-=`, `/=` or a method that ends in an underscore, such as `exp_()`.",
        ) from None


def agree_on_gradient(learner: LearnerCode, logits: torch.Tensor, targets: torch.Tensor) -> None:
    """The gradient of the learner's loss is that of ours: (probability - truth) / N."""

    def observe(code: LearnerCode) -> Iterator[tuple[str, Any]]:
        gradient = code.gradient("cross_entropy", logits, targets)
        if gradient is None:
            raise Wrong(
                "no_gradient",
                "No gradient flows from your loss back to the logits. `.item()`, `.detach()`, "
                "`torch.no_grad()` or a new tensor built from numbers cuts it off.",
            )
        yield GRADIENT, gradient
        yield LOSS, code.call("cross_entropy", logits, targets)

    explain(learner, exercise, observe, unjudged=[LOSS])


@exercise.visible("the mean loss of a small batch")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_loss(learner, torch.tensor([[0.0, 0.0, 3.0]]), torch.tensor([2]))
    logits = draw.normal(4, 3, dtype=torch.float32)
    agree_on_loss(learner, logits, torch.tensor([0, 2, 1, 0]))


@exercise.visible("large logits give a finite loss")
def _(learner: LearnerCode, draw: Draw) -> None:
    close = torch.tensor([[1000.0, 999.0, 998.0], [-1000.0, -999.0, -1001.0]])
    agree_on_loss(learner, close, torch.tensor([1, 0]))
    far = torch.tensor([[1000.0, -1000.0, 0.0], [-1000.0, 1000.0, 999.0]])
    agree_on_loss(learner, far, torch.tensor([1, 0]))


@exercise.visible("a gradient flows back to the logits")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_gradient(learner, draw.normal(4, 3, dtype=torch.float32), torch.tensor([0, 2, 1, 0]))
