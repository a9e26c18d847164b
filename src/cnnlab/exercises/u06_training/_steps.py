"""Following an optimiser over many steps, each taken from what the one before returned."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import torch

from cnnlab.check.compare import Wrong, kind_of
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.check.explain import explain
from cnnlab.learner import LearnerCode
from cnnlab.learner.handle import ChainLink

OPTIMIZERS = ("torch.optim.*", "torch.ops.*", "torch._fused_*", "torch._foreach_*")

Step = tuple[torch.Tensor, dict[str, Any]]
"""A gradient, and the settings of the step that follows it."""

# With gradients of this size the default ε decides about half of a step.
TINY = 1e-8


def draw_steps(
    draw: Draw,
    shape: tuple[int, ...],
    *settings: dict[str, Any],
    dtype: torch.dtype = torch.float32,
    size: float = 1.0,
) -> list[Step]:
    """A gradient, of about `size`, for each of the settings."""
    return [(size * draw.normal(*shape, dtype=dtype), each) for each in settings]


def agree_steps(
    learner: LearnerCode,
    exercise: Exercise,
    start: torch.Tensor,
    steps: Sequence[Step],
    of: str = "",
) -> None:
    """Takes the steps with the learner's function and with ours, and compares the parameters.

    The state that goes from step to step may be anything: only the parameters are compared.
    """
    name = of or exercise.names[0]

    def observe(code: LearnerCode) -> Iterator[tuple[str, Any]]:
        for number, link in enumerate(_links(code, name, start, steps), start=1):
            yield f"the parameter after step {number}", link.value

    explain(learner, exercise, observe, of=name)


def _links(
    code: LearnerCode, name: str, start: torch.Tensor, steps: Sequence[Step]
) -> list[ChainLink]:
    """The steps, each of which must return a pair and leave alone what it was given."""
    links = code.chain(name, start, steps)
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
    return links
