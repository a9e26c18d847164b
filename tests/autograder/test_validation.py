"""Validation finds what is wrong with a unit, and says where."""

from dataclasses import replace

import nbformat
import pytest

from autograder.solutions import compose
from autograder.submissions import read_notebook
from autograder.validation import validate_unit

WRONG = "def conv_output_size(n, k, s=1, p=0, d=1):\n    return n\n"


@pytest.fixture
def small(unit, tmp_path):
    """The unit without its experiments, in a folder of its own."""
    copied = replace(unit, root=tmp_path)
    for path, target in (
        (unit.source_notebook, copied.source_notebook),
        (unit.release_notebook, copied.release_notebook),
    ):
        notebook = read_notebook(path)
        notebook.cells = [c for c in notebook.cells if "explore" not in c.metadata.get("tags", [])]
        target.parent.mkdir(parents=True)
        nbformat.write(notebook, target)
    return copied


def answered(path, answers):
    nbformat.write(compose(read_notebook(path), answers), path)


def with_experiment(path, code):
    notebook = read_notebook(path)
    cell = nbformat.v4.new_code_cell(code)
    cell.metadata["tags"] = ["explore"]
    notebook.cells.append(cell)
    nbformat.write(notebook, path)


def test_a_whole_unit_has_no_problem(small):
    found = validate_unit(small)
    assert found.problems == []
    assert (found.solution_score, found.stub_score, found.max_score) == (60, 0, 60)
    assert found.graded_seconds > 0


def test_a_wrong_solution_is_named(small):
    answered(small.source_notebook, {"conv_output_size": WRONG})
    found = validate_unit(small)
    assert found.solution_score <= 54  # what builds on it is lost, too
    assert found.problems[0].startswith("the solution loses conv_output_size")


def test_a_release_that_gives_an_answer_away_is_named(small, solved):
    answered(small.release_notebook, {"conv_output_size": solved["conv_output_size"]})
    found = validate_unit(small)
    assert found.stub_score == 6
    assert found.problems
    assert all(p.startswith("the release passes conv_output_size") for p in found.problems)


@pytest.mark.parametrize("which", ["source_notebook", "release_notebook"])
def test_a_cell_that_fails_is_named(small, which):
    with_experiment(getattr(small, which), "undefined_name")
    (problem,) = validate_unit(small).problems
    assert ("the solution" if which == "source_notebook" else "the release") in problem
    assert "undefined_name" in problem


def test_a_unit_that_is_slow_is_named(small):
    found = validate_unit(replace(small, budget_seconds=0.01, graded_seconds=0.01))
    assert len(found.problems) == 2
    assert "the solution computes" in found.problems[0]
    assert "grading takes" in found.problems[1]


def test_only_the_release_is_run_in_a_hurry(small):
    """An experiment with all its batches is run once, with the solution."""
    training = (
        "import cnnlab.data\n"
        "data = cnnlab.data.load('shapes10', n_train=128, n_test=1200)\n"
        "size = len(list(data.batches('train', 32))), len(data.test)\n"
        "assert 'train_less' not in globals()\n"
    )
    with_experiment(small.source_notebook, training + "assert size == (4, 1200)\n")
    with_experiment(small.release_notebook, training + "assert size == (2, 1000)\n")
    assert validate_unit(small).problems == []
