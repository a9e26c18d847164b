"""Pulling: build and pull are each other's inverse, and JupyterLab's edits survive both."""

from __future__ import annotations

import shutil

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from toy_course import REPOSITORY, unit_table

from autograder.authoring import build, pull
from autograder.course import Course
from autograder.errors import PullError, UnknownUnitError
from autograder.lesson_file import canonical, parse_lesson


def _open(toy, unit_id="01_toy") -> NotebookNode:
    path = toy.load().unit(unit_id).source_notebook
    return nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)


def _save(toy, notebook, unit_id="01_toy") -> None:
    """Save as JupyterLab does: its own marks and another layout of the file."""
    notebook.metadata.language_info = {"name": "python", "version": "3.12.4", "pygments_lexer": "x"}
    path = toy.load().unit(unit_id).source_notebook
    path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")


def _cell(notebook, cell_id) -> NotebookNode:
    return next(cell for cell in notebook.cells if cell.id == cell_id)


def _points(toy, total) -> None:
    """Let course.toml expect another sum."""
    text = toy.manifest.read_text(encoding="utf-8")
    toy.manifest.write_text(text.replace("points = 10.5", f"points = {total}"), encoding="utf-8")


def _there_and_back(toy, lesson: str) -> str:
    """Build `lesson`, forget it, and pull it out of the notebook again."""
    path = toy.lesson()
    path.write_bytes(lesson.encode("utf-8"))
    report = build(toy.load())
    assert report.ok, str(report)
    path.unlink()
    pull(toy.load(), "01_toy")
    return path.read_bytes().decode("utf-8")


# What is tricky: how many cells it is, and its text.
TRICKY = {
    "empty cells": (4, "# %%\n\n# %%\n\n# %% [markdown]\n\n# %% [markdown]\n#\n"),
    "magics": (
        2,
        "# %%\n# %matplotlib inline\n# %load_ext autoreload\nx = 1\n\n# %%\n# !pip list\n",
    ),
    "a cell magic": (1, '# %% language="bash"\n# ls\n# # a comment\n'),
    "timing": (1, "# %%\n# %%timeit\nsum(range(3))\n"),
    "help": (1, "# %%\n# ?print\n"),
    "a commented magic": (1, "# %%\n# # %matplotlib inline\n# plain comment\n"),
    "fences": (1, "# %% [markdown]\n# ```python\n# x = 1\n#\n# # %% no cell\n# ```\n#\n# after\n"),
    "blank lines": (2, "# %%\nx = 1\n\n\ny = 2\n\n# %%\n\nz = 3\n"),
    "definitions": (
        3,
        "# %%\ndef f():\n    pass\n\n\n# %%\nclass A:\n    x = 1\n\n\n# %%\nx = 1\n",
    ),
    "unicode": (2, "# %% [markdown]\n# é 猫 🙂 “quotes” — a dash\n\n# %%\ns = 'é'\n"),
    "latex": (1, "# %% [markdown]\n# $$\n# \\frac{a}{b} \\\\ \\%\n# $$\n#\n# $x_1$ and $\\$5$\n"),
    "strings": (1, "# %%\ntext = '''\n# %% no cell\n\n\nend'''\n"),
    "html": (
        1,
        "# %% [markdown]\n# <b>bold</b> | a | b |\n# |---|---|\n# - [ ] box\n#     indented\n",
    ),
    "raw": (1, "# %% [raw]\n# raw text\n"),
    "tags": (2, '# %% tags=["explore", "slow"]\nx = 1\n\n# %% [markdown] tags=["a b"]\n# text\n'),
    "hidden": (2, '# %% tags=["hide", "explore"]\nx = 1\n\n# %% locked="a" tags=["hide"]\nx\n'),
    "locked": (1, '# %% [markdown] locked="note" tags=["x"]\n# text\n'),
    "code to be marked": (
        1,
        '# %% written="plot" points=1\n### BEGIN SOLUTION\nx\n### END SOLUTION\n',
    ),
    "an async cell": (1, "# %%\nawait f()\n"),
}


@pytest.mark.parametrize(("count", "lesson"), TRICKY.values(), ids=TRICKY.keys())
def test_build_then_pull_is_the_identity_on_tricky_lessons(toy, count, lesson):
    start = "# %% [markdown]\n# # Title\n\n"
    last = '\n# %% written="w" points=10.5\n### BEGIN SOLUTION\n### END SOLUTION\n'
    if "points=1\n" in lesson:
        last = last.replace("10.5", "9.5")
    toy.load().unit("01_toy").hints.write_text("", encoding="utf-8")
    text = canonical(start + lesson + last)
    assert len(parse_lesson(text)) == 1 + count + 1
    assert _there_and_back(toy, text) == text


def test_build_then_pull_is_the_identity_on_the_toy_lesson(toy):
    text = toy.lesson().read_text(encoding="utf-8")
    assert _there_and_back(toy, text) == text


def test_pull_touches_nothing_when_nothing_was_edited(toy):
    odd = "\n\n# %%\n\nx = 1\n\n\n\n\n# %% [markdown]\n# The end.\n"
    toy.rewrite("\n# %% [markdown]\n# The end.\n", odd)
    toy.rewrite('test="double" points=8', 'points=8 test="double"')
    toy.rewrite("check.double(double)\n\n", "check.double(double)\n")
    build(toy.load())
    before = toy.lesson().read_bytes()
    assert canonical(before.decode("utf-8")).encode("utf-8") != before
    report = pull(toy.load(), "01_toy")
    assert not report.changed
    assert toy.lesson().read_bytes() == before

    notebook = _open(toy)
    _cell(notebook, "table").source += "\n# new"
    _save(toy, notebook)
    assert pull(toy.load(), "01_toy").changed
    after = toy.lesson().read_text(encoding="utf-8")
    assert after == before.decode("utf-8").replace("range(3)]\n", "range(3)]\n# new\n")


def test_new_cells_stand_as_ruff_would_set_them():
    close = "# %%\nimport math\n# %%\n@cache\ndef f():\n    return (\n        1\n    )\n# %%\nf()\n"
    assert canonical(close) == (
        "# %%\nimport math\n\n\n"
        "# %%\n@cache\ndef f():\n    return (\n        1\n    )\n\n\n"
        "# %%\nf()\n"
    )


UNITS = [unit for unit in Course.load(REPOSITORY).units if unit.lesson.is_file()]


@pytest.mark.parametrize("unit", UNITS, ids=[unit.id for unit in UNITS])
def test_build_then_pull_is_the_identity_on_the_real_lessons(toy, unit):
    text = unit.lesson.read_bytes().decode("utf-8")
    folder = toy.root / "course" / "units" / unit.id
    shutil.copytree(unit.folder, folder)
    points = sum(cell.attributes.get("points", 0) for cell in parse_lesson(text))
    with toy.manifest.open("a", encoding="utf-8") as stream:
        stream.write(unit_table(unit.id, points=points))
    report = build(toy.load(), [unit.id])
    assert report.ok, str(report)
    assert not pull(toy.load(), unit.id).changed
    (folder / "lesson.py").unlink()
    pull(toy.load(), unit.id)
    assert (folder / "lesson.py").read_bytes().decode("utf-8") == canonical(text)


def test_what_jupyterlab_leaves_in_a_notebook_is_dropped(toy):
    build(toy.load())
    before = toy.lesson().read_bytes()
    notebook = _open(toy)
    cell = _cell(notebook, "test_double")
    cell.outputs = [new_output("stream", text="✓ double\n")]
    cell.execution_count = 7
    cell.metadata.update(
        {
            "collapsed": True,
            "trusted": True,
            "scrolled": False,
            "jupyter": {"outputs_hidden": True},
            "execution": {"iopub.status.busy": "2024-01-01T00:00:00.000Z"},
            "editable": True,
            "slideshow": {"slide_type": ""},
        }
    )
    cell.metadata.nbgrader.update({"checksum": "0" * 32, "cell_type": "code", "points": 8.0})
    _save(toy, notebook)
    assert not pull(toy.load(), "01_toy").changed
    assert toy.lesson().read_bytes() == before


def _nbgrader(grade_id, **flags):
    base = {"schema_version": 3, "grade": False, "solution": False, "locked": False, "task": False}
    return {"nbgrader": {**base, "grade_id": grade_id, **flags}}


def test_edits_in_the_create_assignment_toolbar_survive_the_next_build(toy):
    build(toy.load())
    notebook = _open(toy)
    _cell(notebook, "test_double").metadata.nbgrader.points = 5
    solution = "def triple(x):\n    ### BEGIN SOLUTION\n    return 3 * x\n    ### END SOLUTION"
    made_up = "cell-0a1b2c3d4e5f6071"
    notebook.cells += [
        new_code_cell(solution, metadata=_nbgrader("cell-1111aaaa", solution=True)),
        new_code_cell(
            "check.triple(triple)",
            metadata=_nbgrader("cell-2222bbbb", grade=True, locked=True, points=3),
        ),
        new_markdown_cell(
            "Why?\n\n### BEGIN SOLUTION\nSo.\n### END SOLUTION",
            metadata=_nbgrader("why", grade=True, solution=True, points=4.5),
        ),
        new_markdown_cell("Read me.", metadata=_nbgrader(made_up, locked=True)),
    ]
    _save(toy, notebook)
    report = pull(toy.load(), "01_toy")
    assert report.changed
    assert [cell.attributes for cell in parse_lesson(toy.lesson().read_text("utf-8"))][-4:] == [
        {"todo": "triple"},
        {"test": "triple", "points": 3},
        {"written": "why", "points": 4.5},
        {"locked": made_up.replace("-", "_")},
    ]
    assert any("cell-2222bbbb" in note for note in report.notes)

    hints = toy.load().unit("01_toy").hints
    hints.write_text(hints.read_text("utf-8") + '[triple]\nhints = ["a", "b", "c"]\n', "utf-8")
    _points(toy, 5 + 3 + 2.5 + 4.5)
    built = build(toy.load())
    assert built.ok, str(built)
    notebook = _open(toy)
    assert _cell(notebook, "test_double").metadata.nbgrader.points == 5
    assert _cell(notebook, "test_triple").metadata.nbgrader.points == 3
    assert _cell(notebook, "triple").metadata.nbgrader.solution is True
    assert _cell(notebook, "why").metadata.nbgrader.grade is True
    assert _cell(notebook, made_up.replace("-", "_")).metadata.nbgrader.locked is True
    assert not pull(toy.load(), "01_toy").changed


def test_a_cell_that_is_no_longer_graded_becomes_an_ordinary_one(toy):
    build(toy.load())
    notebook = _open(toy)
    _cell(notebook, "table").metadata = _nbgrader("table")
    _save(toy, notebook)
    pull(toy.load(), "01_toy")
    assert "locked" not in toy.lesson().read_text(encoding="utf-8")


def test_the_cells_of_the_build_are_left_out_even_when_edited(toy):
    build(toy.load())
    before = toy.lesson().read_bytes()
    notebook = _open(toy)
    _cell(notebook, "colab-install").source = "print('mine')"
    _save(toy, notebook)
    report = pull(toy.load(), "01_toy")
    assert toy.lesson().read_bytes() == before
    assert "colab-install" in report.notes[0]


def test_what_the_text_cannot_hold_is_refused_and_nothing_is_lost(toy):
    build(toy.load())
    before = toy.lesson().read_bytes()
    notebook = _open(toy)
    _cell(notebook, "table").source = "x = 1\n# %% looks like a cell\ny = 2"
    _save(toy, notebook)
    with pytest.raises(PullError, match=r"begins 'x = 1'"):
        pull(toy.load(), "01_toy")
    assert toy.lesson().read_bytes() == before


def test_a_task_cell_is_refused(toy):
    build(toy.load())
    notebook = _open(toy)
    notebook.cells.append(new_markdown_cell("Do.", metadata=_nbgrader("t", task=True, points=1)))
    _save(toy, notebook)
    with pytest.raises(PullError, match="manually graded task"):
        pull(toy.load(), "01_toy")


def test_a_pasted_image_is_refused_rather_than_lost(toy):
    build(toy.load())
    notebook = _open(toy)
    cell = _cell(notebook, "start-3")
    cell.attachments = {"cat.png": {"image/png": "iVBORw0KGgo="}}
    _save(toy, notebook)
    with pytest.raises(PullError, match="an image was pasted"):
        pull(toy.load(), "01_toy")
    assert "an image was pasted" in str(build(toy.load()))


def test_a_notebook_that_is_not_there_or_none_or_anothers_is_refused(toy):
    toy.add_unit("02_more")
    with pytest.raises(PullError, match="autograder build 01_toy"):
        pull(toy.load(), "01_toy")
    build(toy.load())
    first, second = (toy.load().unit(name) for name in ("01_toy", "02_more"))
    before = first.lesson.read_bytes()
    first.source_notebook.write_bytes(second.source_notebook.read_bytes())
    with pytest.raises(PullError, match="is the notebook of 02_more"):
        pull(toy.load(), "01_toy")
    for content in ("not json", "[]", '{"cells": 3}', ""):
        first.source_notebook.write_text(content, encoding="utf-8")
        with pytest.raises(PullError, match="not a notebook"):
            pull(toy.load(), "01_toy")
    assert first.lesson.read_bytes() == before
    with pytest.raises(UnknownUnitError):
        pull(toy.load(), "03_none")
