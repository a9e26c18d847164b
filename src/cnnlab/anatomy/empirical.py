"""Measure a receptive field instead of computing it: which pixels have a gradient?"""

from __future__ import annotations

import copy
from collections.abc import Iterator

import torch
from torch import nn

from cnnlab.errors import CnnlabError, UnknownNameError


def empirical_receptive_field(
    model: nn.Module, input_shape: tuple[int, int, int], layer: str | None = None
) -> tuple[int, int]:
    """Return height and width of the input region that the middle unit of a layer reacts to.

    On a copy of the model every parameter is made positive, so that no ReLU is shut and no two
    paths cancel. A max pooling passes on only its brightest pixel; so the gradients are collected
    over four images, each brightening towards another side. `layer` is a module's name; None is the
    output. The region is cut off at the image border; a flattened layer's units count together.

    >>> empirical_receptive_field(nn.Sequential(nn.Conv2d(3, 8, 3), nn.Conv2d(8, 8, 3)), (3, 9, 9))
    (5, 5)
    """
    seen = reached_pixels(model, input_shape, layer)
    return _extent(seen.any(dim=1)), _extent(seen.any(dim=0))


def reached_pixels(
    model: nn.Module,
    input_shape: tuple[int, int, int],
    layer: str | None = None,
    place: tuple[int, int] | None = None,
) -> torch.Tensor:
    """Return a mask (H, W) of the pixels that can change one place of a layer's output.

    `place` is a row and a column of the output; None is the middle. Measured on a positive copy of
    the model, as `empirical_receptive_field` explains.

    >>> reached_pixels(nn.Sequential(nn.Conv2d(3, 8, 3)), (3, 4, 5), place=(0, 2)).sum(dim=0)
    tensor([0, 0, 3, 3, 3])
    """
    twin = _positive_copy(model)
    watched = twin if layer is None else _submodule(twin, layer)
    outputs: list[torch.Tensor] = []
    handle = watched.register_forward_hook(lambda _module, _inputs, out: outputs.append(out))
    seen = torch.zeros(input_shape[1:], dtype=torch.bool)
    for image in _ramps(input_shape):
        image.requires_grad_(True)
        twin(image)
        if not outputs:
            raise CnnlabError(
                f"The layer {layer!r} does not run in a forward pass, so it has no receptive "
                "field. Name one that does: print(trace(…)) lists them."
            )
        (gradient,) = torch.autograd.grad(_unit(outputs.pop(), place), image)
        seen |= gradient[0].abs().sum(dim=0) > 0
    handle.remove()
    return seen


def _positive_copy(model: nn.Module) -> nn.Module:
    twin = copy.deepcopy(model).cpu().double().eval()
    generator = torch.Generator().manual_seed(0)
    for module in twin.modules():
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            module.reset_running_stats()
    with torch.no_grad():
        for parameter in twin.parameters():
            fan_in = max(1, parameter[0].numel()) if parameter.dim() > 1 else 1
            noise = torch.rand(parameter.shape, generator=generator, dtype=torch.float64)
            parameter.copy_((noise + 0.5) / fan_in)
    return twin


def _ramps(input_shape: tuple[int, int, int]) -> Iterator[torch.Tensor]:
    channels, height, width = input_shape
    down = torch.linspace(0, 1, height, dtype=torch.float64).view(1, 1, height, 1)
    right = torch.linspace(0, 1, width, dtype=torch.float64).view(1, 1, 1, width)
    for ramp in (down, 1 - down, right, 1 - right):
        yield ramp.expand(1, channels, height, width).clone()


def _submodule(model: nn.Module, name: str) -> nn.Module:
    modules = dict(model.named_modules())
    if name not in modules:
        raise UnknownNameError("layer", name, [known for known in modules if known])
    return modules[name]


def _unit(output: torch.Tensor, place: tuple[int, int] | None) -> torch.Tensor:
    """All channels of one place added up; a flattened output is one place."""
    if output.dim() != 4:  # else (N, C, H, W)
        return output.sum()
    row, column = place or (output.shape[2] // 2, output.shape[3] // 2)
    return output[:, :, row, column].sum()


def _extent(touched: torch.Tensor) -> int:
    places = touched.nonzero().flatten()
    return int(places[-1] - places[0]) + 1 if len(places) else 0
