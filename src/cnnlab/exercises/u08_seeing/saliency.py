"""`saliency`: how strongly the target's logit answers to each pixel."""

from __future__ import annotations

from functools import partial
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.exercises.u08_seeing._looks import (
    Look,
    agree_on_looks,
    draw_image,
    draw_look,
    expect_evaluation_mode,
    expect_model_kept,
    expect_modes_back,
    expect_result_alone,
)
from cnnlab.learner import LearnerCode
from cnnlab.seeing import saliency

exercise = Exercise("saliency", {"saliency": saliency})

LOGIT = "logit"


def told(logits: torch.Tensor, target: int, what: str) -> torch.Tensor:
    """The number, of what a network says about one image (1, classes), that is to be explained."""
    numbers = {
        LOGIT: lambda: logits[0, target],
        "probability": lambda: logits.softmax(dim=1)[0, target],
        "loss": lambda: F.cross_entropy(logits, torch.tensor([target])),
        "winner": lambda: logits.max(),
        "all": lambda: logits.sum(),
    }
    return numbers[what]()


def _gradient(model: nn.Module, x: torch.Tensor, target: int, what: str = LOGIT) -> torch.Tensor:
    image = x.detach().clone().requires_grad_()
    (gradient,) = torch.autograd.grad(told(model(image[None]), target, what), image)
    return gradient


def draw_saliency(draw: Draw, height: int, width: int, target: int, channels: int = 3) -> Look:
    """For every class, some pixel's gradient is negative in all channels: there the sign shows."""
    for _ in range(100):
        image = draw_image(draw, height, width, channels)
        look = draw_look(draw, height, width, channels).at(image, target)
        gradients = [_gradient(look.model(), image, each) for each in range(4)]
        if all(bool((gradient.amax(dim=0) < 0).any()) for gradient in gradients):
            return look
    raise RuntimeError("no image was found on which signs of gradients show")


NOT_THE_LOGIT = (
    (
        "softmax_before_gradient",
        "You differentiate the probability. It hardly changes where the network is certain, and"
        " it also rises when *other* classes fall. Take the gradient of the target's logit.",
        "probability",
    ),
    (
        "gradient_of_the_loss",
        "You differentiate the cross-entropy, or the log-probability, which depends on all "
        "classes. Take the gradient of the target's logit itself.",
        "loss",
    ),
    (
        "target_ignored",
        "You explain the class with the largest logit. Explain the class `target`, whether it "
        "wins or not.",
        "winner",
    ),
    (
        "all_logits",
        "You differentiate the sum of all logits. Take only one of them: the target's.",
        "all",
    ),
)


def _of_another_number(model: nn.Module, x: torch.Tensor, target: int, what: str) -> torch.Tensor:
    return _gradient(model, x, target, what).abs().amax(dim=0)


for _id, _message, _what in NOT_THE_LOGIT:
    exercise.mistake(_id, _message)(partial(_of_another_number, what=_what))


@exercise.mistake(
    "sign_kept",
    "You take each pixel's largest gradient with its sign. A pixel that lowers the logit counts"
    " as much as one that raises it: take absolute values first.",
)
def _(model: nn.Module, x: torch.Tensor, target: int) -> torch.Tensor:
    return _gradient(model, x, target).amax(dim=0)


@exercise.mistake(
    "absolute_value_too_late",
    "You take the maximum over the channels first and the absolute value afterwards. A channel "
    "with a large negative gradient then loses to a small positive one.",
)
def _(model: nn.Module, x: torch.Tensor, target: int) -> torch.Tensor:
    return _gradient(model, x, target).amax(dim=0).abs()


@exercise.mistake(
    "channels_averaged",
    "You average over the channels. Take the largest absolute value among them.",
)
def _(model: nn.Module, x: torch.Tensor, target: int) -> torch.Tensor:
    return _gradient(model, x, target).abs().mean(dim=0)


@exercise.mistake(
    "channels_added",
    "You add up the channels. Take the largest absolute value among them.",
)
def _(model: nn.Module, x: torch.Tensor, target: int) -> torch.Tensor:
    return _gradient(model, x, target).abs().sum(dim=0)


@exercise.mistake(
    "channels_by_length",
    "You take the length of each pixel's gradient over the channels. Take the largest absolute "
    "value among them.",
)
def _(model: nn.Module, x: torch.Tensor, target: int) -> torch.Tensor:
    return _gradient(model, x, target).norm(dim=0)


@exercise.mistake(
    "times_the_input",
    "You multiply the gradient by the image. That answers another question (how much each pixel"
    " contributes to the logit). Return the gradient alone.",
)
def _(model: nn.Module, x: torch.Tensor, target: int) -> torch.Tensor:
    return (_gradient(model, x, target) * x).abs().amax(dim=0)


@exercise.mistake(
    "scaled_to_one",
    "You divide the map by its maximum. Return the gradients as they are: their size says how "
    "strongly the logit depends on the pixel.",
)
def _(model: nn.Module, x: torch.Tensor, target: int) -> torch.Tensor:
    found = saliency(model, x, target)
    return found / found.max()


@exercise.mistake(
    "scaled_to_one",
    "You stretch the map to the range from 0 to 1. Return the gradients as they are.",
)
def _(model: nn.Module, x: torch.Tensor, target: int) -> torch.Tensor:
    found = saliency(model, x, target)
    return (found - found.min()) / (found.max() - found.min())


@exercise.mistake(
    "channels_kept",
    "You return one map for each channel. Return (H, W): for each pixel, the largest absolute "
    "value over the channels.",
)
def _(model: nn.Module, x: torch.Tensor, target: int) -> torch.Tensor:
    return _gradient(model, x, target).abs()


@exercise.mistake(
    "values_and_places",
    "You return a tuple. `max` along a dimension gives two tensors, the values and where they are: "
    "take `.values`, or use `amax`.",
)
def _(model: nn.Module, x: torch.Tensor, target: int) -> Any:
    return tuple(_gradient(model, x, target).abs().max(dim=0))


@exercise.mistake(
    "batch_kept",
    "Your map still has a batch dimension. The image came without one: return (H, W).",
)
def _(model: nn.Module, x: torch.Tensor, target: int) -> torch.Tensor:
    return saliency(model, x, target)[None]


@exercise.visible("the largest gradient of each pixel")
def _(learner: LearnerCode, draw: Draw) -> None:
    look = draw_saliency(draw, 5, 6, target=0)
    looks = [look.at(look.args[0], target) for target in range(4)]
    agree_on_looks(learner, exercise, *looks)


@exercise.visible("evaluation mode, and the modes are back afterwards")
def _(learner: LearnerCode, draw: Draw) -> None:
    look = draw_saliency(draw, 5, 6, target=1)
    expect_evaluation_mode(learner, exercise, look)
    expect_modes_back(learner, exercise, look)


@exercise.visible("the network's gradients and the image are left alone")
def _(learner: LearnerCode, draw: Draw) -> None:
    look = draw_saliency(draw, 5, 6, target=2)
    expect_model_kept(learner, exercise, look, draw)
    expect_result_alone(learner, exercise, look)
