"""Notebook cells as syntax trees, without IPython.

A cell may hold magics, shell lines and help marks. They are blanked or unwrapped in place, so that
line numbers stay those the learner sees. A cell that Python would refuse has done nothing in the
session either, and yields no tree.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator

# Cell magics that run the rest of the cell as Python in the session's own namespace.
_PYTHON_CELL_MAGICS = {"time", "capture", "prun", "python_session"}
# Line magics that run the rest of the line as Python in the session's own namespace.
_PYTHON_LINE_MAGICS = {"time", "prun"}

_LINE_MAGIC = re.compile(r"(?P<indent>[ \t]*)%(?P<name>\w+)(?P<rest>.*)", re.DOTALL)
_ASSIGNED_MAGIC = re.compile(
    r"(?P<target>[ \t]*[\w., \t\[\]'\"]+?[ \t]*=[ \t]*)[!%](?!=).*", re.DOTALL
)
_HELP = re.compile(r"[ \t]*(\?{1,2}[ \t]*[%\w.*]+|[%\w.*\[\]'\"]+\?{1,2})[ \t]*(#.*)?$", re.DOTALL)

# What may hide the end of a logical line: strings, comments, brackets, continued lines.
_TOKEN = re.compile(
    r"""(?P<string>\"\"\"(?:\\.|[^\\])*?\"\"\"|'''(?:\\.|[^\\])*?'''
        |"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')
    |(?P<comment>\#[^\n]*)|(?P<open>[(\[{])|(?P<close>[)\]}])
    |(?P<continued>\\\n)|(?P<newline>\n)""",
    re.DOTALL | re.VERBOSE,
)


def parse_cell(source: str) -> ast.Module | None:
    """The cell's tree, or None where it cannot be read."""
    source = "\n".join(source_lines(source))
    tree = _parse(source)
    if tree is not None:
        return tree
    plain = _without_magics(source)
    return None if plain is None or plain == source else _parse(plain)


def source_lines(source: str) -> list[str]:
    """The lines of a cell, as Python counts them."""
    return source.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff").split("\n")


def _parse(source: str) -> ast.Module | None:
    flags = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = compile(source, "<cell>", "exec", flags=flags, dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return tree if isinstance(tree, ast.Module) else None


def _without_magics(source: str) -> str | None:
    """The cell with IPython's own syntax replaced, line for line; None for another language."""
    first = re.match(r"\s*%%(\w+)[^\n]*", source)
    if first:
        if first[1] not in _PYTHON_CELL_MAGICS:
            return None
        blank_lines = "\n" * first[0].count("\n")
        source = blank_lines + source[first.end() :]
    return "".join(_replaced(line) for line in _logical_lines(source))


def _logical_lines(source: str) -> Iterator[str]:
    """Pieces of the source that begin where a statement may begin."""
    start = position = depth = 0
    while True:
        # A magic's text is no Python: its quotes and brackets must not swallow what follows.
        if position == start and re.match(r"[ \t]*[!%?]", source[start : start + 200]):
            end = re.compile(r"(?:\\\n|[^\n])*\n?").match(source, start)
            if end is None or end.end() == start:
                break
            yield source[start : end.end()]
            start = position = end.end()
            continue
        token = _TOKEN.search(source, position)
        if token is None:
            break
        position = token.end()
        if token["open"]:
            depth += 1
        elif token["close"]:
            depth = max(depth - 1, 0)
        elif token["newline"] and depth == 0:
            yield source[start:position]
            start = position
    if start < len(source):
        yield source[start:]


def _replaced(line: str) -> str:
    body = line.rstrip("\n")
    newlines = "\n" * line.count("\n")
    indent = body[: len(body) - len(body.lstrip(" \t"))]
    if body.lstrip(" \t").startswith("!") or _HELP.fullmatch(body):
        return f"{indent}pass{newlines}"
    magic = _LINE_MAGIC.fullmatch(body)
    if magic:
        statement = magic["rest"].strip()
        if magic["name"] in _PYTHON_LINE_MAGICS and _parse(statement) is not None:
            return f"{indent}{statement}{newlines}"
        return f"{indent}pass{newlines}"
    assigned = _ASSIGNED_MAGIC.fullmatch(body)
    if assigned:
        return f"{assigned['target']}None{newlines}"
    return line
