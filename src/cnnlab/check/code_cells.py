"""Notebook cells as syntax trees, without IPython.

A cell may hold magics, shell lines and help marks. They are blanked or unwrapped line by line, so
that line numbers stay those the learner sees. A cell that Python would refuse has done nothing in
the session either, and yields no tree. All of this takes time in proportion to the cell's length.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator, Sequence
from functools import lru_cache

# Words and signs. Nobody types more into one cell or notebook: a lesson has 8,000.
MOST_IN_A_CELL, MOST_IN_ALL = 100_000, 400_000
# What is kept for the next question is bounded: so many trees of so many letters.
_LONGEST_KEPT, _MOST_KEPT = 20_000, 512

# Cell and line magics that run what follows as Python in the session's own namespace.
_PYTHON_CELL_MAGICS = {"time", "capture", "prun", "python_session"}
_PYTHON_LINE_MAGICS = {"time", "prun"}

_TOKEN = re.compile(r"\w+|[^\w\s]")
_CELL_MAGIC = re.compile(r"%%(\w+)")
_LINE_MAGIC = re.compile(r"%(\w+)(.*)")
_NAMES = re.compile(r"[\w., \t\[\]'\"]+")
_LONGEST_MAGIC = 1000


def parse_cell(source: str) -> ast.Module | None:
    """The cell's tree, or None where it cannot be read."""
    return _kept(source) if len(source) <= _LONGEST_KEPT else _read(source)


def parse_cells(sources: Sequence[str]) -> list[ast.Module | None]:
    """The tree of each cell. The first ones are left out if all together are too much to read."""
    return [
        None if too_much else parse_cell(source)
        for source, too_much in zip(sources, beyond_reading(sources), strict=True)
    ]


def beyond_reading(sources: Sequence[str]) -> list[bool]:
    """Whether each cell is left unread: a huge one, and the first ones of very many."""
    left, found = MOST_IN_ALL, []
    for source in reversed(sources):
        size = sum(1 for _ in _TOKEN.finditer(source))
        found.append(size > min(MOST_IN_A_CELL, left))
        left -= 0 if found[-1] else size
    return found[::-1]


def source_lines(source: str) -> list[str]:
    """The lines of a cell, as Python counts them."""
    return source.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff").split("\n")


def other_lines(source: str) -> Iterator[tuple[int, str]]:
    """Number and text of the lines of a cell that are no Python: magics, shell and help lines.

    Where the cell cannot be read at all, these are all of its lines.
    """
    lines = source_lines(source)
    if _parse("\n".join(lines)) is not None:
        return
    readable = parse_cell(source) is not None
    for number, line in enumerate(lines, start=1):
        if text := _magic_in(line) if readable else line.strip():
            yield number, text


def too_deep(source: str) -> bool:
    """Whether a cell is nested too deeply to be read here, which need not keep it from running."""
    try:
        ast.parse("\n".join(source_lines(source)))
    except (RecursionError, MemoryError):
        return True
    except (SyntaxError, ValueError):
        return False
    return False


def _read(source: str) -> ast.Module | None:
    tree = _parse("\n".join(source_lines(source)))
    if tree is not None:
        return tree
    plain = _without_magics(source_lines(source))
    return None if plain is None else _parse(plain)


_kept = lru_cache(_MOST_KEPT)(_read)


def _parse(source: str) -> ast.Module | None:
    flags = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = compile(source, "<cell>", "exec", flags=flags, dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return tree if isinstance(tree, ast.Module) else None


def _without_magics(lines: list[str]) -> str | None:
    """The cell with IPython's own syntax replaced, line for line; None for another language."""
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    if cell_magic := _CELL_MAGIC.match(lines[first].lstrip()):
        if cell_magic[1] not in _PYTHON_CELL_MAGICS:
            return None
        lines = [*[""] * (first + 1), *lines[first + 1 :]]
    plain: list[str] = []
    continued = False
    for line in lines:
        magic = line if continued else _magic_in(line)
        continued = bool(magic) and line.endswith("\\")
        plain.append(_replaced(line, magic) if magic else line)
    return "\n".join(plain)


def _magic_in(line: str) -> str:
    """The part of a line that is no Python: a magic, a shell command, a question; else nothing."""
    text = line.strip()
    if len(line) > _LONGEST_MAGIC and not text.startswith("!"):
        return ""
    if text.startswith(("!", "?")) or _LINE_MAGIC.match(text) or _CELL_MAGIC.match(text):
        return text
    before, _, after = line.partition("=")
    if after.lstrip().startswith(("!", "%")) and _NAMES.fullmatch(before):
        return after.strip()
    asked = text.partition("#")[0].rstrip()
    return asked if asked.endswith("?") else ""


def _replaced(line: str, magic: str) -> str:
    indent = line[: len(line) - len(line.lstrip(" \t"))]
    found = _LINE_MAGIC.match(magic)
    if found and found[1] in _PYTHON_LINE_MAGICS and _parse(found[2].strip()) is not None:
        return indent + found[2].strip()
    before, _, after = line.partition("=")
    if after and after.strip() == magic:
        return f"{before}= None"
    return f"{indent}pass"
