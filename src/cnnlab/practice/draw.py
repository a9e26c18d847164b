"""Numbers drawn from a text: the same text gives the same numbers everywhere, always."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

_DRAWS = 2**64


class Draw:
    """A source of random choices that depends on its key alone.

    Python promises the same numbers from the same seed only within one version, and `hash` of a
    text differs from process to process. SHA-256 of key and counter is the same everywhere.

    >>> draw = Draw("ada", "conv_side")
    >>> [draw.whole(1, 6) for _ in range(8)]
    [5, 3, 3, 3, 6, 5, 2, 1]
    """

    def __init__(self, *key: str) -> None:
        self._key = "\x1f".join(key).encode()
        self._count = 0

    def whole(self, low: int, high: int) -> int:
        """A whole number from low to high, both included, each as likely as the others."""
        width = high - low + 1
        while True:
            value = self._next()
            if value < _DRAWS - _DRAWS % width:  # else the small ones would come up more often
                return low + value % width

    def one_of(self, options: Sequence[T]) -> T:
        return options[self.whole(0, len(options) - 1)]

    def some(self, options: Sequence[T], count: int) -> list[T]:
        """`count` different ones of the options, in random order."""
        left = list(options)
        return [left.pop(self.whole(0, len(left) - 1)) for _ in range(count)]

    def shuffled(self, options: Sequence[T]) -> list[T]:
        return self.some(options, len(options))

    def tenths(self, low: float, high: float) -> float:
        """A number with one decimal, from low to high."""
        return self.whole(round(low * 10), round(high * 10)) / 10

    def _next(self) -> int:
        digest = hashlib.sha256(self._key + b"\x1e" + str(self._count).encode()).digest()
        self._count += 1
        return int.from_bytes(digest[:8], "big")
