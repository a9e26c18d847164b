"""Unit 08, sections 7 and 8: saliency averaged, and maps of a network with random weights."""

from __future__ import annotations

import contextlib
import copy
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from cnnlab import seeing
from cnnlab.data import Dataset, Split
from stories import pointing
from stories.pointing import GRAD_CAM, OFF_CENTRE, SALIENCY, Place, masks
from stories.story import Found, Statement, Story

AVERAGED, GUIDED = "saliency, averaged", "guided backpropagation"
CHECKED = 40
STAGES = ["layer1", "layer2", "layer3"]


def by_averaged_saliency(model: nn.Module, x: Tensor, target: int) -> Place:
    heat = seeing.saliency(model, x, target)
    return pointing.maximum(F.avg_pool2d(heat[None], 7, 1, 3)[0])


def guided_backpropagation(model: nn.Module, x: Tensor, target: int) -> Tensor:
    """Saliency, but at the output of every ReLU only positive gradients pass."""

    def only_positive(module: nn.Module, inputs: object, output: Tensor) -> None:
        output.register_hook(lambda gradient: gradient.clamp(min=0))

    with contextlib.ExitStack() as hooks:
        for module in model.modules():
            if isinstance(module, nn.ReLU):
                hooks.enter_context(module.register_forward_hook(only_positive))
        return seeing.saliency(model, x, target)


def grad_cam(model: nn.Module, x: Tensor, target: int) -> Tensor:
    return seeing.grad_cam(model, model.get_submodule("layer3"), x, target)


MAPS = {GUIDED: guided_backpropagation, SALIENCY: seeing.saliency, GRAD_CAM: grad_cam}


def likeness(first: list[Tensor], second: list[Tensor]) -> float:
    """Mean correlation between two lists of maps."""
    both = [torch.stack([a.flatten(), b.flatten()]) for a, b in zip(first, second, strict=True)]
    return torch.stack([torch.corrcoef(two)[0, 1] for two in both]).nan_to_num().mean().item()


@torch.no_grad()
def favourites(model: nn.Module, split: Split, like: Dataset) -> dict[str, dict[str, float]]:
    """For each stage: from how many classes are the nine pictures that a channel responds to most?

    `one` is the share of channels with a single class, `classes` the median.
    """
    responses: dict[str, list[Tensor]] = {stage: [] for stage in STAGES}
    for x in pointing.ready(split, like).split(250):
        for stage, output in seeing.capture(model, STAGES, x).items():
            responses[stage].append(output.mean(dim=(2, 3)))
    found = {}
    for stage, parts in responses.items():
        nine = torch.cat(parts).topk(9, dim=0).indices
        kinds = torch.tensor([len(split.labels[indices].unique()) for indices in nine.T])
        one = 100 * (kinds == 1).float().mean().item()
        found[stage] = {"one": one, "classes": float(kinds.median())}
    return found


def check(seed: int, lr: float) -> Found:
    model = pointing.fine_tunable(seed)
    own, _ = pointing.learned(model, OFF_CENTRE, seed, lr)
    model.eval()
    some = pointing.shown(seed)
    finders = {
        GRAD_CAM: pointing.by_grad_cam,
        SALIENCY: pointing.by_saliency,
        AVERAGED: by_averaged_saliency,
    }
    found: dict[str, dict[str, float]] = {
        name: {"share": pointing.score(model, find, some, masks(some), own)}
        for name, find in finders.items()
    }
    scrambled = copy.deepcopy(model)
    other = pointing.fresh(seed + 1)
    scrambled.layer3, scrambled.fc = other.get_submodule("layer3"), other.get_submodule("fc")
    scrambled.eval()
    x, targets = pointing.ready(some[:CHECKED], own), some.labels[:CHECKED].tolist()
    for name, method in MAPS.items():
        pairs = [
            [method(each, image, target) for image, target in zip(x, targets, strict=True)]
            for each in (model, scrambled)
        ]
        found.setdefault(name, {})["kept"] = 100 * likeness(*pairs)
    return {**found, **favourites(model, own.test, own)}


STORY = Story(
    name="sanity",
    unit="08_seeing",
    title="Unit 08: averaged saliency, a sanity check, and what channels respond to",
    about=(
        "The same game on off-centre pictures, with saliency raw and averaged over 7×7 pixels. "
        "Then the last stage and the head get random weights: the second column is the correlation "
        "of the maps before and after, times 100, over 40 pictures. The last two columns ask from "
        "how many classes the nine test pictures come to which a channel responds most. A seed "
        "draws other pictures, too."
    ),
    columns={
        "share": "maximum on the object, %",
        "kept": "correlation, ×100",
        "one": "channels with one class, %",
        "classes": "classes, median",
    },
    runs={"checked": partial(check, lr=0.03)},
    statements=(
        Statement(
            "The deeper the stage, the more channels keep to one class, and even in the last "
            "stage a typical channel doesn't",
            "the share of channels with one class grows from stage to stage, and their median is "
            "more than one class in the last",
            lambda found: (
                found["layer1"]["one"] <= found["layer2"]["one"] < found["layer3"]["one"]
                and found["layer3"]["classes"] > 1
            ),
        ),
        Statement(
            "the raw saliency map is a poor pointer, and the *same map averaged* is a much better "
            "one",
            "averaged, it hits at least 10 points more often than raw, and raw is more than 10 "
            "points behind Grad-CAM",
            lambda found: (
                found[AVERAGED]["share"] - found[SALIENCY]["share"] >= 10
                and found[GRAD_CAM]["share"] - found[SALIENCY]["share"] > 10
            ),
        ),
        Statement(
            "Three quarters of the network's weights are random now, and guided backpropagation "
            "hardly notices",
            "its maps keep a correlation above 0.8, and more than the two others do",
            lambda found: (
                found[GUIDED]["kept"] > 80
                and found[GUIDED]["kept"] == max(found[row]["kept"] for row in MAPS)
            ),
        ),
    ),
    same=(
        "F.avg_pool2d(my_saliency(model, image, target)[None], 7, 1, 3)",
        "scrambled.layer3, scrambled.fc = fresh_network().layer3, fresh_network().fc",
        "ready(looked_at.images[:40], shapes, pointer)",
    ),
    data=(OFF_CENTRE,),
)
