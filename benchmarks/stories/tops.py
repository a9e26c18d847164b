"""Unit 07, section 8: from ImageNet to five kinds of tops, by `fashion_transfer`'s functions."""

from __future__ import annotations

from functools import lru_cache, partial

import fashion_transfer as transfer
import torch
from torch import Tensor, nn

from cnnlab import data, models
from stories.story import Found, Statement, Story

SCRATCH, PIXELS = "from scratch", "pixels"
DEPTHS = (*transfer.STAGES, "at fc")
MIDDLE = "layer4"


@lru_cache(maxsize=1)
def garments(count: int) -> transfer.Images:
    return transfer.tops(data.load("fashion-mnist-small").test, count, seed=0)


@lru_cache(maxsize=1)
def backbones(count: int) -> dict[str, tuple[nn.Module, dict[str, Tensor]]]:
    """Each network with its features of the test images."""
    torch.manual_seed(0)
    images = garments(count)[0]
    networks = {
        "ImageNet": models.pretrained(transfer.BACKBONE),
        "untrained": transfer.settled(models.create("efficientnet_lite0"), images),
    }
    return {name: (model, transfer.depths(model, images)) for name, model in networks.items()}


def read(seed: int, per_class: int, tested_per_class: int) -> Found:
    """Linear heads at all depths, on the pixels, and a small network from scratch."""
    images, labels = transfer.tops(data.load("fashion-mnist-small").train, per_class, seed)
    tested, answers = garments(tested_per_class)
    torch.manual_seed(seed)
    found = {SCRATCH: transfer.from_scratch((images, labels), (tested, answers))}
    learned, held_out = (part.flatten(1).float() / 255 for part in (images, tested))
    found[PIXELS] = transfer.head_on(learned, labels, held_out, answers)
    for name, (model, at_test) in backbones(tested_per_class).items():
        for depth, features in transfer.depths(model, images).items():
            score = transfer.head_on(features, labels, at_test[depth], answers)
            found[f"{name}, {depth}"] = score
    return {row: {"test": score} for row, score in found.items()}


def imagenet(found: Found, depth: str) -> float:
    return found[f"ImageNet, {depth}"]["test"]


def best(found: Found) -> str:
    return max(DEPTHS, key=lambda depth: imagenet(found, depth))


STORY = Story(
    name="tops",
    unit="07_transfer",
    title="Unit 07: from ImageNet to five kinds of tops",
    about=(
        "EfficientNet-Lite0, read by a linear head after each of its stages, with ImageNet's "
        "weights and untrained; a linear head on the pixels; and a small ResNet from scratch. 25 "
        "images a class, 300 test images, accuracy in percent; guessing gets 20. A seed draws "
        "other training images, too. (Runs on 500 test images and at 224 pixels: "
        "[transfer_fashion.md](transfer_fashion.md).)"
    ),
    columns={"test": "test images, %"},
    runs={"read": partial(read, per_class=25, tested_per_class=60)},
    statements=(
        Statement(
            "features learned on photographs of dogs help with tiny grey shirts",
            "the best stage is ahead of from scratch, of the pixels, and of the same stage "
            "untrained",
            lambda found: (
                imagenet(found, best(found))
                > max(found[row]["test"] for row in (SCRATCH, PIXELS, f"untrained, {best(found)}"))
            ),
        ),
        Statement(
            "On average, what arrives at `fc` hardly beats a small network from scratch",
            "its lead is less than 5 points",
            lambda found: imagenet(found, "at fc") - found[SCRATCH]["test"] < 5,
            on_average=True,
        ),
        Statement(
            "the middle stages do, clearly",
            "the fourth of seven leads from scratch by more than 5 points",
            lambda found: imagenet(found, MIDDLE) - found[SCRATCH]["test"] > 5,
        ),
        Statement(
            "that early, ImageNet's weights are no better than random ones here",
            "after the first stage they aren't ahead",
            lambda found: imagenet(found, "layer1") <= found["untrained, layer1"]["test"],
            on_average=True,
        ),
        Statement(
            "a linear layer on raw pixels is a better opponent than a whole network from scratch",
            "the pixels are ahead of from scratch",
            lambda found: found[PIXELS]["test"] > found[SCRATCH]["test"],
        ),
    ),
    same=(
        "tops(clothes.train, 25, seed)",
        "tops(clothes.test, 60, seed=0)",
        "models.SmallResNet([1, 1, 1], [16, 32, 64]",
    ),
)
