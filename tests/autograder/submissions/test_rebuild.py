"""What is ours comes from the release and what is the learner's from them, whatever happened."""

import contextlib
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
            cell("code", "def f(): raise NotImplementedError", "f", "f", solution=True),
            cell("code", "check.f(f)", "test_f", "test_f", grade=True, locked=True, points=5),
            cell("code", "def g(): raise NotImplementedError", "g", "g", solution=True),
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
    assert rebuilt.repaired == ["The cell `test_f` was missing; it is back."]


def test_a_changed_test_cell_and_changed_points_come_back(release, submitted):
    submitted.cells[4].source = "print('all fine')"
    submitted.cells[4].metadata.nbgrader.points = 500
    rebuilt = rebuild(release, submitted, "unit")
    assert sources(rebuilt.notebook) == WHOLE
    assert rebuilt.notebook.cells[4].metadata.nbgrader.points == 5
    assert rebuilt.repaired == [
        "Points or locks of cells had been changed; they do not count.",
        "The cell `test_f` had been changed; the original counts.",
    ]


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


@pytest.mark.parametrize("opened", [False, True], ids=["as-released", "opened"])
def test_collapsed_code_is_known_again_whatever_an_editor_noted(release, submitted, opened):
    collapsed = {"jupyter": {"source_hidden": True}, "cellView": "form", "tags": ["hide"]}
    release.cells[1].metadata.update(copy.deepcopy(collapsed))
    submitted.cells[3].metadata.update(copy.deepcopy(collapsed))  # an answer that was folded away
    if not opened:
        submitted.cells[1].metadata.update(copy.deepcopy(collapsed))
    rebuilt = rebuild(release, submitted, "unit")
    assert sources(rebuilt.notebook) == WHOLE
    assert rebuilt.repaired == []
    strip_all_marks(submitted)
    again = rebuild(release, submitted, "unit")
    assert run(again)["f"]() == 1


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


def graded(rebuilt):
    return {
        c.metadata["nbgrader"]["grade_id"]: c.source
        for c in rebuilt.notebook.cells
        if "nbgrader" in c.metadata
    }


def run(rebuilt):
    """What the rebuilt notebook's graded cells define, run one after the other as Jupyter does."""
    values = {}
    for one in rebuilt.notebook.cells:
        skipped = "explore" in one.metadata.get("tags", []) or one.source.startswith("check.")
        if one.cell_type == "code" and not skipped:
            with contextlib.suppress(Exception):
                exec(compile(one.source, "cell", "exec"), values)
    return values


def strip_all_marks(notebook):
    for one in notebook.cells:
        one.pop("id")
        one.metadata = {}


def test_without_any_marks_cells_are_known_by_what_is_in_them(release, submitted):
    strip_all_marks(submitted)
    rebuilt = rebuild(release, submitted, "unit")
    assert graded(rebuilt) | {"test_f": "check.f(f)"} == {
        "f": "def f(): return helper()",
        "test_f": "check.f(f)",
        "g": "def g(): return 2",
        "test_g": "check.g(g)",
        "w": "because",
    }
    assert run(rebuilt)["f"]() == 1


def test_an_answer_in_a_new_cell_counts_where_its_own_was_left_alone(release, submitted):
    stub, answer = release.cells[2].source, submitted.cells[3].source
    for left in (stub, "", "# nothing here"):
        submitted.cells[3].source = left
        new = copy.deepcopy(submitted)
        new.cells.insert(6, new_code_cell(answer))
        rebuilt = rebuild(release, new, "unit")
        assert graded(rebuilt)["f"] == answer
        assert "Your answer to `f` was found in another cell." in rebuilt.repaired


def test_a_copy_of_the_stub_does_not_undo_the_answer(release, submitted):
    for place in (3, 5, 9):
        new = copy.deepcopy(submitted)
        new.cells.insert(place, copy.deepcopy(release.cells[2]))
        rebuilt = rebuild(release, new, "unit")
        assert run(rebuilt)["f"]() == 1


def test_the_last_of_several_worked_copies_counts(release, submitted):
    for number in (7, 8):
        another = copy.deepcopy(submitted.cells[3])
        another.source = f"def f(): return {number}"
        submitted.cells.insert(3 + number - 6, another)
    rebuilt = rebuild(release, submitted, "unit")
    assert run(rebuilt)["f"]() == 8
    assert "There were several cells `f`" in rebuilt.repaired[0]


def test_a_split_cell_is_whole_again(release, submitted):
    first, second = copy.deepcopy(submitted.cells[3]), copy.deepcopy(submitted.cells[3])
    first.source, second.source = "def f():\n    a = 1", "    return a + 1"
    submitted.cells[3:4] = [first, second]
    rebuilt = rebuild(release, submitted, "unit")
    assert run(rebuilt)["f"]() == 2
    assert "put together again" in rebuilt.repaired[0]


def test_two_answers_merged_into_one_cell_both_count(release, submitted):
    both = submitted.cells[3].source + "\n\n" + submitted.cells[5].source
    submitted.cells[3].source = both
    del submitted.cells[4:6]
    rebuilt = rebuild(release, submitted, "unit")
    values = run(rebuilt)
    assert (values["f"](), values["g"]()) == (1, 2)
    assert "Your answer to `g` was found in the cell of `f`." in rebuilt.repaired


def test_an_answer_typed_into_the_test_cell_counts(release, submitted):
    submitted.cells[3].source = release.cells[2].source
    submitted.cells[4].source = "def f(): return 5\ncheck.f(f)"
    rebuilt = rebuild(release, submitted, "unit")
    assert run(rebuilt)["f"]() == 5
    assert graded(rebuilt)["test_f"] == "check.f(f)"


@pytest.mark.parametrize(
    "above",
    [
        "print(undefined)",
        "number = input('How many? ')",
        "for i in range(3):\n    undefined(i)",
        "raise NotImplementedError",
    ],
)
def test_what_fails_above_an_answer_does_not_take_it_along(release, submitted, above):
    submitted.cells[3].source = f"{above}\n# my own\ndef f(): return 3\nf()"
    rebuilt = rebuild(release, submitted, "unit")
    assert run(rebuilt)["f"]() == 3
    assert graded(rebuilt)["f"].startswith("# my own")


@pytest.mark.parametrize(
    "line",
    [
        "!pip install torch",
        "%pip install -q torch",
        "pip install torch",
        "!{sys.executable} -m pip install torch",
        "!apt-get -y install graphviz",
        "%conda install numpy",
        "%matplotlib qt",
    ],
)
def test_installing_and_windows_do_not_run(release, submitted, line):
    submitted.cells[3].source = f"{line}\ndef f(): return 3"
    submitted.cells[2].source = f"def helper():\n    pass\n{line}"
    rebuilt = rebuild(release, submitted, "unit")
    assert run(rebuilt)["f"]() == 3
    assert all(line not in text.splitlines() for text in sources(rebuilt.notebook))
    if "matplotlib" not in line:
        assert any("install packages" in text for text in rebuilt.repaired)


def test_a_stop_watch_over_an_answer_does_not_hide_it(release, submitted):
    submitted.cells[3].source = "%%timeit\ndef f(): return 3"
    assert run(rebuild(release, submitted, "unit"))["f"]() == 3


def test_what_an_answer_takes_from_an_experiment_runs(release, submitted):
    experiment = cell("code", "import math as m\nn = m.floor(2.5)\nslow = train()", "e")
    experiment.metadata["tags"] = ["explore"]
    release.cells.insert(2, experiment)
    submitted.cells.insert(3, copy.deepcopy(experiment))
    assert rebuild(release, submitted, "unit").repaired == []
    submitted.cells[4].source = "def f(): return n + 1"
    rebuilt = rebuild(release, submitted, "unit")
    assert run(rebuilt)["f"]() == 3
    assert not any(
        "slow" in text
        for text in sources(rebuilt.notebook)
        if "explore" not in text and "train" not in text
    )
    assert "`m`, `n` from an experiment" in rebuilt.repaired[0]


def test_deleted_imports_are_there_again(release, submitted):
    release.cells[1].source = "import math\nimport json"
    submitted.cells[1].source = "import json as j"
    values = run(rebuild(release, submitted, "unit"))
    assert {"math", "json", "j"} <= values.keys()


def test_a_helper_stays_with_the_answer_that_was_moved_up(release, submitted):
    answer = submitted.cells.pop(5)
    answer.source = "class g(Base): pass"
    submitted.cells[2:2] = [new_code_cell("class Base: pass"), answer]
    submitted.cells.append(submitted.cells.pop(1))
    assert "g" in run(rebuild(release, submitted, "unit"))


def test_an_exercise_that_had_another_name_in_an_older_release_is_found(release, submitted):
    submitted.cells[3].metadata["nbgrader"]["grade_id"] = submitted.cells[3].id = "old_f"
    submitted.cells[4].metadata["nbgrader"]["grade_id"] = submitted.cells[4].id = "test_old_f"
    rebuilt = rebuild(release, submitted, "unit")
    assert graded(rebuilt)["f"] == "def f(): return helper()"


def test_ten_thousand_cells_are_matched_quickly(release, submitted):
    submitted.cells[3:3] = [new_code_cell(f"x{n} = -{n}") for n in range(3000)]
    strip_all_marks(submitted)
    rebuilt = rebuild(release, submitted, "unit")
    assert len(rebuilt.notebook.cells) == len(release.cells) + 3002
    nbformat.validate(rebuilt.notebook)


def test_cells_that_only_name_constants_run_as_one(release, submitted):
    submitted.cells[3:3] = [new_code_cell(f"x{n} = {n}") for n in range(100)]
    rebuilt = rebuild(release, submitted, "unit")
    assert len(rebuilt.notebook.cells) == len(WHOLE) + 1
    assert {f"x{n}" for n in range(100)} <= run(rebuilt).keys()
