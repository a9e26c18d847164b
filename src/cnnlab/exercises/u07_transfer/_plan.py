"""A transfer plan carried out: which features of the shipped backbone, what learns, how fast."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from cnnlab import models
from cnnlab.data import Dataset
from cnnlab.exercises.u07_transfer.frozen_backbone_train import frozen_backbone_train

BACKBONE = "shapes-resnet"
STAGES = ("layer1", "layer2", "layer3")
BATCH = 32
Plan = Mapping[str, Any]


class Reader(nn.Module):
    """The backbone up to a stage, its maps averaged to grid × grid cells, and a linear head."""

    def __init__(self, plan: Plan, num_classes: int) -> None:
        super().__init__()
        card = models.card(BACKBONE)
        untrained = models.SmallResNet(**card.details["architecture"])
        whole = models.pretrained(BACKBONE) if plan["start"] == "pretrained" else untrained
        parts = dict(whole.named_children())
        last = STAGES.index(plan["features"]) + 1
        stem = [part for name, part in parts.items() if name not in STAGES and _is_stem(name)]
        self.stem = nn.Sequential(*stem)
        self.stages = nn.ModuleList(parts[name] for name in STAGES[:last])
        self.grid: int = plan["grid"]
        channels = card.details["architecture"]["widths"][last - 1]
        self.head = nn.Linear(channels * self.grid**2, num_classes)
        mean, std = (torch.tensor(value).view(3, 1, 1) for value in (card.mean, card.std))
        self.mean, self.std = mean, std

    def features(self, x: Tensor) -> Tensor:
        """(N, 3, 32, 32), from 0 to 1, to (N, channels · grid²)."""
        x = self.stem((x - self.mean) / self.std)
        for stage in self.stages:
            x = stage(x)
        return F.adaptive_avg_pool2d(x, self.grid).flatten(1)

    def forward(self, x: Tensor) -> Tensor:
        """(N, 3, 32, 32), from 0 to 1, to (N, num_classes)."""
        return self.head(self.features(x))


def _is_stem(name: str) -> bool:
    return name in ("conv1", "bn1", "relu")


def carry_out(plan: Plan, seed: int, material: Dataset) -> float:
    """The accuracy on the test images of the network that the plan makes."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        reader = Reader(plan, len(material.class_names))
        for part in [reader.stem, *reader.stages]:
            part.requires_grad_(False)
        learning = plan["learning_stages"]
        for stage in list(reader.stages)[len(reader.stages) - learning :]:
            stage.requires_grad_(True)
        _train(reader, plan, in_colour(material.train.images), material.train.labels)
    reader.eval()
    with torch.no_grad():
        said = [
            reader(in_colour(images)).argmax(dim=1) for images in material.test.images.split(250)
        ]
    return (torch.cat(said) == material.test.labels).float().mean().item()


def _train(reader: Reader, plan: Plan, images: Tensor, labels: Tensor) -> None:
    backbone = [p for p in reader.parameters() if p.requires_grad]
    head = list(reader.head.parameters())
    body = [p for p in backbone if all(p is not q for q in head)]
    groups = [{"params": head, "lr": plan["head_lr"]}]
    if body:
        groups.append({"params": body, "lr": plan["backbone_lr"]})
    optimizer = torch.optim.SGD(
        groups, momentum=0.9, nesterov=True, weight_decay=plan["weight_decay"]
    )
    steps = plan["epochs"] * -(-len(images) // BATCH)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    cached = None
    if not body and plan["augment"] == "none":  # nothing changes: the backbone runs once
        with torch.no_grad():
            cached = reader.eval().features(images)
    for _ in range(plan["epochs"]):
        frozen_backbone_train(reader)
        for chosen in torch.randperm(len(images)).split(BATCH):
            if cached is None:
                logits = reader(augmented(images[chosen], plan["augment"]))
            else:
                logits = reader.head(cached[chosen])
            loss = F.cross_entropy(logits, labels[chosen])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()


def in_colour(images: Tensor) -> Tensor:
    """Bytes (N, 3, 32, 32) to numbers from 0 to 1."""
    return images.float() / 255


def augmented(x: Tensor, how: str) -> Tensor:
    """Each image mirrored or not, and moved by up to two pixels if `how` says so."""
    if how == "none":
        return x
    mirrored = torch.rand(len(x)) < 0.5
    x = torch.where(mirrored[:, None, None, None], x.flip(3), x)
    if how == "flip":
        return x
    padded = F.pad(x, (2, 2, 2, 2))
    offsets = torch.randint(0, 5, (len(x), 2)).tolist()
    moved = [
        padded[i, :, top : top + 32, left : left + 32] for i, (top, left) in enumerate(offsets)
    ]
    return torch.stack(moved)
