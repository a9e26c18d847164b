"""Occlusion maps with the mistakes that learners make."""

from __future__ import annotations

import torch
from torch import nn

from cnnlab.check.exercise import Exercise
from cnnlab.seeing import occlusion_map


def _told(
    model: nn.Module,
    x: torch.Tensor,
    target: int,
    size: int,
    stride: int,
    fill: float,
    afresh: bool = True,
    logits: bool = False,
    channels: int | None = None,
    shift: int = 0,
    over_the_edge: bool = False,
) -> tuple[torch.Tensor, torch.Tensor]:
    """What the model says of the target on the whole image, and on each covered one."""

    def say(image: torch.Tensor) -> torch.Tensor:
        with torch.no_grad():
            answer = model(image[None])
        return answer[0, target] if logits else answer.softmax(dim=1)[0, target]

    rows = []
    covered = x.clone()
    over = 0 if over_the_edge else size - 1
    for top in range(0, x.shape[1] - over, stride):
        row = []
        for left in range(0, x.shape[2] - over, stride):
            covered = x.clone() if afresh else covered
            rows_of = slice(top + shift, top + shift + size)
            columns_of = slice(left + shift, left + shift + size)
            covered[:channels, rows_of, columns_of] = fill
            row.append(say(covered))
        rows.append(torch.stack(row))
    return say(x), torch.stack(rows)


def add_mistakes(exercise: Exercise) -> None:
    """Registers the mistakes we know."""

    @exercise.mistake(
        "logit_not_probability",
        "You return how much the logit drops. Return the drop of the *probability*: apply "
        "softmax first.",
    )
    def _(
        model: nn.Module,
        x: torch.Tensor,
        target: int,
        size: int = 4,
        stride: int = 2,
        fill: float = 0.0,
    ) -> torch.Tensor:
        whole, covered = _told(model, x, target, size, stride, fill, logits=True)
        return whole - covered

    @exercise.mistake(
        "drop_upside_down",
        "Your signs are reversed. Where covering hurts, the probability falls and the drop is "
        "positive: before minus after.",
    )
    def _(
        model: nn.Module,
        x: torch.Tensor,
        target: int,
        size: int = 4,
        stride: int = 2,
        fill: float = 0.0,
    ) -> torch.Tensor:
        whole, covered = _told(model, x, target, size, stride, fill)
        return covered - whole

    @exercise.mistake(
        "not_the_drop",
        "You return the probability that's left when the square is covered. Return by how much "
        "it drops: the probability on the whole image minus that.",
    )
    def _(
        model: nn.Module,
        x: torch.Tensor,
        target: int,
        size: int = 4,
        stride: int = 2,
        fill: float = 0.0,
    ) -> torch.Tensor:
        return _told(model, x, target, size, stride, fill)[1]

    @exercise.mistake(
        "drop_from_certainty",
        "You subtract from 1, as if the network were certain of the whole image. Subtract from the "
        "probability that it gives the target there.",
    )
    def _(
        model: nn.Module,
        x: torch.Tensor,
        target: int,
        size: int = 4,
        stride: int = 2,
        fill: float = 0.0,
    ) -> torch.Tensor:
        return 1 - _told(model, x, target, size, stride, fill)[1]

    @exercise.mistake(
        "drop_without_sign",
        "You take the absolute value. Where covering *helps*, the drop is negative, and that's "
        "worth knowing.",
    )
    def _(
        model: nn.Module,
        x: torch.Tensor,
        target: int,
        size: int = 4,
        stride: int = 2,
        fill: float = 0.0,
    ) -> torch.Tensor:
        whole, covered = _told(model, x, target, size, stride, fill)
        return (whole - covered).abs()

    @exercise.mistake(
        "drop_without_sign",
        "You set negative drops to 0. Where covering *helps*, the drop is negative, and that's "
        "worth knowing.",
    )
    def _(
        model: nn.Module,
        x: torch.Tensor,
        target: int,
        size: int = 4,
        stride: int = 2,
        fill: float = 0.0,
    ) -> torch.Tensor:
        whole, covered = _told(model, x, target, size, stride, fill)
        return (whole - covered).clamp(min=0)

    @exercise.mistake(
        "relative_drop",
        "You divide the drop by the probability on the whole image. Return the drop itself.",
    )
    def _(
        model: nn.Module,
        x: torch.Tensor,
        target: int,
        size: int = 4,
        stride: int = 2,
        fill: float = 0.0,
    ) -> torch.Tensor:
        whole, covered = _told(model, x, target, size, stride, fill)
        return (whole - covered) / whole

    @exercise.mistake(
        "covers_pile_up",
        "Each square stays covered when you cover the next one. Start from a fresh copy of the "
        "image every time.",
    )
    def _(
        model: nn.Module,
        x: torch.Tensor,
        target: int,
        size: int = 4,
        stride: int = 2,
        fill: float = 0.0,
    ) -> torch.Tensor:
        whole, covered = _told(model, x, target, size, stride, fill, afresh=False)
        return whole - covered

    @exercise.mistake(
        "rows_and_columns_swapped",
        "Your map is transposed: its first dimension should go from top to bottom, its second "
        "from left to right.",
    )
    def _(
        model: nn.Module,
        x: torch.Tensor,
        target: int,
        size: int = 4,
        stride: int = 2,
        fill: float = 0.0,
    ) -> torch.Tensor:
        whole, covered = _told(model, x, target, size, stride, fill)
        return (whole - covered).t()

    @exercise.mistake(
        "fill_ignored",
        "You always cover with 0. Use `fill`: 0 isn't always a neutral colour.",
    )
    def _(
        model: nn.Module,
        x: torch.Tensor,
        target: int,
        size: int = 4,
        stride: int = 2,
        fill: float = 0.0,
    ) -> torch.Tensor:
        return occlusion_map(model, x, target, size, stride, 0.0)

    @exercise.mistake(
        "stride_ignored",
        "Your squares don't move by `stride`. They start at 0, stride, 2·stride, … as long as "
        "the whole square fits.",
    )
    def _(
        model: nn.Module,
        x: torch.Tensor,
        target: int,
        size: int = 4,
        stride: int = 2,
        fill: float = 0.0,
    ) -> torch.Tensor:
        return occlusion_map(model, x, target, size, 1, fill)

    @exercise.mistake(
        "stride_ignored",
        "Your squares move by their own size, so they never overlap. They should move by `stride`.",
    )
    def _(
        model: nn.Module,
        x: torch.Tensor,
        target: int,
        size: int = 4,
        stride: int = 2,
        fill: float = 0.0,
    ) -> torch.Tensor:
        return occlusion_map(model, x, target, size, size, fill)

    @exercise.mistake(
        "last_place_missing",
        "The last position is missing: along each side there are (length − size) // stride + 1 "
        "of them. `range` leaves out its end.",
    )
    def _(
        model: nn.Module,
        x: torch.Tensor,
        target: int,
        size: int = 4,
        stride: int = 2,
        fill: float = 0.0,
    ) -> torch.Tensor:
        whole, covered = _told(model, x, target, size, stride, fill)
        rows = len(range(0, x.shape[1] - size, stride))
        columns = len(range(0, x.shape[2] - size, stride))
        return (whole - covered)[:rows, :columns]

    @exercise.mistake(
        "squares_over_the_edge",
        "Your last squares stick out over the edge. A square has to fit: along each side there are "
        "(length − size) // stride + 1 positions, the last at length − size or before.",
    )
    def _(
        model: nn.Module,
        x: torch.Tensor,
        target: int,
        size: int = 4,
        stride: int = 2,
        fill: float = 0.0,
    ) -> torch.Tensor:
        whole, covered = _told(model, x, target, size, stride, fill, over_the_edge=True)
        return whole - covered

    @exercise.mistake(
        "target_ignored",
        "You follow the class that the network finds most likely. Follow the class `target`, "
        "whether it wins or not.",
    )
    def _(
        model: nn.Module,
        x: torch.Tensor,
        target: int,
        size: int = 4,
        stride: int = 2,
        fill: float = 0.0,
    ) -> torch.Tensor:
        with torch.no_grad():
            winner = int(model(x[None]).argmax())
        return occlusion_map(model, x, winner, size, stride, fill)

    @exercise.mistake(
        "one_channel_covered",
        "You only cover the first channel, so the object is still visible in the others. A "
        "square covers all channels.",
    )
    def _(
        model: nn.Module,
        x: torch.Tensor,
        target: int,
        size: int = 4,
        stride: int = 2,
        fill: float = 0.0,
    ) -> torch.Tensor:
        whole, covered = _told(model, x, target, size, stride, fill, channels=1)
        return whole - covered

    @exercise.mistake(
        "squares_shifted",
        "Your squares start one stride too far down and to the right. The first one is in the "
        "top left corner.",
    )
    def _(
        model: nn.Module,
        x: torch.Tensor,
        target: int,
        size: int = 4,
        stride: int = 2,
        fill: float = 0.0,
    ) -> torch.Tensor:
        whole, covered = _told(model, x, target, size, stride, fill, shift=stride)
        return whole - covered
