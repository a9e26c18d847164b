"""A notebook's cells without a kernel: which of them grading runs, and running them here."""

from __future__ import annotations

import linecache
from collections.abc import Callable, Mapping, Sequence
from types import CodeType
from typing import Any

EXPLORE = "explore"


def runs_in_grading(cell: Mapping[str, Any]) -> bool:
    """Whether grading runs this cell of a notebook.

    Experiments are for the learner, and the visible check in a test cell decides nothing.
    """
    return bool(cell["cell_type"] == "code") and not is_experiment(cell) and not is_graded(cell)


def is_experiment(cell: Mapping[str, Any]) -> bool:
    """Whether this is code that the lesson tags as not needed for its exercises."""
    tags = _metadata(cell).get("tags")
    return bool(cell["cell_type"] == "code") and isinstance(tags, list) and EXPLORE in tags


def is_graded(cell: Mapping[str, Any]) -> bool:
    """Whether nbgrader gives points for this cell: a test, or an answer in words."""
    marks = _metadata(cell).get("nbgrader")
    return isinstance(marks, Mapping) and bool(marks.get("grade"))


def run_cells(
    sources: Sequence[str], on_error: Callable[[int, Exception], None] | None = None
) -> dict[str, Any]:
    """The variables after running the cells as IPython does.

    After an error the next cell runs all the same; `on_error` is told of it, with the cell's place.
    Cells must be trusted, or the learner's own: they run in this process.
    """
    namespace: dict[str, Any] = {"__name__": "__main__", "get_ipython": _NoShell}
    for number, source in enumerate(sources):
        try:
            exec(_compiled(source, f"<cell {number}>"), namespace)
        except Exception as problem:  # a cell may raise anything; the checks go on
            if on_error is not None:
                on_error(number, problem)
    return namespace


class _NoShell:
    """Stands where IPython would: magics and `!` commands are passed over."""

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *args, **kwargs: None


def _compiled(source: str, filename: str) -> CodeType:
    try:
        code = compile(source, filename, "exec")
    except SyntaxError:
        from IPython.core.inputtransformer2 import TransformerManager

        source = TransformerManager().transform_cell(source)
        code = compile(source, filename, "exec")
    # so that a message can quote the line that failed
    linecache.cache[filename] = (len(source), None, source.splitlines(True), filename)
    return code


def _metadata(cell: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the cell says about itself; anybody may have edited it."""
    metadata = cell.get("metadata")
    return metadata if isinstance(metadata, Mapping) else {}
