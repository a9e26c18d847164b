"""Library calls that the losses of unit 02 refuse: whoever may call them has nothing to write."""

from __future__ import annotations

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
