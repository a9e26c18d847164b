"""lesson.py as a list of cells, and back.

The text is jupytext's py:percent format. Blank lines between cells are layout, not content: they
are kept beside a cell, so that writing cells that were not edited gives back the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import jupytext
import nbformat.v4
from jsonschema import ValidationError
from jupytext.formats import get_format_implementation

from autograder.errors import LessonError

_FORMAT = {"extension": ".py", "format_name": "percent"}
# What jupytext remembers about the spelling of a cell. It says nothing about the lesson.
_LAYOUT = ("lines_to_next_cell", "lines_to_end_of_cell_marker", "cell_marker")


@dataclass(frozen=True)
class LessonCell:
    """One cell: its kind ("code", "markdown", "raw"), text, and the attributes after `# %%`."""

    kind: str
    source: str
    attributes: dict[str, Any]
    line: int = field(default=0, compare=False)  # of its `# %%` marker, 1-based
    layout: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def tags(self) -> list[str]:
        return list(self.attributes.get("tags", []))

    def line_of(self, text: str, start: int = 0) -> int:
        """The lesson's line on which `text` first appears in this cell (else the marker's)."""
        for offset, line in enumerate(self.source.splitlines()):
            if offset >= start and text in line:
                return self.line + 1 + offset
        return self.line


def read_lesson(path: Path) -> list[LessonCell]:
    """The cells of the lesson at `path`; raises LessonError if it cannot be read as text."""
    content = path.read_bytes()
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise LessonError(path, line, "not UTF-8 text", "Save the file as UTF-8") from error
    return parse_lesson(text, path)


def parse_lesson(text: str, path: Path = Path("lesson.py")) -> list[LessonCell]:
    """The cells of a lesson's text; `path` is for the message of a LessonError."""
    if text.strip() and not text.startswith("# %%"):
        what = "something stands above the first cell marker"
        raise LessonError(path, 1, what, "Let the file begin with `# %% [markdown]`")
    lines = _marker_lines(text, path)
    notebook = jupytext.reads(text, fmt="py:percent")
    cells = []
    for cell, line in zip(notebook.cells, lines, strict=True):
        metadata = dict(cell.metadata)
        layout = {key: metadata.pop(key) for key in _LAYOUT if key in metadata}
        source = cell.source.rstrip("\n")  # blank lines at a cell's end are layout too
        cells.append(LessonCell(cell.cell_type, source, metadata, line, layout))
    return cells


def write_lesson(cells: Sequence[LessonCell]) -> str:
    """The lesson's text for `cells`; reading it again gives the same cells."""
    notebook = nbformat.v4.new_notebook(
        metadata={
            "jupytext": {"notebook_metadata_filter": "-all", "cell_metadata_filter": "all"},
        }
    )
    make = {
        "code": nbformat.v4.new_code_cell,
        "markdown": nbformat.v4.new_markdown_cell,
        "raw": nbformat.v4.new_raw_cell,
    }
    notebook.cells = [
        make[cell.kind](cell.source, metadata={**cell.attributes, **cell.layout}) for cell in cells
    ]
    text = jupytext.writes(notebook, fmt="py:percent")
    return text if text.endswith("\n") or not text else text + "\n"


def canonical(text: str) -> str:
    """`text` with the layout and attribute spelling that `write_lesson` gives without history."""
    return write_lesson(
        [LessonCell(cell.kind, cell.source, cell.attributes) for cell in parse_lesson(text)]
    )


def keep_layout(new: Sequence[LessonCell], old: Sequence[LessonCell]) -> list[LessonCell]:
    """`new`, with every cell that is also in `old` replaced by the one there.

    Keeps the author's blank lines and order of attributes wherever nothing was edited.
    """
    kept = list(new)
    matcher = SequenceMatcher(None, [_key(c) for c in old], [_key(c) for c in new], autojunk=False)
    for block in matcher.get_matching_blocks():
        kept[block.b : block.b + block.size] = old[block.a : block.a + block.size]
    return kept


def _key(cell: LessonCell) -> tuple[str, str, str]:
    return cell.kind, cell.source, repr(sorted(cell.attributes.items()))


def _marker_lines(text: str, path: Path) -> list[int]:
    """The line of every cell's marker, found by the reader that jupytext itself uses."""
    lines = text.splitlines()
    found, start = [], 0
    reader_class = get_format_implementation(".py", "percent").cell_reader_class
    while start < len(lines):
        found.append(start + 1)
        try:
            _, length = reader_class(dict(_FORMAT), "python").read(lines[start:])
        except ValidationError as error:
            what = f"no notebook can hold these cell attributes: {error.message}"
            mend = 'Write them as in `# %% test="name" points=8 tags=["explore"]`'
            raise LessonError(path, start + 1, what, mend) from error
        start += length
    return found
