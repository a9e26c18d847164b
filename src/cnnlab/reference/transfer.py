"""Unit 07: take a trained network, replace its head, and decide which parts may still learn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import nn

from cnnlab._torchvision import import_torchvision
from cnnlab.models import card

__all__ = [
    "choose_strategy",
    "count_trainable",
    "eval_transform",
    "freeze",
    "frozen_backbone_train",
    "parameter_groups",
    "replace_head",
    "train_transform",
    "unfreeze",
]

Transform = Callable[[torch.Tensor], torch.Tensor]
SHIPPED = card("shapes-resnet")


def freeze(module: nn.Module) -> nn.Module:
    """No parameter of `module` learns any more; its modes stay as they are."""
    return module.requires_grad_(False)


def replace_head(model: nn.Module, num_classes: int) -> nn.Module:
    """`model` with a new, trainable `fc` for `num_classes`; nothing else changes."""
    old = model.get_submodule("fc")
    assert isinstance(old, nn.Linear)
    model.fc = nn.Linear(old.in_features, num_classes)
    return model


def count_trainable(model: nn.Module) -> int:
    """How many numbers of the model an optimiser may change."""
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


def frozen_backbone_train(model: nn.Module) -> nn.Module:
    """Training mode, but evaluation mode for batch norms that have no trainable parameter."""
    model.train()
    for module in model.modules():
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            module.train(any(p.requires_grad for p in module.parameters()))
    return model


def unfreeze(model: nn.Module, stages: int) -> nn.Module:
    """The head and the last `stages` of layer1, layer2, … may learn, and nothing else."""
    freeze(model)
    model.get_submodule("fc").requires_grad_(True)
    names = [name for name, _ in model.named_children() if name.startswith("layer")]
    for name in names[len(names) - stages :]:
        model.get_submodule(name).requires_grad_(True)
    return model


def parameter_groups(model: nn.Module, head_lr: float, backbone_lr: float) -> list[dict[str, Any]]:
    """Trainable parameters for an optimiser: those outside `fc` at `backbone_lr`, then `fc`."""
    head = [p for p in model.get_submodule("fc").parameters() if p.requires_grad]
    body = [p for n, p in model.named_parameters() if p.requires_grad and not n.startswith("fc.")]
    groups = [{"params": body, "lr": backbone_lr}, {"params": head, "lr": head_lr}]
    return [group for group in groups if group["params"]]


def train_transform(
    size: int = 32, mean: Sequence[float] = SHIPPED.mean, std: Sequence[float] = SHIPPED.std
) -> Transform:
    """A random part of an image, at least half of it, mirrored half of the time; normalised."""
    import_torchvision()
    from torchvision.transforms import v2

    return v2.Compose(
        [
            v2.RandomResizedCrop(size, scale=(0.5, 1.0), antialias=True),
            v2.RandomHorizontalFlip(),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(mean, std),
        ]
    )


def eval_transform(
    size: int = 32, mean: Sequence[float] = SHIPPED.mean, std: Sequence[float] = SHIPPED.std
) -> Transform:
    """The middle square of an image at `size` pixels, always the same; normalised alike."""
    import_torchvision()
    from torchvision.transforms import v2

    return v2.Compose(
        [
            v2.Resize(size, antialias=True),
            v2.CenterCrop(size),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(mean, std),
        ]
    )


def choose_strategy(images_per_class: int, similar: bool, small_below: int = 500) -> str:
    """How to begin, from how much data there is and how like the source it is."""
    if images_per_class < small_below:
        return "features" if similar else "features_then_last_stage"
    return "fine_tune_all" if similar else "fine_tune_all_or_scratch"
