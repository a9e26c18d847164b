"""An answer as people type it: a number, a sum such as 64·(27 + 1), a shape, or a letter."""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable, Sequence

from cnnlab.guesses import Number, number_in, shape_in

LETTERS = "abcdefgh"
_OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
}
_SIGNS = str.maketrans({"×": "*", "·": "*", "−": "-", "÷": "/", ":": "/", "^": "?"})
_LONGEST = 80  # characters; no sum that people type is longer


def number(answer: object) -> Number | None:
    """The number that was meant; None where there is none to be read.

    >>> number("1,792").value, number("~154 million").value, number("64*(27+1)").value
    (1792.0, 154000000.0, 1792.0)
    """
    return number_in(answer) or (_sum(answer) if isinstance(answer, str) else None)


def shape(answer: object) -> tuple[int, ...] | None:
    """The shape that was meant, sides as whole numbers.

    >>> shape("16 x 14 x 14"), shape([16, 14, 14]), shape("torch.Size([16, 14, 14])")
    ((16, 14, 14), (16, 14, 14), (16, 14, 14))
    """
    sides = shape_in(answer)
    if sides is None or any(side != int(side) for side in sides):
        return None
    return tuple(int(side) for side in sides)


def chosen(answer: object, texts: Sequence[str]) -> int | None:
    """The number of the choice that was meant: by its letter, or by its own words.

    >>> chosen(" B) ", ["up", "down"]), chosen("Down", ["up", "down"]), chosen("z", ["up", "down"])
    (1, 1, None)
    """
    said = str(answer).strip().casefold()
    letter = said.strip("().: ")
    if len(letter) == 1 and letter in LETTERS[: len(texts)]:
        return LETTERS.index(letter)
    words = [text.strip().rstrip(".").casefold() for text in texts]
    return words.index(said.rstrip(".")) if said.rstrip(".") in words else None


def _sum(text: str) -> Number | None:
    """A sum worked out, with + − · / and brackets and nothing else."""
    typed = re.sub(r"(?<=\d)[,_ ](?=\d{3}(?!\d))", "", text.strip().rstrip("=").translate(_SIGNS))
    typed = re.sub(r"(?<=\d),(?=\d)", ".", typed)
    if len(typed) > _LONGEST or not re.fullmatch(r"[\d.+\-*/() ]+", typed) or "**" in typed:
        return None
    try:
        value = _value(ast.parse(typed.strip(), mode="eval").body)
    except (SyntaxError, ValueError, ArithmeticError, RecursionError, MemoryError):
        return None
    return Number(value) if math.isfinite(value) else None


def _value(node: ast.expr) -> float:
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        return float(_OPERATORS[type(node.op)](_value(node.left), _value(node.right)))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        value = _value(node.operand)
        return -value if isinstance(node.op, ast.USub) else value
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        return float(node.value)
    raise ValueError("not a sum")
