"""Softmax and cross-entropy: from logits to one number that can be made smaller."""

from __future__ import annotations

from functools import partial

import torch
from torch.nn import functional as F

from cnnlab.check.agree import agree
from cnnlab.check.compare import Wrong, expect
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.learner import LearnerCode
from cnnlab.reference import lenet as ours

SOFTMAX_CALLS = (
    "torch.softmax",
    "torch.log_softmax",
    "torch.special.softmax",
    "torch.special.log_softmax",
    "torch.nn.functional.softmax",
    "torch.nn.functional.log_softmax",
    "torch.nn.functional.softmin",
    "torch.nn.functional.gumbel_softmax",
    "torch.nn.Softmax*",
    "torch.nn.Softmin",
    "torch.nn.LogSoftmax",
    ".softmax",
    ".log_softmax",
    "torch.sparse.*",
    "torch.ops.*",
    "scipy.*",
)
CROSS_ENTROPY_CALLS = (
    *SOFTMAX_CALLS,
    "torch.nn.functional.cross_entropy",
    "torch.nn.functional.nll_loss*",
    "torch.nn.CrossEntropyLoss",
    "torch.nn.NLLLoss*",
    "torch.nn.AdaptiveLogSoftmaxWithLoss",
    "sklearn.*",
)
# What torch calls them when they run, whatever they are called in the source.
SOFTMAX_OPERATORS = ("*softmax*", "*scaled_dot_product*")
CROSS_ENTROPY_OPERATORS = (*SOFTMAX_OPERATORS, "*nll_loss*", "*cross_entropy_loss*")


# softmax

SOFTMAX = Exercise(
    "softmax",
    {"softmax": ours.softmax},
    refuses=SOFTMAX_CALLS,
    refuses_operators=SOFTMAX_OPERATORS,
)


@SOFTMAX.mistake(
    "unstable_exp",
    "exp of a large logit is inf, and exp of very negative ones is 0: then inf/inf or 0/0 is nan. "
    "Softmax does not change when the same number is subtracted from every logit of a row.",
)
def _(logits):
    return logits.exp() / logits.exp().sum(dim=-1, keepdim=True)


@SOFTMAX.mistake(
    "one_maximum_for_all",
    "You subtract the largest logit of the whole tensor. A row whose logits all lie far below it "
    "becomes 0/0: each row needs its own maximum.",
)
def _(logits):
    powers = (logits - logits.max()).exp()
    return powers / powers.sum(dim=-1, keepdim=True)


@SOFTMAX.mistake(
    "wrong_dimension",
    "Your probabilities add up to 1 along the wrong dimension. The classes lie along the last one, "
    "whatever comes before it.",
)
def _(logits):
    return logits.softmax(dim=0)


@SOFTMAX.mistake(
    "dimension_fixed_at_one",
    "Your probabilities are right for (N, C), where dimension 1 is the last. With more dimensions "
    "before the classes, or none, the last one has another number.",
)
def _(logits):
    return logits.softmax(dim=1 if logits.dim() > 1 else 0)


_OVER_EVERYTHING = (
    "normalised_over_everything",
    "All your probabilities together add up to 1. Each row is a distribution of its own.",
)


@SOFTMAX.mistake(*_OVER_EVERYTHING)
def _(logits):
    powers = (logits - logits.amax(dim=-1, keepdim=True)).exp()
    return powers / powers.sum()


@SOFTMAX.mistake(*_OVER_EVERYTHING)
def _(logits):
    return logits.flatten().softmax(dim=0).view_as(logits)


@SOFTMAX.mistake(
    "no_exponential",
    "You divide the logits by their sum. Logits may be negative: softmax makes them positive "
    "with exp before it divides.",
)
def _(logits):
    return logits / logits.sum(dim=-1, keepdim=True)


@SOFTMAX.mistake(
    "returns_logarithms",
    "These are the logarithms of the probabilities. Asked for are the probabilities.",
)
def _(logits):
    return logits.log_softmax(dim=-1)


@SOFTMAX.visible("rows become probabilities")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, SOFTMAX, torch.tensor([1.0, 2.0, 4.0]).view(1, 3))
    agree(learner, SOFTMAX, draw.normal(4, 3))


@SOFTMAX.visible("large logits do not overflow")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, SOFTMAX, torch.tensor([[1000.0, 999.0, -1000.0], [-1000.0, -998.0, -999.0]]))


# cross_entropy

CROSS_ENTROPY = Exercise(
    "cross_entropy",
    {"cross_entropy": ours.cross_entropy},
    refuses=CROSS_ENTROPY_CALLS,
    refuses_operators=CROSS_ENTROPY_OPERATORS,
)


@CROSS_ENTROPY.mistake(
    "softmax_before_loss",
    "You take the softmax first and then treat the probabilities as logits. Cross-entropy starts "
    "from the logits: the softmax is already inside it.",
)
def _(logits, targets):
    return F.cross_entropy(logits.softmax(dim=-1), targets)


@CROSS_ENTROPY.mistake(
    "sum_not_mean",
    "You add up the losses of the samples. Asked for is their mean, so that the size of a step "
    "does not depend on the size of the batch.",
)
def _(logits, targets):
    return F.cross_entropy(logits, targets, reduction="sum")


@CROSS_ENTROPY.mistake(
    "one_loss_each",
    "You return one loss for each sample. Asked for is their mean, one number.",
)
def _(logits, targets):
    return F.cross_entropy(logits, targets, reduction="none")


@CROSS_ENTROPY.mistake(
    "sign_missing",
    "Your loss is negative. The logarithm of a probability is at most 0; the loss is its opposite.",
)
def _(logits, targets):
    return -F.cross_entropy(logits, targets)


@CROSS_ENTROPY.mistake(
    "divided_by_the_classes",
    "You average over all N×C entries of a table that has one entry of interest in each row. "
    "Divide by the number of samples only.",
)
def _(logits, targets):
    return F.cross_entropy(logits, targets) / logits.shape[1]


@CROSS_ENTROPY.mistake(
    "every_row_with_every_target",
    "Indexing with `[:, targets]` picks the columns of all targets from every row. Each row has "
    "one target: its own.",
)
def _(logits, targets):
    return -logits.log_softmax(dim=-1)[:, targets].mean()


_ALONG_THE_BATCH = (
    "wrong_dimension",
    "You normalise along the batch. The classes lie along the last dimension.",
)


@CROSS_ENTROPY.mistake(*_ALONG_THE_BATCH)
def _(logits, targets):
    return F.nll_loss(logits.log_softmax(dim=0), targets)


@CROSS_ENTROPY.mistake(*_ALONG_THE_BATCH)
def _(logits, targets):
    return (logits.logsumexp(dim=0) - logits.gather(1, targets[:, None])[:, 0]).mean()


@CROSS_ENTROPY.mistake(
    "logarithm_of_zero",
    "A probability too small for a float is 0, and its logarithm is -inf. Stay with the logits: "
    "the loss is log-sum-exp minus the target's logit, and needs no probability.",
)
def _(logits, targets):
    return F.nll_loss(logits.softmax(dim=1).log(), targets)


_UNSTABLE = (
    "unstable_exp",
    "exp of a large logit is inf, so your loss is inf or nan. log-sum-exp stays finite if each "
    "row's maximum is taken out first and added back afterwards.",
)


@CROSS_ENTROPY.mistake(*_UNSTABLE)
def _(logits, targets):
    picked = logits.gather(1, targets[:, None])[:, 0]
    return (logits.exp().sum(dim=1).log() - picked).mean()


@CROSS_ENTROPY.mistake(*_UNSTABLE)
def _(logits, targets):
    powers = logits.exp()
    return F.nll_loss((powers / powers.sum(dim=1, keepdim=True)).log(), targets)


def _with_epsilon(logits, targets, epsilon):
    return F.nll_loss((logits.softmax(dim=1) + epsilon).log(), targets)


def _clamped(logits, targets, epsilon):
    return F.nll_loss(logits.softmax(dim=1).clamp(min=epsilon).log(), targets)


for _exponent in range(5, 21):
    for _hidden_by in (_with_epsilon, _clamped):
        CROSS_ENTROPY.mistake(
            "infinity_hidden",
            "A small number inside the logarithm hides the infinity, and with it how wrong the "
            "network is: the loss stops growing and its gradient vanishes. Start from the logits.",
        )(partial(_hidden_by, epsilon=10.0**-_exponent))


@CROSS_ENTROPY.mistake(
    "plain_number",
    "Your result is a Python number, so no gradient can flow back from it. Return the tensor.",
)
def _(logits, targets):
    return F.cross_entropy(logits, targets).item()


@CROSS_ENTROPY.visible("the mean loss of a small batch")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, CROSS_ENTROPY, torch.tensor([[0.0, 0.0, 3.0]]), torch.tensor([2]))
    agree(
        learner, CROSS_ENTROPY, draw.normal(4, 3, dtype=torch.float32), torch.tensor([0, 2, 1, 0])
    )


@CROSS_ENTROPY.visible("large logits give a finite loss")
def _(learner: LearnerCode, draw: Draw) -> None:
    close = torch.tensor([[1000.0, 999.0, 998.0], [-1000.0, -999.0, -1001.0]])
    agree(learner, CROSS_ENTROPY, close, torch.tensor([1, 0]))
    far = torch.tensor([[1000.0, -1000.0, 0.0], [-1000.0, 1000.0, 999.0]])
    agree(learner, CROSS_ENTROPY, far, torch.tensor([1, 0]))


@CROSS_ENTROPY.visible("a gradient flows back to the logits")
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_gradient(learner, draw.normal(4, 3, dtype=torch.float32), torch.tensor([0, 2, 1, 0]))


def expect_gradient(learner: LearnerCode, logits: torch.Tensor, targets: torch.Tensor) -> None:
    """The gradient of the learner's cross-entropy is that of ours: (probability - truth) / N."""
    found = learner.gradient("cross_entropy", logits, targets)
    if found is None:
        raise Wrong(
            "no_gradient",
            "No gradient flows from your loss back to the logits. `.item()`, `.detach()`, "
            "`torch.no_grad()`, or a new tensor made from numbers cuts it off.",
        )
    truth = F.one_hot(targets, logits.shape[1])
    expect(
        found,
        (logits.softmax(dim=1) - truth) / len(targets),
        "the gradient of your loss with respect to the logits",
    )
