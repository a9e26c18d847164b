"""A guess as people type it, read as a number or a shape: "154 million", "~150", "0,5", "4 x 4"."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal

from cnnlab.readable import SCALES

_ABOUT = re.compile(
    r"^(?:~|≈|≃|∼|about|around|approximately|approx\.?|roughly|circa|ca\.?|nearly|almost|maybe|"
    r"perhaps|i think|i guess|some)\s*",
    re.IGNORECASE,
)
_FACTOR = re.compile(
    r"""(?P<sign>[-+−]?)\s*
        (?P<digits>\d[\d,.'’_\xa0\u2009\u202f]*(?:\ \d{3}(?!\d))*|[.,]\d+)
        (?:e(?P<exponent>[-+−]?\d+)|\s*(?:\^|\*\*)\s*(?P<power>[-+−]?\d+))?""",
    re.IGNORECASE | re.VERBOSE,
)
_TIMES = re.compile(r"\s*[x×*·]\s*(?=\d)", re.IGNORECASE)
_SCALE_WORDS = {
    **SCALES,
    **{f"{word}s": scale for word, scale in SCALES.items()},
    **{"hundred": 100, "hundreds": 100, "dozen": 12},
    **{"k": 10**3, "m": 10**6, "mio": 10**6, "mln": 10**6, "b": 10**9, "bn": 10**9},
}
_PARTS = {"half": "0.5", "third": f"{1 / 3}", "quarter": "0.25", "fifth": "0.2", "tenth": "0.1"}
_UP_TO_TWELVE = (
    *("zero", "one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)
_NUMBER_WORDS = {
    **{"a": "1", "an": "1", "no": "0", "none": "0", "nothing": "0"},
    **{word: part for name, part in _PARTS.items() for word in (name, f"{name}s")},
    "halves": "0.5",
    **{word: str(number) for number, word in enumerate(_UP_TO_TWELVE)},
    **{"twenty": "20", "thirty": "30", "forty": "40", "fifty": "50"},
}
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_BETWEEN_SIDES = re.compile(r"\s*(?:,|;|×|x|\*|\bby\b|\s)\s*", re.IGNORECASE)
_FEWEST_DIGITS = 2
_ROUND = 10**4  # 150,000 is a rounded number; 1,000 may be meant exactly


@dataclass(frozen=True)
class Number:
    """A number and how it was written, which says how exactly it is meant."""

    value: float
    digits: int = 15
    """How many of its digits count: 2 in "about 150", 3 in "154 million"."""
    percent: bool = False
    scaled: bool = False
    """Whether its size was written, too, as in "154 million": then no unit is to be added."""

    def rounds_to(self, other: float) -> bool:
        """Whether `other` is this number, to the digits that were given (to two at least)."""
        count = max(self.digits, _FEWEST_DIGITS)
        return math.isclose(_rounded(self.value, count), _rounded(other, count), rel_tol=1e-9)

    def times(self, scale: float) -> Number:
        return Number(self.value * scale, self.digits, scaled=True)


def number_in(guess: object) -> Number | None:
    """What was typed, read as a number; None for what is no number."""
    if isinstance(guess, bool):
        return None
    if isinstance(guess, (int, float)):
        return _number(Decimal(str(guess))) if math.isfinite(guess) else None
    return _in_text(guess) if isinstance(guess, str) else None


def shape_in(guess: object) -> tuple[float, ...] | None:
    """What was typed, read as the sides of a shape: (4, 4), "4 x 4", "16, 5, 5"."""
    if isinstance(guess, (list, tuple)):
        read = [number_in(side) for side in guess]
    elif isinstance(guess, str):
        inside = re.sub(r"^[a-z._ ]*[(\[]+|[)\]]+$", "", guess.strip(), flags=re.IGNORECASE)
        read = [number_in(side) for side in _BETWEEN_SIDES.split(inside) if side]
    else:
        read = [number_in(guess)]
    sides = tuple(side.value for side in read if side is not None)
    return sides if sides and len(sides) == len(read) else None


def _in_text(text: str) -> Number | None:
    rest = text.strip()
    without = _ABOUT.sub("", rest)
    about, rest = without != rest, without.strip().rstrip(".!")
    fraction = re.fullmatch(r"(\d+)\s*/\s*(\d+)", rest)
    if fraction and int(fraction[2]):
        return Number(int(fraction[1]) / int(fraction[2]), digits=3)
    try:
        value, exact, end = _product(rest)
    except (ArithmeticError, ValueError):
        return None  # 9**9999 and the like
    if end == 0:
        return _in_words(rest)
    after = rest[end:]
    if re.search(r"\d", after) and not re.match(r"\s*(out )?of\b", after):
        return None  # 150 to 160, or a shape
    word, *_ = [*re.findall(r"[^\W\d_]+|%", after), ""]
    scale = _SCALE_WORDS.get(word.lower(), 1)
    if scale == 1 and len(word) > 2 and after.startswith(word):
        return None  # a name that begins with a digit
    if not math.isfinite(float(value)):
        return None
    number = _number(value * scale, exact=exact and scale == 1 and not about)
    percent = word.lower() in ("%", "percent", "pct") or after.strip().lower() == "per cent"
    return Number(number.value, number.digits, percent, scaled=not exact or scale != 1)


def _product(text: str) -> tuple[Decimal, bool, int]:
    """What "3 × 224 × 224" or "1.5e8" begins with: its value, whether without powers, its end."""
    value, exact, end = Decimal(1), True, 0
    text = re.sub(r"[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+", lambda raised: "^" + raised[0].translate(_RAISED), text)
    while found := _FACTOR.match(text, end):
        power = int((found["power"] or "1").replace("−", "-"))
        value *= _decimal(found) ** power
        exact = exact and found["power"] is None and found["exponent"] is None
        end = found.end()
        times = _TIMES.match(text, end)
        if times is None:
            break
        end = times.end()
    return value, exact, end


def _in_words(text: str) -> Number | None:
    """ "half a million", "two thirds", "ten": factors, multiplied."""
    words = re.findall(r"[a-z]+", text.lower())
    factors = [_NUMBER_WORDS.get(word, str(_SCALE_WORDS.get(word, ""))) for word in words]
    if not words or "" in factors or words[0] in ("k", "m", "b"):
        return None
    if words in (["a"], ["an"]):
        return None
    value = math.prod(Decimal(factor) for factor in factors)
    scaled = any(_SCALE_WORDS.get(word, 0) >= 1000 for word in words)
    return Number(float(value), digits=3, scaled=scaled)


def _decimal(found: re.Match[str]) -> Decimal:
    """The number of a match: commas between thousands or before a fraction, both are read."""
    text = re.sub(r"[\s'’_]", "", found["digits"]).rstrip(",.")
    commas, dots = text.count(","), text.count(".")
    if commas and dots:  # the last of the two is the decimal one
        decimal = max(",", ".", key=text.rfind)
        text = text.replace("," if decimal == "." else ".", "").replace(decimal, ".")
    elif commas and not re.fullmatch(r"[1-9]\d{0,2}(,\d{3})+", text):
        text = text.replace(",", ".")
    else:
        text = text.replace(",", "")
        if dots > 1:
            text = text.replace(".", "")
    value = Decimal(text).scaleb(int((found["exponent"] or "0").replace("−", "-")))
    return -value if found["sign"] in ("-", "−") else value


def _number(value: Decimal, exact: bool = True) -> Number:
    """With every digit of a plain whole number counting, zeros at its end too; of others not."""
    counting = len(value.normalize().as_tuple().digits)
    whole = value == value.to_integral_value()
    if exact and whole and not (abs(value) >= _ROUND and value % 1000 == 0):
        counting = len(str(abs(int(value))))
    return Number(float(value), counting)


def _rounded(value: float, count: int) -> float:
    """`value` to `count` digits, halves away from zero as people round them."""
    if value == 0 or not math.isfinite(value):
        return value
    place = count - 1 - math.floor(math.log10(abs(value)))
    return float(round(Decimal(repr(float(value))) * (1 + Decimal("1e-12")), place))
