"""One form for every notebook: nbformat 4.5, sources as text, nothing that was computed.

nbformat's own conversion stops at the first thing that it does not expect. A submission is read
for the learner's sources alone, so whatever else is odd in it can simply be left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nbformat import NotebookNode

_KINDS = ("code", "markdown", "raw")
_LONGEST_ID = 64


def is_notebook(content: object) -> bool:
    """Whether this JSON value has a notebook's list of cells."""
    if not isinstance(content, dict):
        return False
    cells = content.get("cells")
    if isinstance(cells, list):
        # An empty list may stand in any file; only a notebook says which format it has.
        return isinstance(content.get("nbformat"), int) or any(map(normal_cell, cells))
    return bool(_worksheets(content))


def normal_notebook(content: Mapping[str, Any]) -> tuple[NotebookNode, list[str]]:
    """The notebook in `content`, and what was odd about it. Outputs are left behind."""
    worksheets = _worksheets(content)
    found = content.get("cells")
    listed = found if isinstance(found, list) else [c for sheet in worksheets for c in sheet]
    cells = [normal for cell in listed if (normal := normal_cell(cell)) is not None]
    metadata = content.get("metadata")
    notebook = NotebookNode(
        cells=cells,
        metadata=_plain(metadata) if isinstance(metadata, Mapping) else NotebookNode(),
        nbformat=4,
        nbformat_minor=5,
    )
    repaired = []
    if worksheets and not isinstance(found, list):
        repaired.append("The notebook has the format of an old Jupyter; it was converted.")
    if len(cells) < len(listed):
        lost = len(listed) - len(cells)
        repaired.append(f"{lost} entries of the file were no cells and were left out.")
    return notebook, repaired


def normal_cell(cell: object) -> NotebookNode | None:
    """A cell with its kind, source, metadata and id; None for what is no cell at all."""
    if not isinstance(cell, Mapping):
        return None
    source = _text(cell.get("source", cell.get("input")))
    if source is None:
        return None
    kind, own_id, metadata = cell.get("cell_type"), cell.get("id"), cell.get("metadata")
    made = make_cell(kind if kind in _KINDS else "markdown", source)
    made.metadata = _plain(metadata) if isinstance(metadata, Mapping) else NotebookNode()
    made.id = own_id if isinstance(own_id, str) and 0 < len(own_id) <= _LONGEST_ID else ""
    return made


def make_cell(kind: str, source: str, cell_id: str = "") -> NotebookNode:
    """A cell with nothing but its source. (nbformat's own makers check a schema: too slow.)"""
    cell = NotebookNode(cell_type=kind, id=cell_id, metadata=NotebookNode(), source=source)
    if kind == "code":
        cell.update(outputs=[], execution_count=None)
    return cell


def plain(source: str) -> str:
    """A source without the differences that nobody sees."""
    return "\n".join(line.rstrip() for line in source.strip().splitlines())


def _worksheets(content: Mapping[str, Any]) -> list[list[Any]]:
    """The cells of each sheet of a notebook in a format before 4."""
    sheets = content.get("worksheets")
    if not isinstance(sheets, list):
        return []
    cells = [sheet.get("cells") for sheet in sheets if isinstance(sheet, Mapping)]
    return [found for found in cells if isinstance(found, list)]


def _text(source: object) -> str | None:
    """A source in any of its forms, as text that UTF-8 can write and Python can read."""
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    if not isinstance(source, str):
        return None
    source = source.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    return source.encode("utf-8", "replace").decode("utf-8")


def _plain(metadata: Mapping[str, Any]) -> NotebookNode:
    """Metadata as nbformat holds it, one level deep below; the rest of it says nothing to us."""
    return NotebookNode(
        {
            key: NotebookNode(value) if isinstance(value, Mapping) else value
            for key, value in metadata.items()
            if isinstance(key, str)
        }
    )
