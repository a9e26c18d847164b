"""Occlusion: cover a part of the image and see how much the answer suffers."""

from __future__ import annotations

import torch
from torch import nn

from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.exercises.u08_seeing.looks import (
    Look,
    draw_image,
    draw_look,
    expect_evaluation_mode,
    expect_modes_back,
    expect_result_alone,
    judge,
)
from cnnlab.learner import LearnerCode
from cnnlab.reference import seeing as ours

OCCLUSION_MAP = Exercise("occlusion_map", {"occlusion_map": ours.occlusion_map})


def draw_occlusion(draw: Draw, height: int, width: int, target: int, **settings: float) -> Look:
    return draw_look(draw, height, width).at(draw_image(draw, height, width), target, **settings)


def _told(
    model: nn.Module,
    x: torch.Tensor,
    target: int,
    size: int,
    stride: int,
    fill: float,
    afresh: bool = True,
    logits: bool = False,
) -> tuple[torch.Tensor, torch.Tensor]:
    """What the model says of the target on the whole image, and on each covered one."""

    def say(image: torch.Tensor) -> torch.Tensor:
        with torch.no_grad():
            answer = model(image[None])
        return answer[0, target] if logits else answer.softmax(dim=1)[0, target]

    rows = []
    covered = x.clone()
    for top in range(0, x.shape[1] - size + 1, stride):
        row = []
        for left in range(0, x.shape[2] - size + 1, stride):
            covered = x.clone() if afresh else covered
            covered[:, top : top + size, left : left + size] = fill
            row.append(say(covered))
        rows.append(torch.stack(row))
    return say(x), torch.stack(rows)


@OCCLUSION_MAP.mistake(
    "logit_not_probability",
    "You return how much the logit drops. Asked for is the drop of the *probability*: softmax "
    "first.",
)
def _(model, x, target, size=4, stride=2, fill=0.0):
    whole, covered = _told(model, x, target, size, stride, fill, logits=True)
    return whole - covered


@OCCLUSION_MAP.mistake(
    "drop_upside_down",
    "Your signs are turned round. Where covering hurts, the probability falls and the drop is "
    "positive: before minus after.",
)
def _(model, x, target, size=4, stride=2, fill=0.0):
    whole, covered = _told(model, x, target, size, stride, fill)
    return covered - whole


@OCCLUSION_MAP.mistake(
    "not_the_drop",
    "You return the probability that is left when the square is covered. Asked for is by how much "
    "it drops: what it was on the whole image, minus that.",
)
def _(model, x, target, size=4, stride=2, fill=0.0):
    return _told(model, x, target, size, stride, fill)[1]


@OCCLUSION_MAP.mistake(
    "drop_without_sign",
    "You take the absolute value. Where covering *helps*, the drop is negative, and that is worth "
    "knowing.",
)
def _(model, x, target, size=4, stride=2, fill=0.0):
    whole, covered = _told(model, x, target, size, stride, fill)
    return (whole - covered).abs()


@OCCLUSION_MAP.mistake(
    "drop_without_sign",
    "You cut negative drops off at 0. Where covering *helps*, the drop is negative, and that is "
    "worth knowing.",
)
def _(model, x, target, size=4, stride=2, fill=0.0):
    whole, covered = _told(model, x, target, size, stride, fill)
    return (whole - covered).clamp(min=0)


@OCCLUSION_MAP.mistake(
    "relative_drop",
    "You divide the drop by the probability on the whole image. Asked for is the drop itself.",
)
def _(model, x, target, size=4, stride=2, fill=0.0):
    whole, covered = _told(model, x, target, size, stride, fill)
    return (whole - covered) / whole


@OCCLUSION_MAP.mistake(
    "covers_pile_up",
    "Every square stays covered when the next one is. Cover each on a fresh copy of the image.",
)
def _(model, x, target, size=4, stride=2, fill=0.0):
    whole, covered = _told(model, x, target, size, stride, fill, afresh=False)
    return whole - covered


@OCCLUSION_MAP.mistake(
    "rows_and_columns_swapped",
    "Your map lies on its side: its first dimension counts the places from top to bottom, its "
    "second those from left to right.",
)
def _(model, x, target, size=4, stride=2, fill=0.0):
    whole, covered = _told(model, x, target, size, stride, fill)
    return (whole - covered).t()


@OCCLUSION_MAP.mistake(
    "fill_ignored",
    "You always cover with 0. Use `fill`: 0 need not be a neutral colour.",
)
def _(model, x, target, size=4, stride=2, fill=0.0):
    return ours.occlusion_map(model, x, target, size, stride, 0.0)


@OCCLUSION_MAP.mistake(
    "stride_ignored",
    "Your squares do not move by `stride`. They start at 0, stride, 2·stride, … as far as the "
    "whole square fits.",
)
def _(model, x, target, size=4, stride=2, fill=0.0):
    return ours.occlusion_map(model, x, target, size, 1, fill)


@OCCLUSION_MAP.mistake(
    "stride_ignored",
    "Your squares move by their own size, so that they never overlap. They should move by "
    "`stride`.",
)
def _(model, x, target, size=4, stride=2, fill=0.0):
    return ours.occlusion_map(model, x, target, size, size, fill)


@OCCLUSION_MAP.mistake(
    "last_place_missing",
    "The last place is missing: along each side there are (length − size) // stride + 1 of them. "
    "`range` leaves its end out.",
)
def _(model, x, target, size=4, stride=2, fill=0.0):
    whole, covered = _told(model, x, target, size, stride, fill)
    rows = len(range(0, x.shape[1] - size, stride))
    columns = len(range(0, x.shape[2] - size, stride))
    return (whole - covered)[:rows, :columns]


@OCCLUSION_MAP.visible("the drop of the probability, for every square")
def _(learner: LearnerCode, draw: Draw) -> None:
    look = draw_occlusion(draw, 6, 8, target=0)
    for target in range(4):
        judge(learner, OCCLUSION_MAP, look.at(look.args[0], target))


@OCCLUSION_MAP.visible("another size, stride and fill")
def _(learner: LearnerCode, draw: Draw) -> None:
    judge(learner, OCCLUSION_MAP, draw_occlusion(draw, 7, 9, target=2, size=3, stride=2, fill=0.5))


@OCCLUSION_MAP.visible("evaluation mode, and the modes are back afterwards")
def _(learner: LearnerCode, draw: Draw) -> None:
    look = draw_occlusion(draw, 6, 6, target=1)
    expect_evaluation_mode(learner, OCCLUSION_MAP, look)
    expect_modes_back(learner, OCCLUSION_MAP, look)


@OCCLUSION_MAP.visible("the image is left alone, and no graph is kept")
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_result_alone(learner, OCCLUSION_MAP, draw_occlusion(draw, 6, 6, target=1))
