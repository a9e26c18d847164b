"""The lesson's imports, for notebooks that lose them: a `del torch` shall cost no exercise."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from nbformat import NotebookNode

from autograder.cells import is_exercise
from autograder.submissions.code import tree_of
from autograder.submissions.rebuild import is_learners_own


def bring_back_imports(cells: Iterable[NotebookNode]) -> str:
    """Code that imports what those of `cells` import which are the lesson's, if it is gone."""
    lines = [
        line
        for cell in cells
        if not is_exercise(cell) and not is_learners_own(cell)
        for line in _imports(cell.source)
    ]
    return "\n".join(dict.fromkeys(lines))


def _imports(source: str) -> Iterator[str]:
    tree = tree_of(source)
    for statement in tree.body if tree else []:
        if not isinstance(statement, ast.Import | ast.ImportFrom):
            continue
        for alias in statement.names:
            name = (alias.asname or alias.name).split(".")[0]
            alone = type(statement)(**{**vars(statement), "names": [alias]})
            yield f"if {name!r} not in globals(): {ast.unparse(alone)}"
