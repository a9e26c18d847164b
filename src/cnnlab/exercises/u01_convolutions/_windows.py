"""What the two sliding windows of unit 01 share: inputs, dtypes, and the calls they refuse."""

from __future__ import annotations

from typing import Any

import torch

from cnnlab.check.compare import Wrong
from cnnlab.check.draw import Draw
from cnnlab.learner import LearnerCode

# Whoever may call any of these has nothing left to write.
LIBRARY_WINDOWS = (
    "torch.conv*",
    "torch._conv*",
    "torch.cudnn*",
    "torch.miopen*",
    "torch.mkldnn*",
    "torch.max_pool*",
    "torch.avg_pool*",
    "torch.adaptive_*",
    "torch.quantized_max_pool*",
    "torch.ops.*",
    "torch.nn.functional.conv*",
    "torch.nn.functional.max_pool*",
    "torch.nn.functional.avg_pool*",
    "torch.nn.functional.adaptive_*",
    "torch.nn.functional.lp_pool*",
    "torch.nn.functional.fractional_max_pool*",
    "torch.nn.Conv*",
    "torch.nn.LazyConv*",
    "torch.nn.MaxPool*",
    "torch.nn.AvgPool*",
    "torch.nn.Adaptive*",
    "torch.nn.LPPool*",
    "torch.nn.FractionalMaxPool*",
    "torchvision.*",
    "scipy.*",
    "skimage.*",
    "cv2.*",
)

# What torch calls them when they run, whatever they are called in the source.
WINDOW_OPERATORS = (
    "*convolution*",
    "*conv[123]d*",
    "*conv_transpose*",
    "*conv_depthwise*",
    "*conv_tbc*",
    "*pool[123]d*",
)


def image(draw: Draw, *shape: int) -> torch.Tensor:
    """float32, as images are: a result collected in `torch.zeros(…)` is then of the same kind."""
    return draw.normal(*shape, dtype=torch.float32)


def brightness(draw: Draw, *shape: int) -> torch.Tensor:
    """Numbers between 0 and 1: what goes wrong here has nothing to do with signs."""
    return draw.uniform(*shape, dtype=torch.float32)


def expect_same_dtype(learner: LearnerCode, name: str, x: torch.Tensor, *others: Any) -> None:
    """The result of a window function is of the dtype of its image: what comes next relies on it.

    For calls whose numbers are known to be right.
    """
    dtype = learner.call(name, x, *others).dtype
    if dtype != x.dtype:
        raise Wrong(
            "wrong_dtype",
            f"The numbers are right, but their dtype is {dtype} and should be that of x, "
            f"{x.dtype}. NumPy and plain Python use float64, torch's layers float32.",
        )
