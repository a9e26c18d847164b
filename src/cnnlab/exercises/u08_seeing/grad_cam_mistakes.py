"""Grad-CAM with the mistakes that learners make, to recognise them by the map they give."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

from cnnlab.check.exercise import Exercise
from cnnlab.exercises.u08_seeing.saliency import LOGIT, NOT_THE_LOGIT, told
from cnnlab.seeing import grad_cam

Maps = torch.Tensor  # (1, K, h, w)


def _maps_and_gradients(
    model: nn.Module, layer: nn.Module, x: torch.Tensor, target: int, what: str, of_input: bool
) -> tuple[Maps, Maps]:
    kept: list[torch.Tensor] = []

    def keep(module: nn.Module, inputs: tuple[torch.Tensor, ...], output: torch.Tensor) -> Any:
        if of_input:
            kept.append(inputs[0])
            return None
        kept.append(output)
        return output.clone()  # the next layer may work in place

    with layer.register_forward_hook(keep):
        logits = model(x[None].requires_grad_())
    (gradient,) = torch.autograd.grad(told(logits, target, what), kept[0])
    return kept[0].detach(), gradient


def _mean_over_places(gradients: Maps) -> Maps:
    return gradients.mean(dim=(2, 3), keepdim=True)


def _enlarged(heat: Maps, size: torch.Size, **settings: Any) -> Maps:
    return F.interpolate(heat, size, **(settings or {"mode": "bilinear", "align_corners": False}))


def _divided(heat: Maps) -> Maps:
    return heat / heat.max() if heat.any() else heat


def _cam(
    model: nn.Module,
    layer: nn.Module,
    x: torch.Tensor,
    target: int,
    what: str = LOGIT,
    of_input: bool = False,
    weights: Callable[[Maps], Maps] = _mean_over_places,
    cut: Callable[[Maps], Maps] = F.relu,
    enlarge: Callable[[Maps, torch.Size], Maps] = _enlarged,
    divide: Callable[[Maps], Maps] = _divided,
    order: str = "cut enlarge divide",
) -> torch.Tensor:
    """Grad-CAM, with the given mistakes."""
    maps, gradients = _maps_and_gradients(model, layer, x, target, what, of_input)
    heat = (weights(gradients) * maps).sum(dim=1, keepdim=True)
    steps = {"cut": cut, "enlarge": lambda one: enlarge(one, x.shape[1:]), "divide": divide}
    for step in order.split():
        heat = steps[step](heat)
    return heat[0, 0]


def _unchanged(heat: Maps) -> Maps:
    return heat


def _min_max(heat: Maps) -> Maps:
    return (heat - heat.min()) / (heat.max() - heat.min())


_MISTAKES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    (
        "relu_forgotten",
        "Your map has negative values: they speak *against* the target. Grad-CAM keeps what "
        "speaks for it, so apply a ReLU to the weighted sum.",
        {"cut": _unchanged},
    ),
    (
        "stretched_without_relu",
        "You stretch the weighted sum to 0…1 without a ReLU. Then 0 is whatever speaks most "
        "*against* the target, and something always looks bright.",
        {"cut": _unchanged, "divide": _min_max},
    ),
    (
        "absolute_value_not_relu",
        "You take the absolute value of the weighted sum, so what speaks against the target "
        "becomes as bright as what speaks for it. Use a ReLU.",
        {"cut": torch.abs},
    ),
    (
        "not_divided",
        "Your map isn't divided by its maximum. Its largest value must be 1.",
        {"divide": _unchanged},
    ),
    (
        "stretched_to_its_minimum",
        "You subtract the minimum before you divide. Zero means something here (nothing speaks "
        "for the target): only divide by the maximum.",
        {"divide": _min_max},
    ),
    (
        "divided_before_enlarging",
        "You divide by the maximum of the small map. Enlarging flattens its peak, so the result"
        " no longer reaches 1: enlarge first.",
        {"order": "cut divide enlarge"},
    ),
    (
        "relu_after_enlarging",
        "You enlarge first and apply the ReLU afterwards. Enlarging mixes positive and negative"
        " neighbours, so the ReLU comes right after the weighted sum.",
        {"order": "enlarge cut divide"},
    ),
    (
        "nearest_not_bilinear",
        'You enlarge the map in blocks. Use bilinear interpolation: `mode="bilinear"` in '
        "F.interpolate.",
        {"enlarge": partial(_enlarged, mode="nearest")},
    ),
    (
        "corners_aligned",
        "You enlarge with align_corners=True, which shifts the map against the image. Leave it at "
        "False, torch's default.",
        {"enlarge": partial(_enlarged, mode="bilinear", align_corners=True)},
    ),
    (
        "gradients_not_averaged",
        "You multiply every position of the maps by its own gradient. Grad-CAM gives each "
        "*channel* one weight: the mean of its gradient over all positions.",
        {"weights": _unchanged},
    ),
    (
        "averaged_over_channels",
        "You average the gradients over the channels, so every place has a weight. Grad-CAM gives "
        "each *channel* a weight: average over the height and the width, dimensions 2 and 3.",
        {"weights": lambda gradients: gradients.mean(dim=1, keepdim=True)},
    ),
    (
        "weights_without_sign",
        "You take the absolute values of the gradients. A channel that speaks against the "
        "target must keep its negative weight.",
        {"weights": lambda gradients: _mean_over_places(gradients.abs())},
    ),
    (
        "weights_without_sign",
        "You set negative weights to 0. A channel that speaks against the target must keep its "
        "negative weight: the ReLU comes after the sum.",
        {"weights": lambda gradients: F.relu(_mean_over_places(gradients))},
    ),
    (
        "weights_without_sign",
        "You only average the positive gradients. That's another method (guided); here the mean"
        " is over all of them.",
        {"weights": lambda gradients: _mean_over_places(F.relu(gradients))},
    ),
    (
        "maps_not_weighted",
        "You add up the maps as they are. Each channel has a weight: the mean of its gradient.",
        {"weights": torch.ones_like},
    ),
    (
        "input_of_the_layer",
        "You use what goes *into* the layer. Grad-CAM weighs its output: the third argument of "
        "a forward hook.",
        {"of_input": True},
    ),
)


def add_mistakes(exercise: Exercise) -> None:
    """Registers the mistakes we know."""

    @exercise.mistake(
        "nan_where_nothing_speaks",
        "Your map is nan where nothing speaks for the target: the maximum is 0, and 0/0 is nan."
        " A map of zeros should stay a map of zeros.",
    )
    def _(model: nn.Module, layer: nn.Module, x: torch.Tensor, target: int) -> torch.Tensor:
        return _cam(model, layer, x, target, divide=lambda heat: heat / heat.max())

    for mistake_id, message, choices in _MISTAKES:
        exercise.mistake(mistake_id, message)(partial(_cam, **choices))
    for mistake_id, message, what in NOT_THE_LOGIT:
        exercise.mistake(mistake_id, message)(partial(_cam, what=what))

    @exercise.mistake(
        "map_not_enlarged",
        "Your map has the size of the layer's output. Enlarge it to the height and width of the "
        "image.",
    )
    def _(model: nn.Module, layer: nn.Module, x: torch.Tensor, target: int) -> torch.Tensor:
        return _cam(model, layer, x, target, order="cut divide")

    @exercise.mistake(
        "batch_kept",
        "Your map still has dimensions in front of (H, W). F.interpolate needs four; remove "
        "them afterwards.",
    )
    def _(model: nn.Module, layer: nn.Module, x: torch.Tensor, target: int) -> torch.Tensor:
        return grad_cam(model, layer, x, target)[None, None]
