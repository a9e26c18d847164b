"""Code that a grading machine cannot run, made harmless so that it costs itself only."""

from __future__ import annotations

import ast
import re

from autograder.submissions.code import (
    Definition,
    first_line,
    source_lines,
    tree_of,
)

_INSTALL = re.compile(
    r"^([ \t]*)((?:[!%][ \t]*(?:sudo[ \t]+)?)?"
    r"(?:(?:uv[ \t]+)?pip3?|(?:python3?|\{sys\.executable\})[ \t]+-m[ \t]+pip|conda|mamba"
    r"|apt(?:-get)?)[ \t]+(?:-\S+[ \t]+)*install\b.*(?:\\\n.*)*)$",
    re.MULTILINE,
)
_WINDOWS = re.compile(r"^([ \t]*)(%matplotlib[ \t]+(?!inline\b|agg\b)\S+.*)$", re.MULTILINE)
_TIMED = re.compile(r"\A(\s*)(%%(?:time|timeit|capture|prun)\b)")

NOT_INSTALLED = "Lines that install packages were not run: grading works with what is installed."


def without_installs(source: str) -> tuple[str, bool]:
    """The source with installations, windows and stop-watches as comments; whether it installs."""
    quiet, installs = _INSTALL.subn(_commented, source)
    quiet = _WINDOWS.sub(_commented, quiet)
    return _TIMED.sub(r"\1# \2", quiet), installs > 0


def isolate(source: str) -> list[str]:
    """The source in pieces that mean the same, run one after the other.

    Jupyter drops the rest of a cell at the first line that fails. What a learner tried out above a
    function (a call, `input()`, a plot) shall not take the function with it.
    """
    tree = tree_of(source)
    if tree is None or source.lstrip().startswith("%%"):
        return [source]
    lines = source_lines(source)
    cuts = [0]
    risky = False
    for statement in tree.body:
        if isinstance(statement, Definition):
            if risky:
                cuts.append(_with_comment_above(first_line(statement) - 1, lines))
            risky = False
        else:
            risky = risky or _may_fail(statement)
    pieces = [lines[start:end] for start, end in zip(cuts, [*cuts[1:], len(lines)], strict=True)]
    return ["\n".join(piece).strip("\n") for piece in pieces if "".join(piece).strip()] or [source]


def names_constants(source: str) -> bool:
    """Whether this gives names to constants and does nothing else, which cannot fail."""
    tree = tree_of(source)
    return (
        tree is not None
        and bool(tree.body)
        and all(
            isinstance(statement, ast.Assign)
            and isinstance(statement.value, ast.Constant)
            and all(isinstance(target, ast.Name) for target in statement.targets)
            for statement in tree.body
        )
    )


def _may_fail(statement: ast.stmt) -> bool:
    """Whether a statement does more than name things."""
    if isinstance(statement, ast.Import | ast.ImportFrom | ast.Pass):
        return False
    if isinstance(statement, ast.Expr):
        return not isinstance(statement.value, ast.Constant)
    if isinstance(statement, ast.Assign | ast.AnnAssign):
        called = (node.func for node in ast.walk(statement) if isinstance(node, ast.Call))
        return any(isinstance(function, ast.Name) and function.id == "input" for function in called)
    return True


def _with_comment_above(line: int, lines: list[str]) -> int:
    while line > 0 and lines[line - 1].lstrip().startswith("#"):
        line -= 1
    return line


def _commented(match: re.Match[str]) -> str:
    text = match[2].replace("\\\n", " ").replace("\n", " ")
    return f"{match[1]}pass  # not run in grading: {text}"
