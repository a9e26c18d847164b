"""Comparing a learner's answer with ours, and saying what is wrong rather than that it is wrong."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from cnnlab.learner import Opaque


@dataclass
class Wrong(Exception):
    """The answer is not the right one.

    `message` holds no input, so hidden checks may show it; `detail` may, and they do not.
    """

    mistake: str
    message: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.message} {self.detail}".strip()


@dataclass(frozen=True)
class Difference:
    """How an answer differs from the expected one: a kind that names it, and words for it."""

    kind: str
    message: str
    detail: str = ""


def difference(actual: Any, expected: Any, what: str = "the result") -> Difference | None:
    """None if `actual` is as good as `expected`, else the first difference worth telling."""
    if actual is None and expected is not None:
        return Difference("returns_none", f"{what} is None. Is a `return` missing?")
    if isinstance(expected, bool) or expected is None or isinstance(expected, str):
        return _exactly(actual, expected, what)
    if isinstance(expected, int):
        return _whole_number(actual, expected, what)
    if isinstance(expected, float):
        return _real_number(actual, expected, what)
    if isinstance(expected, torch.Tensor):
        return _tensor(actual, expected, what)
    if isinstance(expected, (list, tuple)):
        return _sequence(actual, expected, what)
    if isinstance(expected, dict):
        return _mapping(actual, expected, what)
    raise TypeError(f"no comparison for {type(expected).__name__}")


def agrees(actual: Any, expected: Any) -> bool:
    return difference(actual, expected) is None


def expect(
    actual: Any,
    expected: Any,
    what: str = "the result",
    mistakes: Iterable[tuple[str, str, Callable[[], Any]]] = (),
    given: str = "",
) -> None:
    """Raises `Wrong` unless the two agree.

    `mistakes` are rows of mistake, message and a function that computes what a learner with that
    mistake would get: the first that explains `actual` names the mistake. `given` describes
    the input, for visible checks.
    """
    found = difference(actual, expected, what)
    if found is None:
        return
    for mistake, message, wrong in mistakes:
        try:
            explained = agrees(actual, wrong())
        except Exception:  # a mistake need not be possible on every input
            explained = False
        if explained:
            raise Wrong(mistake, message, given)
    raise Wrong(found.kind, found.message, f"{found.detail} {given}".strip())


def kind_of(value: Any) -> str:
    """A learner's word for the type of `value`."""
    if isinstance(value, Opaque):
        return f"a {value.type_name}"
    if isinstance(value, torch.Tensor):
        return f"a tensor of shape {tuple(value.shape)}"
    return {
        "NoneType": "None",
        "int": "a whole number",
        "float": "a float",
        "bool": "a bool",
        "str": "a string",
        "list": "a list",
        "tuple": "a tuple",
        "dict": "a dictionary",
    }.get(type(value).__name__, type(value).__name__)


def _exactly(actual: Any, expected: Any, what: str) -> Difference | None:
    if type(actual) is not type(expected):
        return _wrong_type(actual, expected, what)
    if actual != expected:
        return Difference(
            "wrong_value", f"{what} is not right.", f"Got {actual!r}, expected {expected!r}."
        )
    return None


def _whole_number(actual: Any, expected: int, what: str) -> Difference | None:
    if isinstance(actual, float):
        return Difference(
            "float_not_int",
            f"{what} is a float; it must be a whole number (an int). `//` divides and stays whole.",
            f"Got {actual!r}, expected {expected!r}.",
        )
    if isinstance(actual, bool) or not isinstance(actual, int):
        return _wrong_type(actual, expected, what)
    if actual != expected:
        return Difference(
            "wrong_value", f"{what} is not right.", f"Got {actual}, expected {expected}."
        )
    return None


def _real_number(actual: Any, expected: float, what: str) -> Difference | None:
    single = isinstance(actual, torch.Tensor) and actual.numel() == 1 and actual.dim() == 0
    if isinstance(actual, bool) or not (single or isinstance(actual, (int, float))):
        return _wrong_type(actual, expected, what)
    return _tensor(torch.as_tensor(actual), torch.tensor(expected, dtype=torch.float64), what)


def _tensor(actual: Any, expected: torch.Tensor, what: str) -> Difference | None:
    if not isinstance(actual, torch.Tensor):
        return _wrong_type(actual, expected, what)
    if actual.shape != expected.shape:
        return Difference(
            "wrong_shape",
            f"{what} has shape {tuple(actual.shape)}, expected {tuple(expected.shape)}.",
        )
    if not expected.is_floating_point():
        if not torch.equal(actual.to(torch.float64), expected.to(torch.float64)):
            return _wrong_values(actual.double(), expected.double(), what)
        return None
    close = torch.isclose(
        actual.double(), expected.double(), **_tolerance(actual, expected), equal_nan=True
    )
    if bool(close.all()):
        return None
    if not bool(torch.isfinite(actual.double()).all()) and bool(torch.isfinite(expected).all()):
        return Difference(
            "not_finite", f"{what} contains nan or inf, where every number should be finite."
        )
    return _wrong_values(actual.double(), expected.double(), what)


def _tolerance(actual: torch.Tensor, expected: torch.Tensor) -> dict[str, float]:
    """Room for rounding: float32 keeps about 7 digits, float64 about 16; sums lose a few."""
    doubles = actual.dtype == torch.float64 and expected.dtype == torch.float64
    relative = 1e-8 if doubles else 1e-4
    largest = expected.double().abs().max().item() if expected.numel() else 1.0
    scale = largest if math.isfinite(largest) else 1.0
    return {"rtol": relative, "atol": relative * max(scale, 0.01) * 0.1}


def _wrong_values(actual: torch.Tensor, expected: torch.Tensor, what: str) -> Difference:
    if actual.dim() == 0:
        return Difference(
            "wrong_value",
            f"{what} is not right.",
            f"Got {actual.item():.6g}, expected {expected.item():.6g}.",
        )
    gap = (actual - expected).abs().nan_to_num(nan=math.inf)
    # NumPy's: torch's own imports sympy, for most of a second
    where = tuple(int(i) for i in np.unravel_index(int(gap.argmax()), actual.shape))
    return Difference(
        "wrong_values",
        f"{what} has the right shape but wrong values.",
        f"At {list(where)}: got {actual[where].item():.5g}, expected {expected[where].item():.5g}.",
    )


def _sequence(actual: Any, expected: Any, what: str) -> Difference | None:
    if not isinstance(actual, (list, tuple)):
        return _wrong_type(actual, expected, what)
    if len(actual) != len(expected):
        return Difference(
            "wrong_length", f"{what} has {len(actual)} items, expected {len(expected)}."
        )
    for index, (one, other) in enumerate(zip(actual, expected, strict=True)):
        if found := difference(one, other, f"item {index} of {what}"):
            return found
    return None


def _mapping(actual: Any, expected: dict[Any, Any], what: str) -> Difference | None:
    if not isinstance(actual, dict):
        return _wrong_type(actual, expected, what)
    if missing := [key for key in expected if key not in actual]:
        return Difference("missing_key", f"{what} has no entry {missing[0]!r}.")
    if extra := [key for key in actual if key not in expected]:
        return Difference("extra_key", f"{what} has an entry too many: {extra[0]!r}.")
    for key, value in expected.items():
        if found := difference(actual[key], value, f"entry {key!r} of {what}"):
            return found
    return None


def _wrong_type(actual: Any, expected: Any, what: str) -> Difference:
    return Difference("wrong_type", f"{what} is {kind_of(actual)}, expected {kind_of(expected)}.")
