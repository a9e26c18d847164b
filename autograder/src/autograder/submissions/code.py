"""What a cell's code defines and what it needs, found without running it."""

from __future__ import annotations

import ast
import builtins
import re
import symtable
from collections.abc import Iterable, Iterator
from functools import lru_cache

from cnnlab.check.code_cells import parse_cell, source_lines

# Nobody types more into one cell; a tree of such a text would take long and tell nothing.
LONGEST_SOURCE = 200_000

_DEFINITION = re.compile(
    r"^(?:(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)|(\w+)[ \t]*(?::[^=\n]*)?=(?!=))", re.MULTILINE
)
# Most cells of a class are the same in many submissions.
REMEMBERED = 256
_BUILTINS = frozenset(dir(builtins))

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def tree_of(source: str) -> ast.Module | None:
    """The cell's syntax tree; None where Python could not read it."""
    return None if len(source) > LONGEST_SOURCE else parse_cell(source)


@lru_cache(REMEMBERED)
def defined_names(source: str) -> frozenset[str]:
    """The names that a cell gives a value at its top level, even where a slip keeps it from it."""
    tree = tree_of(source)
    try:
        if tree is not None:
            return frozenset(name for item in tree.body for name in names_bound(item))
    except RecursionError:  # a chain of thousands of elif
        pass
    return frozenset(first or second for first, second in _DEFINITION.findall(source))


def names_bound(statement: ast.stmt) -> Iterator[str]:
    """The names that one statement gives a value, those inside its blocks included."""
    if isinstance(statement, Definition):
        yield statement.name
        return
    for node in ast.iter_child_nodes(statement):
        if isinstance(node, ast.stmt):
            yield from names_bound(node)
        elif isinstance(node, ast.alias):
            yield (node.asname or node.name).split(".")[0]
        elif isinstance(node, ast.ExceptHandler):
            for inner in node.body:
                yield from names_bound(inner)
        else:
            for inner_node in ast.walk(node):
                if isinstance(inner_node, ast.Name) and isinstance(inner_node.ctx, ast.Store):
                    yield inner_node.id


@lru_cache(REMEMBERED)
def needed_names(source: str) -> frozenset[str]:
    """The names that a cell's code takes from other cells, in its functions as well."""
    tree = tree_of(source)
    if tree is None:
        return frozenset()
    try:
        top = symtable.symtable(ast.unparse(tree), "<cell>", "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset()
    return frozenset(name for table in _tables(top) for name in _taken(table)) - _BUILTINS


def statement_text(statement: ast.stmt, lines: list[str]) -> str:
    """A statement as the learner wrote it, decorators included."""
    return "\n".join(lines[first_line(statement) - 1 : statement.end_lineno])


def first_line(statement: ast.stmt) -> int:
    decorators = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(node.lineno for node in decorators)])


def all_defined(sources: Iterable[str]) -> set[str]:
    return {name for source in sources for name in defined_names(source)}


def _tables(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    yield table
    for child in table.get_children():
        yield from _tables(child)


def _taken(table: symtable.SymbolTable) -> Iterator[str]:
    """The names that one scope reads and does not make itself."""
    for symbol in table.get_symbols():
        made_here = symbol.is_assigned() or symbol.is_imported() or symbol.is_parameter()
        if not symbol.is_referenced():
            continue
        if table.get_type() == "module":
            if not made_here:
                yield symbol.get_name()
        elif symbol.is_global():
            yield symbol.get_name()


__all__ = [
    "REMEMBERED",
    "Definition",
    "all_defined",
    "defined_names",
    "first_line",
    "names_bound",
    "needed_names",
    "source_lines",
    "statement_text",
    "tree_of",
]
