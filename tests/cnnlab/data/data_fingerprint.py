"""A fingerprint of generated pictures that survives a change of processor or torch version.

A hash of the raw bytes would not: a sine or a matrix product may round its last bit differently on
another processor, and now and then that moves a pixel from 127 to 128. So there are two parts:

- labels come from integers and exact comparisons alone: their hash is pinned as it is;
- pictures and masks are pinned as the means of 4 × 4 blocks of the first pictures, compared with a
  tolerance of one grey level out of 255. A changed recipe, seed or class moves them by tens.

After a change on purpose, raise the family's `version` and run this file to pin anew.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import torch
import torch.nn.functional as F

import cnnlab.data
from cnnlab.data.shapes import FAMILIES

PINNED = Path(__file__).with_name("fingerprints.json")
PICTURES = 6
LABELS = 600


def fingerprint(name: str) -> dict[str, object]:
    data = cnnlab.data.load(name, n_train=LABELS, n_test=PICTURES)
    labels = data.train.labels.to(torch.uint8).numpy().tobytes()
    return {
        "version": data.version,
        "labels": hashlib.sha256(labels).hexdigest(),
        "train": _blocks(data.train.images),
        "test": _blocks(data.test.images),
        "masks": _blocks(data.train.masks.unsqueeze(1) * 255),
    }


def largest_difference(one: str, other: str) -> int:
    """In grey levels out of 255."""
    a, b = (torch.tensor(list(bytes.fromhex(text))) for text in (one, other))
    return int((a - b).abs().max())


def _blocks(images: torch.Tensor) -> str:
    means = F.adaptive_avg_pool2d(images[:PICTURES].double(), 4)
    return bytes(means.round().flatten().int().tolist()).hex()


if __name__ == "__main__":
    PINNED.write_text(json.dumps({name: fingerprint(name) for name in FAMILIES}, indent=1) + "\n")
