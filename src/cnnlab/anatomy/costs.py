"""How many multiply-adds one operation performs."""

from __future__ import annotations

import torch

from cnnlab.anatomy.rules import Call


def multiply_adds(call: Call) -> int:
    """Count every weight and bias once per output position at which it is used.

    Only convolutions and matrix products count. A batch norm does not: at prediction time it can
    be folded into the convolution before it.
    """
    arguments, output = call.arguments, call.output
    if call.name == "convolution":
        weight = arguments["weight"]
        # A transposed convolution spreads each *input* value over a kernel, instead of gathering.
        centres = arguments["input"] if arguments["transposed"] else output
        return centres.numel() * weight[0].numel() + _bias(arguments["bias"], output)
    if call.name == "linear":
        return output.numel() * arguments["weight"].shape[1] + _bias(arguments["bias"], output)
    if call.name in ("mm", "bmm"):
        return output.numel() * arguments["self"].shape[-1]
    if call.name == "addmm":
        return output.numel() * (arguments["mat1"].shape[-1] + 1)
    return 0


def _bias(bias: torch.Tensor | None, output: torch.Tensor) -> int:
    return 0 if bias is None else output.numel()
