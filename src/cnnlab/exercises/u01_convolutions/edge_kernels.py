"""`edge_kernels`: judged by what the kernels answer to, not by the numbers in them."""

from __future__ import annotations

from typing import Any

import torch

from cnnlab.check.compare import Wrong, kind_of
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.exercises.u01_convolutions.conv2d import conv2d
from cnnlab.learner import LearnerCode


def edge_kernels() -> dict[str, torch.Tensor]:
    """Three 3×3 kernels: "vertical" and "horizontal" answer to their edge, "blur" averages."""
    vertical = torch.tensor([[-1.0, 0.0, 1.0]]).repeat(3, 1)
    return {"vertical": vertical, "horizontal": vertical.T, "blur": torch.full((3, 3), 1 / 9)}


exercise = Exercise("edge_kernels", {"edge_kernels": edge_kernels})

# Against the largest weight or answer: float32 rounding stays far below, a real answer far above.
NOTHING = 1e-4


def kernel_named(learner: LearnerCode, name: str) -> torch.Tensor:
    """The learner's 3×3 kernel of that name in float64; a tensor, an array or nested lists."""
    kernels = learner.call("edge_kernels")
    if not isinstance(kernels, dict):
        raise Wrong(
            "returns_none" if kernels is None else "not_a_dictionary",
            f"`edge_kernels()` returns {kind_of(kernels)}. It should return a dictionary with the "
            'keys "vertical", "horizontal" and "blur".',
        )
    if name not in kernels:
        raise Wrong("missing_key", f'The dictionary has no key "{name}".')
    kernel = _as_tensor(kernels[name])
    if kernel is None or kernel.shape != (3, 3):
        shown = kind_of(kernels[name] if kernel is None else kernel)
        raise Wrong("wrong_shape", f'"{name}" is {shown}; it should have 3 rows of 3 numbers.')
    if not bool(torch.isfinite(kernel).all()):
        raise Wrong("not_finite", f'"{name}" contains nan or inf.')
    return kernel


def _as_tensor(value: Any) -> torch.Tensor | None:
    try:
        return torch.as_tensor(value).to(torch.float64)
    except (TypeError, ValueError, RuntimeError):  # rows of different length, text, …
        return None


def step(
    height: int, width: int, at: int, rises_down: bool, low: float = 0.0, high: float = 1.0
) -> torch.Tensor:
    """An image of two flat halves: the brightness steps at row or column `at`."""
    picture = torch.full((1, height, width), low, dtype=torch.float64)
    if rises_down:
        picture[:, at:] = high
    else:
        picture[:, :, at:] = high
    return picture


def expect_edge_kernel(
    learner: LearnerCode, name: str, own_edge: torch.Tensor, other_edge: torch.Tensor
) -> None:
    """The kernel must answer to its own edge, not to the other, and not to flat surfaces."""
    kernel = kernel_named(learner, name)
    largest = kernel.abs().max()
    other = {"vertical": "horizontal", "horizontal": "vertical"}[name]
    if largest == 0:
        raise Wrong("answers_to_nothing", f'"{name}" is all zeros, so it never responds.')
    if kernel.sum().abs() > NOTHING * largest:
        raise Wrong(
            "not_balanced",
            f'The weights of "{name}" don\'t add up to 0, so it responds to every bright area, '
            "edge or not.",
        )
    sees_own, sees_other = (
        bool(conv2d(picture, kernel[None, None]).abs().max() > NOTHING * largest)
        for picture in (own_edge, other_edge)
    )
    if sees_other and not sees_own:
        raise Wrong(
            "edges_swapped",
            f'"{name}" responds to {other} edges and not to {name} ones. A vertical edge runs from '
            "top to bottom: the brightness changes from left to right across it.",
        )
    if sees_other:
        raise Wrong(
            "answers_to_both_edges",
            f'"{name}" also responds to {other} edges. Make its rows (for vertical) or columns '
            "(for horizontal) alike, so that the other kind of edge adds up to 0.",
        )
    if not sees_own:
        raise Wrong("answers_to_nothing", f'"{name}" gives 0 on a {name} edge.')


def expect_blur(learner: LearnerCode, spot: torch.Tensor) -> None:
    """The kernel must be an average that spreads a bright pixel over its neighbours."""
    kernel = kernel_named(learner, "blur")
    if abs(kernel.sum().item() - 1) > NOTHING:
        raise Wrong(
            "blur_changes_brightness",
            'The weights of "blur" don\'t add up to 1, so it makes the whole image brighter or '
            "darker.",
        )
    if conv2d(spot, kernel[None, None]).abs().max() > spot.max() * (1 - NOTHING):
        raise Wrong(
            "blur_keeps_details",
            'After "blur" a single bright pixel is at least as bright as before. A blur spreads '
            "it over its neighbours.",
        )
    if (kernel < 0).any():
        raise Wrong(
            "blur_subtracts",
            '"blur" has a negative weight. An average never subtracts: a negative weight leaves a'
            " dark rim around bright areas.",
        )


@exercise.visible("the vertical kernel")
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_edge_kernel(learner, "vertical", step(6, 6, 3, False), step(6, 6, 3, True))


@exercise.visible("the horizontal kernel")
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_edge_kernel(learner, "horizontal", step(6, 6, 3, True), step(6, 6, 3, False))


@exercise.visible("the blur kernel")
def _(learner: LearnerCode, draw: Draw) -> None:
    spot = torch.zeros(1, 5, 5, dtype=torch.float64)
    spot[0, 2, 2] = 1.0
    expect_blur(learner, spot)
