"""Numbers as people read them: 154140672 is 154,140,672, or about 154 million."""

from __future__ import annotations

import math
from typing import Any

SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_IN_WORDS_FROM = 10**6  # smaller numbers are read well as they stand
_LONGEST_PLAIN = 10**15


def plain(value: Any) -> Any:
    """A number of torch or numpy, or a shape, as Python's own."""
    if isinstance(value, (list, tuple)):
        return tuple(plain(part) for part in value)
    item = getattr(value, "item", None)
    if item is not None and getattr(value, "shape", None) in ((), (1,)):
        return item()
    return value


def readable(value: Any) -> str:
    """`value` as text for people; a large number also in words."""
    value = plain(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return str(value)
    words = in_words(value)
    return f"{digits(value)} ({words})" if words else digits(value)


def digits(value: float) -> str:
    """A number with commas between thousands; a fraction to four digits that count."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if abs(value) >= _LONGEST_PLAIN:
        return f"{value:.3g}"
    if value == int(value):
        return f"{int(value):,}"
    if abs(value) >= 1000:
        return f"{value:,.1f}"
    return f"{value:.4g}"


def in_words(value: float) -> str:
    """'about 154 million', '2.5 million'; empty for what needs no words."""
    if not math.isfinite(value) or not _IN_WORDS_FROM <= abs(value) < _LONGEST_PLAIN:
        return ""
    rounded = float(f"{value:.3g}")
    word = max((word for word in SCALES if SCALES[word] <= abs(rounded)), key=SCALES.__getitem__)
    about = "" if math.isclose(rounded, value, rel_tol=1e-12) else "about "
    return f"{about}{rounded / SCALES[word]:g} {word}"
