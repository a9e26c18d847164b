"""Real handwritten digits, 8×8, that come with scikit-learn: no download needed."""

from __future__ import annotations

import torch
import torch.nn.functional as F

from cnnlab.data.dataset import Dataset
from cnnlab.data.split import Split
from cnnlab.data.splitting import stratified_split

N_TEST = 450  # of 1,797: a quarter


def load_digits(*, seed: int = 0, image_size: int = 28) -> Dataset:
    """1,347 training and 450 test digits, enlarged to image_size; the seed picks the split."""
    import sklearn.datasets

    bunch = sklearn.datasets.load_digits()
    small = torch.from_numpy(bunch.images).float().unsqueeze(1)  # (1797, 1, 8, 8), values 0 to 16
    large = F.interpolate(
        small, size=(image_size, image_size), mode="bilinear", align_corners=False
    )
    images = (large * (255 / 16)).round_().clamp_(0, 255).to(torch.uint8)
    labels = torch.from_numpy(bunch.target).long()
    train, test = stratified_split(labels, N_TEST, seed)
    return Dataset(
        name="digits",
        version="1",
        class_names=tuple(str(d) for d in range(10)),
        train=Split(images[train], labels[train]),
        test=Split(images[test], labels[test]),
    )
