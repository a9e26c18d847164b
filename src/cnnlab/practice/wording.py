"""Numbers as they stand in questions and explanations."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from cnnlab.readable import digits, readable

_RAISED = str.maketrans("0123456789−+", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺")
_TINY = 1e-4


def num(value: float) -> str:
    """A number as people read it, with a proper minus.

    >>> num(-1792), num(0.1 + 0.2), num(-0.25), num(0.00000125)
    ('−1,792', '0.3', '−0.25', '1.25·10⁻⁶')
    """
    text, _, power = digits(value).replace("-", "−").partition("e")
    return f"{text}·10{power.replace('0', '', 1).translate(_RAISED)}" if power else text


def times(sides: Iterable[int]) -> str:
    """
    >>> times((16, 14, 14))
    '16×14×14'
    """
    return "×".join(map(str, sides))


def listed(values: Sequence[float | str]) -> str:
    """
    >>> listed([1, -2, 3])
    '1, −2 and 3'
    """
    words = [value if isinstance(value, str) else num(value) for value in values]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def plus(values: Iterable[float]) -> str:
    """A sum as it is written by hand.

    >>> plus([3, -2, 0.5])
    '3 − 2 + 0.5'
    """
    text = ""
    for value in values:
        sign = " − " if value < 0 else " + "
        text += (sign if text else ("−" if value < 0 else "")) + digits(abs(value))
    return text


def bracketed(value: float) -> str:
    """A factor: a negative one stands in brackets.

    >>> bracketed(-2), bracketed(2)
    ('(−2)', '2')
    """
    return f"({num(value)})" if value < 0 else num(value)


def shown(value: float, tolerance: float) -> str:
    """An answer with a digit more than asked for; a large whole number also in words."""
    if tolerance == 0:
        return readable(value).replace("-", "−")
    if 0 < abs(value) < _TINY:
        return num(value)
    places = max(0, 1 - math.floor(math.log10(tolerance)))
    text = f"{value:,.{places}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace("-", "−") if text != "-0" else "0"


def count(number: int, thing: str, things: str = "") -> str:
    """
    >>> count(1, "layer"), count(3, "layer")
    ('1 layer', '3 layers')
    """
    return f"{digits(number)} {thing if number == 1 else things or thing + 's'}"
