"""A notebook file that was cut off: the cells before the cut are whole, and they count."""

from __future__ import annotations

import json
import re
from typing import Any

_CELLS = re.compile(r'(?<!\\)"cells"\s*:\s*\[')
_BETWEEN = re.compile(r"[\s,]*")


def whole_cells(text: str) -> list[Any]:
    """The cells that can be read from the start of a broken notebook's list of cells."""
    start = _CELLS.search(text)
    if start is None:
        return []
    decoder = json.JSONDecoder()
    cells: list[Any] = []
    position = start.end()
    while True:
        gap = _BETWEEN.match(text, position)
        position = gap.end() if gap else position
        try:
            cell, position = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            return cells
        cells.append(cell)
