"""lesson.py as a list of cells, and back.

The text is jupytext's py:percent format. Blank lines between cells are layout, not content: they
are kept beside a cell, so that writing cells that were not edited gives back the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import takewhile, zip_longest
from pathlib import Path
from typing import Any

import jupytext
import nbformat.v4
from jsonschema import ValidationError
from jupytext.formats import get_format_implementation

from autograder.errors import LessonError

_FORMAT = {"extension": ".py", "format_name": "percent"}
# What jupytext remembers about the spelling of a cell. It says nothing about the lesson.
_BLANK_LINES = "lines_to_next_cell"
_LAYOUT = (_BLANK_LINES, "lines_to_end_of_cell_marker", "cell_marker")
_DEFINITION = ("def ", "async def ", "class ", "@")


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
    if not path.is_file():
        mend = "Write the lesson, or take its unit out of course.toml"
        raise LessonError(path, 1, "there is no such lesson", mend)
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
    lines = text.splitlines()
    starts = _cell_starts(lines, path)
    notebook = jupytext.reads(text, fmt="py:percent")
    cells = []
    for cell, start, end in zip(notebook.cells, starts, [*starts[1:], len(lines)], strict=True):
        metadata = dict(cell.metadata)
        layout = {key: metadata.pop(key) for key in _LAYOUT if key in metadata}
        layout[_BLANK_LINES] = sum(1 for _ in takewhile(_is_blank, reversed(lines[start:end])))
        source = cell.source.rstrip("\n")
        cells.append(LessonCell(cell.cell_type, source, metadata, start + 1, layout))
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
    for cell, following in zip_longest(cells, cells[1:]):
        blank_lines = _blank_lines_between(cell, following) if following else 0
        metadata = {**cell.attributes, _BLANK_LINES: blank_lines, **cell.layout}
        notebook.cells.append(make[cell.kind](cell.source, metadata=metadata))
    text = jupytext.writes(notebook, fmt="py:percent")
    return text if text.endswith("\n") or not text else text + "\n"


def _is_blank(line: str) -> bool:
    return not line.strip()


def _blank_lines_between(cell: LessonCell, following: LessonCell) -> int:
    """Two around functions and classes, as ruff's formatter wants it in the text; else one."""
    inner = ("", " ", ")", "]", "}", '"', "'")  # what a line inside a statement begins with
    lines = [line for line in cell.source.splitlines() if line[:1] not in inner]
    ends = cell.kind == "code" and bool(lines) and lines[-1].startswith(_DEFINITION)
    begins = following.kind == "code" and following.source.startswith(_DEFINITION)
    return 2 if ends or begins else 1


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


def _cell_starts(lines: Sequence[str], path: Path) -> list[int]:
    """The index of every cell's marker, found by the reader that jupytext itself uses."""
    found, start = [], 0
    reader_class = get_format_implementation(".py", "percent").cell_reader_class
    while start < len(lines):
        found.append(start)
        try:
            _, length = reader_class(dict(_FORMAT), "python").read(list(lines[start:]))
        except ValidationError as error:
            what = f"no notebook can hold these cell attributes: {error.message}"
            mend = 'Write them as in `# %% test="name" points=8 tags=["explore"]`'
            raise LessonError(path, start + 1, what, mend) from error
        start += length
    return found
