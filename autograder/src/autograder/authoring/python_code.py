"""Whether a notebook's code cell is Python, IPython's magics allowed."""

from __future__ import annotations

import ast


def syntax_error(source: str) -> SyntaxError | None:
    """The error that running the cell would raise before its first statement, if any."""
    from IPython.core.inputtransformer2 import TransformerManager  # slow to import

    try:
        transformed = TransformerManager().transform_cell(source)
        compile(transformed, "<cell>", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    except SyntaxError as error:
        return error
    return None
