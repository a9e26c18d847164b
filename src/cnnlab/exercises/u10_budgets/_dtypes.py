"""What the exercises about bytes share: the numbers count, and so does what they're stored as."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch

from cnnlab.check.exercise import Exercise
from cnnlab.check.explain import describe_call, explain
from cnnlab.check.manners import expect_inputs_kept
from cnnlab.learner import LearnerCode


def dtype_of(value: Any) -> str:
    return str(value.dtype) if isinstance(value, torch.Tensor) else "none: it isn't a tensor"


def agree_with_dtypes(
    learner: LearnerCode, exercise: Exercise, *args: Any, of: str = "", **kwargs: Any
) -> None:
    """The learner's function gives the numbers that ours gives, of the same dtypes.

    A result of several parts is compared part by part, so that each can be wrong on its own.
    """
    name = of or exercise.names[0]
    outcomes = []

    def observe(code: LearnerCode) -> Iterator[tuple[str, Any]]:
        outcomes.append(code.outcome(name, *args, **kwargs))
        value = outcomes[-1].value
        yield f"the result of `{name}`", value
        parts = value if isinstance(value, tuple) else (value,)
        yield f"the dtype of what `{name}` returns", [dtype_of(part) for part in parts]

    given = f"The call was {describe_call(name, args, kwargs)}."
    explain(learner, exercise, observe, of=name, given=given)
    expect_inputs_kept(name, outcomes[0])
