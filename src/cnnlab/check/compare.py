"""Comparing a learner's answer with ours, and saying what is wrong rather than that it is wrong."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from typing import Any

import numpy as np

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

    def as_wrong(self, given: str = "") -> Wrong:
        return Wrong(self.kind, self.message, f"{self.detail} {given}".strip())


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
    if is_array(expected):
        return _array(actual, expected, what)
    if isinstance(expected, (list, tuple)):
        return _sequence(actual, expected, what)
    if isinstance(expected, dict):
        return _mapping(actual, expected, what)
    raise TypeError(f"no comparison for {type(expected).__name__}")


def agrees(actual: Any, expected: Any) -> bool:
    return difference(actual, expected) is None


def expect(actual: Any, expected: Any, what: str = "the result", given: str = "") -> None:
    """Raises `Wrong` unless the two agree. `given` describes the input, for visible checks."""
    if found := difference(actual, expected, what):
        raise found.as_wrong(given)


def is_array(value: Any) -> bool:
    """Whether `value` is an array of NumPy's or a tensor of torch's."""
    if isinstance(value, np.ndarray):
        return True
    torch = sys.modules.get("torch")  # a course without torch compares without it
    return torch is not None and isinstance(value, torch.Tensor)


def kind_of(value: Any) -> str:
    """A learner's word for the type of `value`."""
    if isinstance(value, Opaque):
        return f"a {value.type_name}"
    if is_array(value):
        word = "an array" if isinstance(value, np.ndarray) else "a tensor"
        return f"{word} of shape {tuple(value.shape)}"
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
    if is_array(actual) and actual.ndim == 0:
        return _array(actual, np.asarray(expected), what)
    if isinstance(actual, bool) or not isinstance(actual, (int, float)):
        return _wrong_type(actual, expected, what)
    # as single precision: learners may well have gone through a tensor of 32 bits
    return _array(np.asarray(actual, dtype=np.float32), np.asarray(expected), what)


def _array(actual: Any, expected: Any, what: str) -> Difference | None:
    if not is_array(actual):
        return _wrong_type(actual, expected, what)
    if tuple(actual.shape) != tuple(expected.shape):
        return Difference(
            "wrong_shape",
            f"{what} has shape {tuple(actual.shape)}, expected {tuple(expected.shape)}.",
        )
    found, wanted = _numbers(actual), _numbers(expected)
    if wanted.dtype.kind not in "fc":
        return None if np.array_equal(found, wanted) else _wrong_values(found, wanted, what)
    if np.isclose(found, wanted, **_tolerance(found, wanted), equal_nan=True).all():
        return None
    if not np.isfinite(found).all() and np.isfinite(wanted).all():
        return Difference(
            "not_finite", f"{what} contains nan or inf, where every number should be finite."
        )
    return _wrong_values(found, wanted, what)


def _numbers(array: Any) -> np.ndarray:
    """The numbers of an array or a tensor, as NumPy's."""
    if isinstance(array, np.ndarray):
        return array
    plain = array.detach().cpu()
    short = plain.is_floating_point() and plain.dtype.itemsize < 4
    return np.asarray(plain.float() if short else plain)  # NumPy knows no bfloat16


def _tolerance(actual: np.ndarray, expected: np.ndarray) -> dict[str, float]:
    """Room for rounding: float32 keeps about 7 digits, float64 about 16; sums lose a few."""
    doubles = actual.dtype == np.float64 and expected.dtype == np.float64
    relative = 1e-8 if doubles else 1e-4
    largest = float(np.abs(expected).max()) if expected.size else 1.0
    scale = largest if math.isfinite(largest) else 1.0
    return {"rtol": relative, "atol": relative * max(scale, 0.01) * 0.1}


def _wrong_values(actual: np.ndarray, expected: np.ndarray, what: str) -> Difference:
    if actual.ndim == 0:
        return Difference(
            "wrong_value",
            f"{what} is not right.",
            f"Got {actual.item():.6g}, expected {expected.item():.6g}.",
        )
    gap = np.nan_to_num(np.abs(actual.astype(float) - expected.astype(float)), nan=math.inf)
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
            "wrong_length", f"{what} has {_items(len(actual))}, expected {len(expected)}."
        )
    for index, (one, other) in enumerate(zip(actual, expected, strict=True)):
        if found := difference(one, other, f"item {index} of {what}"):
            return found
    return None


def _items(count: int) -> str:
    return "1 item" if count == 1 else f"{count} items"


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
    message = f"{what} is {kind_of(actual)}, expected {kind_of(expected)}."
    if is_array(expected) and isinstance(actual, tuple) and len(actual) == 2:
        message += (
            " If you used `max` or `min` along a dimension: they return values and places, and "
            "`.values` gives you the values alone."
        )
    return Difference("wrong_type", message)
