"""What is judged has to be built from the lesson as it is now."""

from __future__ import annotations

import nbformat
import pytest
from whole_course import rewrite


@pytest.mark.parametrize("command", ["answers", "validate"])
def test_a_lesson_that_has_changed_has_to_be_built_first(whole, run, command):
    assert run("build")[0] == 0
    rewrite(whole.lesson, "def median(", "def median_of(")
    code, told = run(command)
    assert code == 2
    assert f"not built from {whole.lesson.relative_to(whole.root)} as it is now" in told
    assert "First type: autograder build 01_first" in told


def test_what_an_editor_saves_beside_the_cells_is_no_change(whole, run):
    assert run("build")[0] == 0
    path = whole.root / "source_notebooks" / "01_first" / "01_first.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata["language_info"]["version"] = "3.12"
    cell = next(cell for cell in notebook.cells if cell.cell_type == "code")
    cell.outputs = [nbformat.v4.new_output("stream", text="1\n")]
    nbformat.write(notebook, path)
    code, told = run("answers")
    assert code == 0, told
