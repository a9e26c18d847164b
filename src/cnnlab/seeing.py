"""Looking into a network: what its layers hold, and which pixels its answer hangs on.

Everything here runs in evaluation mode and leaves the model as it was found: modes, parameters,
stored gradients, hooks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack

import torch
from torch import nn
from torch.nn import functional as F

from cnnlab.as_found import modes_kept

__all__ = ["capture", "grad_cam", "maximize_activation", "occlusion_map", "saliency"]

Hook = Callable[[nn.Module, tuple[torch.Tensor, ...], torch.Tensor], None]


def capture(model: nn.Module, names: Sequence[str], x: torch.Tensor) -> dict[str, torch.Tensor]:
    """Module name → a detached copy of what that module gave for the batch x, in one pass."""
    kept: dict[str, torch.Tensor] = {}

    def hook_for(name: str) -> Hook:
        def keep(module: nn.Module, inputs: tuple[torch.Tensor, ...], output: torch.Tensor) -> None:
            kept[name] = output.detach().clone()  # the next layer may work in place

        return keep

    with modes_kept(model), torch.no_grad(), ExitStack() as hooks:
        model.eval()
        for name in names:
            hooks.enter_context(model.get_submodule(name).register_forward_hook(hook_for(name)))
        model(x)
    return {name: kept[name] for name in names}


def saliency(model: nn.Module, x: torch.Tensor, target: int) -> torch.Tensor:
    """An image (C, H, W) → (H, W): the largest |∂logit/∂x| over the channels."""
    with modes_kept(model):
        model.eval()
        image = x.detach().clone().requires_grad_()
        logit = model(image[None])[0, target]
        (gradient,) = torch.autograd.grad(logit, image)
    return gradient.abs().amax(dim=0)


@torch.no_grad()
def occlusion_map(
    model: nn.Module,
    x: torch.Tensor,
    target: int,
    size: int = 4,
    stride: int = 2,
    fill: float = 0.0,
) -> torch.Tensor:
    """How much the target's probability drops when a square is covered, for every square."""
    tops = range(0, x.shape[1] - size + 1, stride)
    lefts = range(0, x.shape[2] - size + 1, stride)
    images = x.repeat(1 + len(tops) * len(lefts), 1, 1, 1)  # the first one stays uncovered
    places = ((top, left) for top in tops for left in lefts)
    for image, (top, left) in zip(images[1:], places, strict=True):
        image[:, top : top + size, left : left + size] = fill
    with modes_kept(model):
        model.eval()
        probability = model(images).softmax(dim=1)[:, target]
    return (probability[0] - probability[1:]).view(len(tops), len(lefts))


def grad_cam(model: nn.Module, layer: nn.Module, x: torch.Tensor, target: int) -> torch.Tensor:
    """An image (C, H, W) → (H, W), from 0 to 1: where `layer` found what speaks for the target."""
    kept: list[torch.Tensor] = []

    def keep(
        module: nn.Module, inputs: tuple[torch.Tensor, ...], output: torch.Tensor
    ) -> torch.Tensor:
        # A fresh leaf, so that a gradient reaches it even where every parameter is frozen.
        kept.append(output.detach().requires_grad_())
        return kept[-1].clone()  # the next layer may work in place

    with modes_kept(model), layer.register_forward_hook(keep):
        model.eval()
        logit = model(x[None])[0, target]
    (gradient,) = torch.autograd.grad(logit, kept[-1])
    maps = kept[-1].detach()  # (1, K, h, w)
    weights = gradient.mean(dim=(2, 3), keepdim=True)
    heat = F.relu((weights * maps).sum(dim=1, keepdim=True))
    heat = F.interpolate(heat, x.shape[1:], mode="bilinear", align_corners=False)[0, 0]
    return heat / heat.max() if heat.any() else heat


def maximize_activation(
    model: nn.Module,
    layer: nn.Module,
    channel: int,
    image_size: tuple[int, int, int],
    steps: int,
    lr: float,
    generator: torch.Generator,
) -> torch.Tensor:
    """An image (C, H, W), from noise, on which the mean of one channel of `layer` is high."""
    kept: list[torch.Tensor] = []

    def keep(module: nn.Module, inputs: tuple[torch.Tensor, ...], output: torch.Tensor) -> None:
        kept.append(output[0, channel].mean())

    device = next(model.parameters()).device
    image = 0.1 * torch.randn(image_size, generator=generator).to(device)  # faint, so that it shows
    with modes_kept(model), layer.register_forward_hook(keep):
        model.eval()
        for _ in range(steps):
            image.requires_grad_()
            model(image[None])
            (gradient,) = torch.autograd.grad(kept.pop(), image)
            # Every step has the length lr, whether the channel's gradient is large or small.
            image = (image + lr * gradient / (gradient.norm() + 1e-12)).detach()
    return image
