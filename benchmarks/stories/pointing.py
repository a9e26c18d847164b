"""Pointing: does the maximum of a heat map fall on the object? Beside baselines that do not look.

The pointing game is that of Zhang et al., 2016 (Top-down Neural Attention by Excitation Backprop).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace

import torch
from torch import nn
from torch.nn import functional as F

from cnnlab import models, seeing
from cnnlab.data import Dataset, Split
from cnnlab.training import evaluate, fit
from stories.story import Claim, Outcome, Setting, Story
from stories.training import CLASSES, load, outcome

PRETRAINED, SCRATCH, LAYER = "shapes-resnet", "resnet14", "layer3"
SQUARE, STRIDE = 8, 4  # of the occlusion
NEAR = 3  # pixels around the mark: the maps of the last stage have cells of 8 pixels

OFF_CENTRE = "shapes10_offcentre"
TRAINED, UNTRAINED = "fine-tuned, off-centre", "untrained"
ON_CENTRED, ON_SHORTCUT = "fine-tuned, centred", "from scratch, with the shortcut"

GRAD_CAM, SALIENCY, OCCLUSION = "Grad-CAM", "saliency", "occlusion"
CENTRE, AREA = "always the centre", "share of the area"
OWN_OBJECT, OWN_CENTRE = "own pictures: Grad-CAM on the object", "own pictures: always the centre"
OWN_MARK = f"own pictures: Grad-CAM within {NEAR} pixels of the mark"

Place = tuple[int, int] | None
Find = Callable[[nn.Module, torch.Tensor, int], Place]


def top(heat: torch.Tensor) -> Place:
    """Row and column of the maximum; None where the map is empty."""
    if not bool(heat.any()):
        return None
    row, column = divmod(int(heat.argmax()), heat.shape[1])
    return row, column


def by_grad_cam(model: nn.Module, x: torch.Tensor, target: int) -> Place:
    return top(seeing.grad_cam(model, model.get_submodule(LAYER), x, target))


def by_saliency(model: nn.Module, x: torch.Tensor, target: int) -> Place:
    return top(seeing.saliency(model, x, target))


def by_occlusion(model: nn.Module, x: torch.Tensor, target: int) -> Place:
    """The middle of the square that hurts most when it is covered."""
    place = top(seeing.occlusion_map(model, x, target, SQUARE, STRIDE))
    return place and (place[0] * STRIDE + SQUARE // 2, place[1] * STRIDE + SQUARE // 2)


def hits(model: nn.Module, find: Find, x: torch.Tensor, split: Split, truth: torch.Tensor) -> float:
    """How often the place found lies in the mask `truth` of its picture; none is a miss."""
    places = [find(model, image, int(y)) for image, y in zip(x, split.labels, strict=True)]
    found = zip(places, truth, strict=True)
    return sum(bool(mask[place]) for place, mask in found if place) / len(split)


def normalised(split: Split, like: Dataset) -> torch.Tensor:
    """Images as a network trained on `like` expects them."""
    mean, std = (torch.tensor(one).view(3, 1, 1) for one in (like.mean, like.std))
    return (split.images.float() / 255 - mean) / std


def masks(split: Split) -> torch.Tensor:
    assert split.masks is not None  # generated pictures have them
    return split.masks


def near_marks(split: Split) -> torch.Tensor:
    assert split.marks is not None
    return F.max_pool2d(split.marks[:, None].float(), 2 * NEAR + 1, 1, NEAR)[:, 0].bool()


def at_centre(split: Split) -> float:
    height, width = masks(split).shape[1:]
    return masks(split)[:, height // 2, width // 2].float().mean().item()


def off_centre(model: nn.Module, own: Dataset, some: Split, all_methods: bool) -> dict[str, float]:
    """Shares of hits on off-centre pictures, with the baselines if all methods are asked for."""
    x = normalised(some, own)
    methods = {GRAD_CAM: by_grad_cam, SALIENCY: by_saliency, OCCLUSION: by_occlusion}
    if not all_methods:
        return {GRAD_CAM: hits(model, by_grad_cam, x, some, masks(some))}
    found = {name: hits(model, find, x, some, masks(some)) for name, find in methods.items()}
    return found | {CENTRE: at_centre(some), AREA: masks(some).float().mean().item()}


def on_own(model: nn.Module, own: Dataset, some: Split) -> dict[str, float]:
    """Shares of hits on pictures like those the network learned from."""
    x = normalised(some, own)
    found = {
        OWN_OBJECT: hits(model, by_grad_cam, x, some, masks(some)),
        OWN_CENTRE: at_centre(some),
    }
    if some.marks is not None:
        found[OWN_MARK] = hits(model, by_grad_cam, x, some, near_marks(some))
    return found


def build(setting: Setting) -> nn.Module:
    """The shipped network with a fresh head, or its architecture with fresh weights everywhere."""
    if setting.network == SCRATCH:
        return models.SmallResNet([2, 2, 2], [32, 64, 128], CLASSES, stem_stride=2)
    model = models.pretrained(setting.network)
    model.fc = nn.Linear(model.fc.in_features, CLASSES)
    return model


def train(setting: Setting, seed: int) -> Outcome:
    """Train on some pictures, then look where the finished network points."""
    looked_at = setting.options["looked_at"]
    images = setting.images + looked_at
    everything = load(setting.data, seed, images, setting.test_images, setting.side)
    data = replace(everything, train=everything.train[: setting.images])
    torch.manual_seed(seed)
    model = build(setting)
    started = time.process_time()
    if setting.epochs:
        fit(
            model,
            data,
            epochs=setting.epochs,
            lr=setting.lr,
            batch_size=setting.batch_size,
            seed=seed,
            progress=False,
        )
    seconds = time.process_time() - started
    learned = evaluate(model, data.batches("train", 256, shuffle=False))
    tested = evaluate(model, data.batches("test", 256))
    result = outcome(model, learned, tested, seconds, "all epochs done", finished=True)
    shown = load(OFF_CENTRE, seed, 1, setting.test_images, setting.side).test[:looked_at]
    found = off_centre(model, data, shown, all_methods=bool(setting.options["all_methods"]))
    if setting.data != OFF_CENTRE:
        # Unseen, and with marks that tell the class, as all pictures of that source have.
        found |= on_own(model, data, everything.train[setting.images :])
    return replace(result, extra=found)


def _rows(images: int, looked_at: int) -> Mapping[str, Setting]:
    looks = {"layer": LAYER, "looked_at": looked_at, "occlusion": [SQUARE, STRIDE], "near": NEAR}
    trained = Setting(
        network=PRETRAINED,
        images=images,
        side=32,
        epochs=4,
        batch_size=32,
        lr=0.03,
        options={**looks, "all_methods": True},
        test_images=1_000,
        data=OFF_CENTRE,
    )
    other = replace(trained, options={**looks, "all_methods": False})
    return {
        TRAINED: trained,
        UNTRAINED: replace(other, network=SCRATCH, epochs=0, lr=0.0),
        ON_SHORTCUT: replace(other, network=SCRATCH, data="shapes10_shortcut", lr=0.05),
        ON_CENTRED: replace(other, data="shapes10"),
    }


STORY = Story(
    name="pointing",
    title="Pointing: does a heat map's maximum fall on the object?",
    about=(
        "The shipped backbone, fine-tuned, and the same architecture from fresh weights. On unseen "
        "pictures (200 in the lesson, 500 in full) maps are made for the true class. Grad-CAM "
        f"looks at the output of the last stage, 4×4 places; occlusion covers {SQUARE}×{SQUARE} "
        f"pixels in steps of {STRIDE}; an empty map is a miss. The columns without “own pictures” "
        "are about off-centre pictures, whatever the network learned from. In training pictures "
        "with the shortcut a coloured square tells the class; in the test pictures it lies, and "
        "the own pictures looked at are unseen ones whose square tells the truth. The pretrained "
        "weights are the same with every seed."
    ),
    rows={"lesson": _rows(1_500, 200), "full": _rows(6_000, 500)},
    claims=(
        Claim(TRAINED, UNTRAINED, GRAD_CAM),
        Claim(TRAINED, TRAINED, GRAD_CAM, CENTRE),
        Claim(TRAINED, TRAINED, GRAD_CAM, AREA),
        Claim(TRAINED, ON_SHORTCUT, GRAD_CAM),
        Claim(ON_CENTRED, ON_CENTRED, OWN_CENTRE, OWN_OBJECT),
        Claim(ON_SHORTCUT, ON_SHORTCUT, OWN_MARK, OWN_OBJECT),
    ),
    train=train,
)
