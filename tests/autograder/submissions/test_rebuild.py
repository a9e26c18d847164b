"""What is ours comes from the release and what is the learner's from them, whatever happened."""

import copy

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.submissions import WrongUnitError, rebuild


def cell(kind, source, cell_id, grade_id=None, **flags):
    made = (new_code_cell if kind == "code" else new_markdown_cell)(source, id=cell_id)
    if grade_id:
        made.metadata["nbgrader"] = {
            "grade_id": grade_id,
            "grade": False,
            "solution": False,
            "locked": False,
            "schema_version": 3,
            **flags,
        }
    return made


@pytest.fixture
def release():
    return new_notebook(
        cells=[
            cell("markdown", "# Unit", "start-1"),
            cell("code", "import torch", "start-2"),
            cell("code", "stub f", "f", "f", solution=True),
            cell("code", "check.f(f)", "test_f", "test_f", grade=True, locked=True, points=5),
            cell("code", "stub g", "g", "g", solution=True),
            cell("code", "check.g(g)", "test_g", "test_g", grade=True, locked=True, points=3),
            cell("markdown", "answer here", "w", "w", solution=True, grade=True, points=2),
        ]
    )


@pytest.fixture
def submitted(release):
    """A whole submission: both exercises solved, imports extended, a helper added."""
    notebook = copy.deepcopy(release)
    notebook.cells[1].source = "import torch\nimport math"
    notebook.cells[2].source = "def f(): return helper()"
    notebook.cells[4].source = "def g(): return 2"
    notebook.cells[6].source = "because"
    notebook.cells.insert(2, new_code_cell("def helper(): return 1"))
    return notebook


def sources(notebook):
    return [cell.source for cell in notebook.cells]


WHOLE = [
    "# Unit",
    "import torch\nimport math",
    "def helper(): return 1",
    "def f(): return helper()",
    "check.f(f)",
    "def g(): return 2",
    "check.g(g)",
    "because",
]


def test_an_untouched_submission_needs_no_repair(release, submitted):
    rebuilt = rebuild(release, submitted, "unit")
    assert sources(rebuilt.notebook) == WHOLE
    assert rebuilt.repaired == []


def test_a_deleted_test_cell_is_put_back_and_named(release, submitted):
    del submitted.cells[4]
    rebuilt = rebuild(release, submitted, "unit")
    assert sources(rebuilt.notebook) == WHOLE
    assert rebuilt.repaired == ["put back the missing cell test_f"]


def test_a_changed_test_cell_and_changed_points_come_back(release, submitted):
    submitted.cells[4].source = "print('all fine')"
    submitted.cells[4].metadata.nbgrader.points = 500
    rebuilt = rebuild(release, submitted, "unit")
    assert sources(rebuilt.notebook) == WHOLE
    assert rebuilt.notebook.cells[4].metadata.nbgrader.points == 5
    assert rebuilt.repaired == ["restored the changed cell test_f"]


def test_a_solution_turned_into_markdown_is_code_again(release, submitted):
    submitted.cells[3] = cell("markdown", "def f(): return helper()", "f", "f", solution=True)
    rebuilt = rebuild(release, submitted, "unit")
    assert rebuilt.notebook.cells[3].cell_type == "code"
    assert sources(rebuilt.notebook) == WHOLE


def test_of_two_copies_the_original_counts_and_the_copy_still_runs(release, submitted):
    second = copy.deepcopy(submitted.cells[3])
    second.id, second.source = "elsewhere", "def f(): return 'copy'"
    submitted.cells.insert(3, second)
    rebuilt = rebuild(release, submitted, "unit")
    graded = {
        c.metadata.get("nbgrader", {}).get("grade_id"): c.source for c in rebuilt.notebook.cells
    }
    assert graded["f"] == "def f(): return helper()"
    assert "def f(): return 'copy'" in sources(rebuilt.notebook)


def test_reordered_cells_come_back_into_the_lessons_order(release, submitted):
    submitted.cells.reverse()
    rebuilt = rebuild(release, submitted, "unit")
    kept = [s for s in sources(rebuilt.notebook) if s != "def helper(): return 1"]
    assert kept == [s for s in WHOLE if s != "def helper(): return 1"]


def test_tags_of_the_learner_do_not_come_through(release, submitted):
    submitted.cells[4].metadata["tags"] = ["skip-execution"]
    submitted.cells[2].metadata["tags"] = ["explore"]
    rebuilt = rebuild(release, submitted, "unit")
    assert all("tags" not in cell.metadata for cell in rebuilt.notebook.cells)


def test_ids_stripped_by_another_editor_cost_nothing(release, submitted):
    for one in submitted.cells:
        one.pop("id")
    rebuilt = rebuild(release, submitted, "unit")
    graded = {
        c.metadata.get("nbgrader", {}).get("grade_id"): c.source for c in rebuilt.notebook.cells
    }
    assert graded["f"] == "def f(): return helper()"
    assert graded["w"] == "because"


def test_the_release_itself_is_not_changed(release, submitted):
    before = nbformat.writes(release)
    rebuild(release, submitted, "unit")
    assert nbformat.writes(release) == before


def test_another_units_notebook_is_refused_with_the_next_step(release):
    other = new_notebook(cells=[cell("code", "x", "other", "other", solution=True)])
    with pytest.raises(WrongUnitError, match="--unit"):
        rebuild(release, other, "unit")
