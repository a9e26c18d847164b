"""What a lint found, and where: in the words and lines of the learner."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from cnnlab.check.code_cells import source_lines

_LONGEST_QUOTE = 200
_MOST_TOLD = 100


@dataclass(frozen=True)
class Offence:
    """One refused use.

    `called` is the canonical name, such as "torch.nn.functional.conv2d", or ".softmax" for a method
    of an unknown object. `written` is the expression as the learner wrote it. `cell` counts from 0,
    `line` within the cell from 1. `reached_through` leads from the exercise to the piece of code
    that holds the line.
    """

    called: str
    written: str
    line_text: str
    cell: int
    line: int
    reached_through: tuple[str, ...]


@dataclass(frozen=True)
class Found:
    """One refused use: the name, the node that uses it, its cell, and the names that lead there."""

    called: str
    node: ast.AST
    cell: int
    reached_through: tuple[str, ...]


def told(found: Sequence[Found], sources: Sequence[str]) -> list[Offence]:
    """One offence for each refused name and line."""
    firsts: dict[tuple[int, int, str], Found] = {}
    for one in found:
        firsts.setdefault((one.cell, getattr(one.node, "lineno", 1), one.called), one)
    lines = {cell: source_lines(sources[cell]) for cell in {cell for cell, _, _ in firsts}}
    offences = []
    for cell, line, called in sorted(firsts)[:_MOST_TOLD]:
        one = firsts[cell, line, called]
        text = lines[cell][line - 1].strip() if line <= len(lines[cell]) else ""
        written = text if isinstance(one.node, ast.stmt) else _as_written(one.node, lines[cell])
        offences.append(Offence(called, written or text, text, cell, line, one.reached_through))
    return offences


def _as_written(node: ast.AST, lines: Sequence[str]) -> str:
    """The source of a node on one line. Python counts columns in UTF-8 bytes."""
    first, last = getattr(node, "lineno", 1) - 1, getattr(node, "end_lineno", 1)
    piece = [line.encode("utf-8", "replace") for line in lines[first:last]]
    if not piece:
        return ""
    piece[-1] = piece[-1][: getattr(node, "end_col_offset", None)]
    piece[0] = piece[0][getattr(node, "col_offset", 0) :]
    whole = b" ".join(piece).decode("utf-8", "replace")
    return " ".join(whole.split())[:_LONGEST_QUOTE]
