"""Following a learner's optimiser over many steps, beside ours and beside those with a mistake."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

from cnnlab.check.compare import Wrong, expect, kind_of
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.learner import LearnerCode

OPTIMIZERS = ("torch.optim.*", "torch.ops.*", "torch._fused_*", "torch._foreach_*")

Step = tuple[torch.Tensor, dict[str, Any]]
"""A gradient, and the settings of the step that follows it."""


def draw_steps(
    draw: Draw,
    shape: tuple[int, ...],
    *settings: dict[str, Any],
    dtype: torch.dtype = torch.float32,
) -> list[Step]:
    """A gradient for each of the settings.

    With 32 bits an ε of 1e-8 is lost in rounding, wherever it is added. 64 bits are for larger
    ones.
    """
    return [(draw.normal(*shape, dtype=dtype), each) for each in settings]


def agree_steps(
    learner: LearnerCode, exercise: Exercise, name: str, param: torch.Tensor, steps: Sequence[Step]
) -> None:
    """Takes the steps one after another, each from what the one before returned, and compares.

    The state that goes from step to step may be anything: only the parameters are compared.
    """
    links = learner.chain(name, param, steps)
    if not links[-1].is_pair:
        got = kind_of(links[-1].value)
        raise Wrong(
            "not_a_pair",
            f"`{name}` must return two things: the new parameter, and what the next step needs. It "
            f"returned {got}.",
        )
    if isinstance(links[0].value, torch.Tensor) and any(link.inputs_changed for link in links):
        raise Wrong(
            "changes_its_input",
            f"`{name}` changes a tensor or the state that it was given. Make new ones: from the "
            "same state the same step can then be taken twice.",
        )

    def path_of(step: Callable[..., Any]) -> list[torch.Tensor]:
        path, at, carried = [], param, None
        for grad, settings in steps:
            at, carried = step(at, grad, carried, **settings)
            path.append(at)
        return path

    expect(
        [link.value for link in links],
        path_of(exercise.references[name]),
        "the list of parameters after each step",
        [(s.id, s.message, _bound(path_of, s.wrong)) for s in exercise.mistakes_of(name)],
    )


def _bound(path_of: Callable[..., Any], step: Callable[..., Any]) -> Callable[[], Any]:
    return lambda: path_of(step)
