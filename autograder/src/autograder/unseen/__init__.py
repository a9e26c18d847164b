"""Pictures that no learner was given, to judge by what a design makes of new ones.

They lie in this folder, which a scored kernel cannot see. Hidden checks hand a kernel the images
and keep the labels.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from cnnlab.data import Split

FASHION = Path(__file__).parent / "fashion.npz"


def fashion() -> Split:
    """4,000 test images of Fashion-MNIST, 400 of each class, none of them in the subset.

    >>> fashion()
    Split(4,000 images 1×28×28)
    """
    with np.load(FASHION) as arrays:
        images = torch.from_numpy(arrays["images"]).unsqueeze(1)
        return Split(images, torch.from_numpy(arrays["labels"]).long())
