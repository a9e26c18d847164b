"""Find library calls that an exercise refuses, where the learner's own code reaches them.

Some exercises are pointless if one library call answers them. `find_refused` reads the sources of
a whole submission, runs nothing, and follows imports, aliases, helpers, classes and tables from
the names of the exercise. Code that the exercise never reaches is none of its business.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from cnnlab.check.refusal.cells import parse_cell, source_lines
from cnnlab.check.refusal.evaluate import Evaluator
from cnnlab.check.refusal.names import RefusedNames
from cnnlab.check.refusal.reach import Found, Walker
from cnnlab.check.refusal.scopes import Scope, session_scope

__all__ = ["Offence", "find_refused"]

_LONGEST_QUOTE = 200
_MOST_TOLD = 100


@dataclass(frozen=True)
class Offence:
    """One refused use.

    `called` is the canonical name, such as "torch.nn.functional.conv2d"; ".softmax" for a method
    of an unknown object; "exec" and its like where code is hidden; "torch.nn.functional.?" where a
    name is fetched in a way that cannot be read. `written` is the expression as the learner wrote
    it. `cell` counts from 0, `line` within the cell from 1. `reached_through` leads from the
    exercise to the piece of code that holds the line.
    """

    called: str
    written: str
    line_text: str
    cell: int
    line: int
    reached_through: tuple[str, ...]


def find_refused(
    sources: Sequence[str], entry_names: Sequence[str], refused: Sequence[str]
) -> list[Offence]:
    """The refused uses that the exercise reaches (the first 100), in the order of the notebook.

    `sources` are code cells in the order they run; `entry_names` the exercise's own names;
    `refused` dotted names, which may end in `*`, and methods written ".softmax". Never raises:
    what cannot be read is left out.
    """
    cells, session = _session(tuple(sources))
    names = RefusedNames(refused)
    evaluator = Evaluator(session, names)
    walker = Walker(evaluator, names)
    for name in entry_names:
        walker.walk_from(name)
    return _told(walker.found, sources, _homes(walker.found, cells))


@lru_cache(maxsize=1)  # one submission is asked about once for each of its exercises
def _session(sources: tuple[str, ...]) -> tuple[list[ast.Module | None], Scope]:
    cells = [parse_cell(source) for source in sources]
    return cells, session_scope(cells)


def _homes(found: Sequence[Found], cells: Sequence[ast.Module | None]) -> dict[int, int]:
    """The cell of every node that was found."""
    wanted = {id(one.node) for one in found}
    homes: dict[int, int] = {}
    for index, cell in enumerate(cells):
        if cell is not None and len(homes) < len(wanted):
            homes.update((id(node), index) for node in ast.walk(cell) if id(node) in wanted)
    return homes


def _told(found: Sequence[Found], sources: Sequence[str], homes: dict[int, int]) -> list[Offence]:
    """One offence for each refused name and line."""
    firsts: dict[tuple[int, int, str], Found] = {}
    for one in found:
        firsts.setdefault((homes[id(one.node)], getattr(one.node, "lineno", 1), one.called), one)
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
