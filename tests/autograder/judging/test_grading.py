"""Grading one notebook: partial credit, follow-up crashes, and a verdict for everything."""

import json

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from autograder.cells import exercises
from autograder.judging.grading import grade_notebook, grade_one
from autograder.kernels.limits import Limits
from autograder.solutions import compose
from autograder.submissions import Submission


def lost(graded):
    return {result.exercise for result in graded.results if not result.passed}


def test_the_solution_gets_every_point_and_the_stub_none(unit, release, submission):
    solved = grade_notebook(unit, submission, seed=1)
    assert (solved.score, lost(solved)) == (solved.max_score, set())
    assert solved.max_score == 60
    unsolved = grade_notebook(unit, release, seed=1)
    assert unsolved.score == 0
    assert {r.mistake for r in unsolved.results} == {"not_written"}


def test_exercises_are_in_the_lessons_order(unit, release):
    graded = grade_notebook(unit, release, seed=1)
    assert list(dict.fromkeys(result.exercise for result in graded.results)) == exercises(release)


def test_a_wrong_answer_costs_its_own_points_only_and_is_named(unit, release, solved, bank):
    wrong = next(a for a in bank if a.exercise == "receptive_field" and not a.right)
    graded = grade_notebook(unit, compose(release, {**solved, wrong.exercise: wrong.source}), 3)
    assert lost(graded) == {"receptive_field"}
    assert sum(r.points for r in graded.of("receptive_field")) == wrong.points
    assert wrong.mistake in {r.mistake for r in graded.results}


def test_the_same_seed_gives_the_same_results(unit, release, solved, bank):
    wrong = next(a for a in bank if a.exercise == "pool2d" and not a.right)
    notebook = compose(release, {**solved, wrong.exercise: wrong.source})
    first, second = (grade_notebook(unit, notebook, 11) for _ in range(2))
    assert first.results == second.results


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        ("import os\ndef param(*a, **k): os._exit(0)", "crash"),
        ("def param(*a, **k):\n    while True: pass", "timeout"),
        ("def param(*a, **k): raise KeyError('x')", "error"),
        ("def param(*a, **k): return object()", "fail"),
        ("pass", "missing"),
    ],
)
def test_every_end_has_its_verdict_and_costs_itself_only(unit, release, solved, code, verdict):
    answer = code + "\ntry:\n    conv_params = linear_params = param\nexcept NameError:\n    pass"
    notebook = compose(release, {**solved, "param_counts": answer})
    graded = grade_notebook(unit, notebook, 1, limits=Limits(seconds_per_question=2))
    assert {r.verdict for r in graded.of("param_counts")} == {verdict}
    assert lost(graded) == {"param_counts"}


def test_a_cell_that_kills_python_costs_itself_only(unit, release, solved):
    deadly = {**solved, "param_counts": "import os\nos._exit(1)"}
    graded = grade_notebook(unit, compose(release, deadly), seed=1)
    assert lost(graded) == {"param_counts"}


@pytest.mark.parametrize(
    "slip",
    [
        "def conv_output_size(s, k, stride=1, padding=0, dilation=1): return (s - k) / stride + 1",
        "def conv_output_size(:",
        "import os\nos._exit(1)",
    ],
)
def test_a_slip_costs_its_own_exercise_and_not_those_that_build_on_it(unit, release, solved, slip):
    assert "conv_output_size(" in solved["conv2d"]
    graded = grade_notebook(unit, compose(release, {**solved, "conv_output_size": slip}), 1)
    assert lost(graded) == {"conv_output_size"}
    messages = [result.message for result in graded.of("conv2d")]
    assert all("judged with the course's `conv_output_size`" in message for message in messages)


def test_a_wrong_exercise_that_uses_a_wrong_one_stays_wrong(unit, release, solved, bank):
    flipped = next(a for a in bank if a.exercise == "conv2d" and a.mistake == "kernel_flipped")
    wrong = {
        "conv_output_size": "def conv_output_size(*a, **k): return 1",
        "conv2d": flipped.source,
    }
    graded = grade_notebook(unit, compose(release, {**solved, **wrong}), 1)
    assert {"conv2d", "conv_output_size"} <= lost(graded)
    assert sum(r.points for r in graded.of("conv2d")) <= flipped.points


def test_a_learners_own_cells_run_and_their_global_settings_cost_nothing(unit, submission):
    submission.cells.insert(
        3,
        new_code_cell(
            "torch.set_default_dtype(torch.float64); torch.set_grad_enabled(False)\n"
            "import os; os.chdir('/'); print('x' * 3_000_000)"
        ),
    )
    graded = grade_notebook(unit, submission, seed=1)
    assert graded.score == graded.max_score


def test_a_refused_shortcut_is_found_across_cells(unit, release, solved):
    notebook = compose(
        release,
        {**solved, "conv2d": "def conv2d(*a, **k):\n    return slide(a[0][None], *a[1:], **k)[0]"},
    )
    notebook.cells.insert(3, new_code_cell("from torch.nn.functional import conv2d as slide"))
    graded = grade_notebook(unit, notebook, seed=1)
    assert {r.mistake for r in graded.of("conv2d")} == {"refused_call"}
    assert "torch.nn.functional.conv2d" in graded.of("conv2d")[0].message


def test_messages_of_hidden_checks_hold_no_inputs(unit, release, solved):
    loud = "def conv_output_size(*args, **kwargs):\n    raise ValueError(f'secret {args} {kwargs}')"
    notebook = compose(release, {**solved, "conv_output_size": loud})
    graded = grade_notebook(unit, notebook, seed=1)
    for result in graded.of("conv_output_size"):
        assert "ValueError" in result.message
        assert "secret (" not in result.message


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "not a Jupyter notebook"),
        ('{"nbformat": 4', "not a Jupyter notebook"),
        (nbformat.writes(nbformat.v4.new_notebook()), "None of the exercises"),
    ],
)
def test_what_cannot_be_graded_still_gets_a_result(unit, tmp_path, content, said):
    path = tmp_path / "a.ipynb"
    path.write_text(content)
    graded = grade_one(unit, Submission("somebody", path))
    assert graded.score == 0
    assert graded.max_score == 60
    assert {r.verdict for r in graded.results} == {"missing"}
    assert said in str(graded.problem)


def test_the_json_has_the_promised_fields(unit, submission, tmp_path):
    path = tmp_path / "someone.ipynb"
    nbformat.write(submission, path)
    row = grade_one(unit, Submission("someone", path), seed=5).as_dict()
    json.dumps(row)
    assert {"student", "unit", "score", "max_score", "seconds", "sandbox", "repaired"} <= row.keys()
    assert {"id", "name", "verdict", "points", "max_points", "message"} <= row["checks"][0].keys()
    assert (row["student"], row["score"], row["seed"]) == ("someone", 60, 5)
