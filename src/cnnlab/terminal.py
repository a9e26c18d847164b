"""Calm output for terminals and notebooks: a tick, a cross, aligned columns."""

from __future__ import annotations

import os
import sys
import textwrap
from collections.abc import Sequence

TICK, CROSS = "✓", "✗"
WIDTH = 96


def in_notebook() -> bool:
    """True inside a Jupyter kernel."""
    if "IPython" not in sys.modules:
        return False
    from IPython.core.getipython import get_ipython

    return getattr(get_ipython(), "kernel", None) is not None


def wrap(text: str, indent: str = "", width: int = WIDTH) -> str:
    return textwrap.fill(
        text,
        width,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def table(
    header: Sequence[str], rows: Sequence[Sequence[object]], right: Sequence[int] = ()
) -> str:
    """Aligned columns; the columns whose numbers stand in `right` are right-aligned."""
    cells = [[str(cell) for cell in row] for row in [header, *rows]]
    widths = [max(len(row[column]) for row in cells) for column in range(len(header))]
    lines = []
    for row in cells:
        padded = [
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(padded).rstrip())
    lines.insert(1, "  ".join("─" * width for width in widths))
    return "\n".join(lines)


def colour(text: str, code: str) -> str:
    """`text` in an ANSI colour, where the terminal shows colours and nobody switched them off."""
    if os.environ.get("NO_COLOR") or not sys.stdout.isatty():
        return text
    return f"\x1b[{code}m{text}\x1b[0m"


def good(text: str) -> str:
    return colour(text, "32")


def bad(text: str) -> str:
    return colour(text, "31")


def faint(text: str) -> str:
    return colour(text, "2")
