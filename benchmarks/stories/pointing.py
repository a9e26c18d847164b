"""Unit 08, sections 7 and 8: does the maximum of a heat map fall on the object?

The pointing game is that of Zhang et al., 2016 (Top-down Neural Attention by Excitation Backprop).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache, partial

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from cnnlab import data, models, seeing
from cnnlab.data import Dataset, Split
from cnnlab.training import fit
from stories.measured import percent
from stories.story import Found, Statement, Story

TRAIN, LOOK, NEAR = 1_500, 200, 3
OFF_CENTRE, CENTRED, SHORTCUT = "shapes10_offcentre", "shapes10", "shapes10_shortcut"

GRAD_CAM, SALIENCY, OCCLUSION = "Grad-CAM", "saliency", "occlusion"
CENTRE, AREA = "always the centre", "a dart: the object's share of the area"
UNTRAINED, SUSPICIOUS = "untrained, Grad-CAM", "suspicious, Grad-CAM"
ON_MARK = f"suspicious, on pictures of its source: within {NEAR} pixels of the square"
ON_SHAPE = "suspicious, on pictures of its source: on the shape"
ELSEWHERE = "suspicious: right answers elsewhere"
CENTRED_CAM, CENTRED_CENTRE = "centred pictures: Grad-CAM", "centred pictures: always the centre"

Place = tuple[int, int] | None
Find = Callable[[nn.Module, Tensor, int], Place]


@lru_cache(maxsize=1)
def load(name: str, seed: int, images: int) -> Dataset:
    return data.load(name, seed=seed, n_train=images, n_test=1_000, image_size=32)


def maximum(heat: Tensor) -> Place:
    """Row and column of the maximum; None where the map is empty."""
    return divmod(int(heat.argmax()), heat.shape[1]) if bool(heat.any()) else None


def by_grad_cam(model: nn.Module, x: Tensor, target: int) -> Place:
    return maximum(seeing.grad_cam(model, model.get_submodule("layer3"), x, target))


def by_saliency(model: nn.Module, x: Tensor, target: int) -> Place:
    return maximum(seeing.saliency(model, x, target))


def by_occlusion(model: nn.Module, x: Tensor, target: int) -> Place:
    """The middle of the square that hurts most when it is covered."""
    place = maximum(seeing.occlusion_map(model, x, target, 8, 4))
    return place and (place[0] * 4 + 4, place[1] * 4 + 4)


def score(model: nn.Module, find: Find, split: Split, truth: Tensor, like: Dataset) -> float:
    """How often, in percent, the place found lies in the mask; an empty map misses."""
    x = ready(split, like)
    places = [find(model, image, int(y)) for image, y in zip(x, split.labels, strict=True)]
    found = zip(places, truth, strict=True)
    return 100 * sum(bool(mask[place]) for place, mask in found if place) / len(split)


def ready(split: Split, like: Dataset) -> Tensor:
    """Images as a network trained on `like` expects them."""
    mean, std = (torch.tensor(one).view(3, 1, 1) for one in (like.mean, like.std))
    return (split.images.float() / 255 - mean) / std


def masks(split: Split) -> Tensor:
    assert split.masks is not None  # generated pictures have them
    return split.masks


def at_centre(split: Split) -> float:
    height, width = masks(split).shape[1:]
    return 100 * masks(split)[:, height // 2, width // 2].float().mean().item()


def shown(seed: int) -> Split:
    """Off-centre pictures that no network has learned from."""
    return load(OFF_CENTRE, seed, 1).test[:LOOK]


def fresh(seed: int) -> nn.Module:
    torch.manual_seed(seed)
    return models.SmallResNet([2, 2, 2], [32, 64, 128], 10, stem_stride=2)


def fine_tunable(seed: int) -> nn.Module:
    torch.manual_seed(seed)
    model = models.pretrained("shapes-resnet")
    model.fc = nn.Linear(model.fc.in_features, 10)
    return model


def learned(model: nn.Module, name: str, seed: int, lr: float) -> tuple[Dataset, Split]:
    """Train a network; returns what it learned from, and unseen pictures of the same source."""
    everything = load(name, seed, TRAIN + LOOK)
    own = replace(everything, train=everything.train[:TRAIN])
    fit(model, own, epochs=4, lr=lr, batch_size=32, seed=seed, progress=False)
    return own, everything.train[TRAIN:]


def off_centre(seed: int, lr: float) -> Found:
    """The fine-tuned network on off-centre pictures, with two baselines that can't see."""
    model = fine_tunable(seed)
    own, _ = learned(model, OFF_CENTRE, seed, lr)
    some = shown(seed)
    methods = {GRAD_CAM: by_grad_cam, SALIENCY: by_saliency, OCCLUSION: by_occlusion}
    found = {name: score(model, find, some, masks(some), own) for name, find in methods.items()}
    found |= {CENTRE: at_centre(some), AREA: 100 * masks(some).float().mean().item()}
    return table(found)


def untrained(seed: int) -> Found:
    some, own = shown(seed), load(OFF_CENTRE, seed, TRAIN + LOOK)
    own = replace(own, train=own.train[:TRAIN])
    return table({UNTRAINED: score(fresh(seed).eval(), by_grad_cam, some, masks(some), own)})


def shortcut(seed: int, lr: float) -> Found:
    """The suspicious network, on its own unseen pictures and on those from elsewhere."""
    model = fresh(seed)
    own, some = learned(model, SHORTCUT, seed, lr)
    other = shown(seed)
    assert some.marks is not None
    near = F.max_pool2d(some.marks[:, None].float(), 2 * NEAR + 1, 1, NEAR)[:, 0].bool()
    return table(
        {
            SUSPICIOUS: score(model, by_grad_cam, other, masks(other), own),
            ON_MARK: score(model, by_grad_cam, some, near, own),
            ON_SHAPE: score(model, by_grad_cam, some, masks(some), own),
            ELSEWHERE: percent(model, own),
        }
    )


def centred(seed: int, lr: float) -> Found:
    model = fine_tunable(seed)
    own, some = learned(model, CENTRED, seed, lr)
    cam = score(model, by_grad_cam, some, masks(some), own)
    return table({CENTRED_CAM: cam, CENTRED_CENTRE: at_centre(some)})


def table(shares: dict[str, float]) -> Found:
    return {row: {"share": share} for row, share in shares.items()}


def ahead(found: Found, one: str, other: str) -> float:
    return found[one]["share"] - found[other]["share"]


STORY = Story(
    name="pointing",
    unit="08_seeing",
    title="Unit 08: the pointing game",
    about=(
        "How often the maximum of a heat map falls on the object, in 200 unseen pictures, asked "
        "for the true class. Fine-tuned networks start from the shipped weights; the suspicious "
        "one learned from pictures in which a coloured square gives the class away. Elsewhere the "
        "square's colour is drawn at random, and guessing gets 10. A seed draws other pictures, "
        "too."
    ),
    columns={"share": "%"},
    runs={
        "off-centre": partial(off_centre, lr=0.03),
        "untrained": untrained,
        "shortcut": partial(shortcut, lr=0.05),
        "centred": partial(centred, lr=0.03),
    },
    statements=(
        Statement(
            "Grad-CAM on the *trained* network points at the object far more often than a dart, "
            "than always pointing at the centre, and than Grad-CAM on a network that learned "
            "nothing or the wrong thing.",
            "it leads each of the four by more than 10 points",
            lambda found: all(
                ahead(found, GRAD_CAM, other) > 10
                for other in (AREA, CENTRE, UNTRAINED, SUSPICIOUS)
            ),
        ),
        Statement(
            "the raw saliency map is a poor pointer",
            "it's more than 10 points behind Grad-CAM",
            lambda found: ahead(found, GRAD_CAM, SALIENCY) > 10,
        ),
        Statement(
            "If you had tested on these pictures alone, you could have written",
            "on centred pictures, always pointing at the centre beats Grad-CAM",
            lambda found: ahead(found, CENTRED_CENTRE, CENTRED_CAM) > 0,
        ),
        Statement(
            "The network goes by the colour.",
            "its maximum lies near the square in more than 70 % of its own pictures, and on the "
            "shape in less than 20 %",
            lambda found: found[ON_MARK]["share"] > 70 and found[ON_SHAPE]["share"] < 20,
        ),
        Statement(
            "there the network does no better than guessing",
            "elsewhere it gets less than 15 % right",
            lambda found: found[ELSEWHERE]["share"] < 15,
        ),
    ),
    same=(
        "EPOCHS, TRAIN, LOOK = 4, 1500, 200",
        "training.fit(model, data, epochs=EPOCHS, lr=lr, batch_size=32, progress=False)",
        "train(fresh_network(), source, lr=0.05)",
        "return train(model, data, lr=0.03)",
    ),
    data=(OFF_CENTRE, CENTRED, SHORTCUT),
)
