"""No lesson is longer than a person reads beside its exercises."""

import re

import nbformat
import pytest

from autograder.course import Course

MOST_WORDS = 2_600
NOT_PROSE = re.compile(r"\$\$.*?\$\$|\$[^$\n]*\$|`[^`\n]*`|\]\([^)]*\)|<[^>]+>", re.DOTALL)
WORD = re.compile(r"[^\W\d_][\w'’-]*")


def words_of(notebook):
    """The words of its Markdown cells, without formulas, code and addresses."""
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    return WORD.findall(NOT_PROSE.sub("", prose))


@pytest.mark.parametrize("unit", Course.load().units, ids=lambda unit: unit.id)
def test_a_unit_has_at_most_2600_words(unit):
    assert len(words_of(nbformat.read(unit.release_notebook, as_version=4))) <= MOST_WORDS


def test_code_and_formulas_are_no_words():
    cells = [
        nbformat.v4.new_markdown_cell("Call `conv2d(x)` on $x$, see [unit 1](01/a.ipynb)."),
        nbformat.v4.new_code_cell("not_prose = 1"),
    ]
    notebook = nbformat.v4.new_notebook(cells=cells)
    assert words_of(notebook) == ["Call", "on", "see", "unit"]
