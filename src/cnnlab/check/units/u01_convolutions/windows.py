"""What the two sliding windows of unit 01 share: inputs, and the library calls they refuse."""

from __future__ import annotations

import torch

from cnnlab.check.draw import Draw

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


def image(draw: Draw, *shape: int) -> torch.Tensor:
    """float32, as images are: a result collected in `torch.zeros(…)` is then of the same kind."""
    return draw.normal(*shape, dtype=torch.float32)


def brightness(draw: Draw, *shape: int) -> torch.Tensor:
    """Numbers between 0 and 1: what goes wrong here has nothing to do with signs."""
    return draw.uniform(*shape, dtype=torch.float32)
