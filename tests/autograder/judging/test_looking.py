"""What cannot be, or cannot be followed, is told to a person; only the first costs points."""

from nbformat.v4 import new_code_cell

from autograder.feedback import feedback_notebook
from autograder.judging.grading import grade_notebook
from autograder.kernels.engine import Engine
from autograder.solutions import compose

ENGINE = Engine("none")
# The answer stands in no cell that defines it, so nobody can see what is graded.
HIDDEN = "globals()['_other'] = None\n{0}\nglobals()['conv_output' + '_size'] = _hidden\n"


def test_a_stub_that_passes_is_denied_and_noted(unit, release, solved):
    answer = solved["conv_output_size"].replace("def conv_output_size", "def _hidden")
    release.cells.append(new_code_cell(HIDDEN.format(answer)))
    graded = grade_notebook(unit, release, 1, ENGINE)
    assert graded.score == 0
    assert {result.mistake for result in graded.of("conv_output_size")} == {"untouched"}
    note, *others = graded.looked_at
    assert "`conv_output_size` passed" in note
    assert any("by a detour: `globals()" in other for other in others)
    assert graded.as_dict()["looked_at"] == graded.looked_at
    shown = feedback_notebook(graded, unit)
    assert note not in str(shown)  # it is for those who teach


def test_whoever_answers_for_the_learner_gains_nothing(unit, release, solved):
    """A handle that finds other functions under the learner's names, for all exercises at once."""
    right = "\n".join(solved.values()).replace("\n", "\n    ")
    release.cells.append(
        new_code_cell(
            f"def _answers():\n    {right}\n    return locals()\n"
            "import cnnlab.learner.workbench as _bench\n"
            "_bench.Workbench.find = lambda self, name: _answers()[name]\n"
        )
    )
    graded = grade_notebook(unit, release, 1, ENGINE)
    assert graded.score == 0
    assert len(graded.looked_at) >= 5


def test_an_answer_in_a_cell_of_ones_own_is_no_stub(unit, release, solved):
    place = next(i for i, c in enumerate(release.cells) if c.id == "conv_output_size")
    release.cells.insert(place + 1, new_code_cell(solved["conv_output_size"]))
    graded = grade_notebook(unit, release, 1, ENGINE)
    assert all(result.passed for result in graded.of("conv_output_size"))
    assert graded.looked_at == []


def test_two_answers_in_one_cell_are_no_stub(unit, release, solved):
    both = solved["conv_output_size"] + "\n\n" + solved["param_counts"]
    graded = grade_notebook(unit, compose(release, {"conv_output_size": both}), 1, ENGINE)
    passed = {result.exercise for result in graded.results if result.passed}
    assert passed == {"conv_output_size", "param_counts"}
    assert graded.looked_at == []


def test_code_that_hides_what_it_calls_is_told_and_costs_nothing(unit, submission):
    submission.cells.append(new_code_cell("exec('x' + ' = 1')"))
    graded = grade_notebook(unit, submission, 1, ENGINE)
    assert graded.score == graded.max_score
    assert graded.looked_at == ["The code runs text as code: `exec('x' + ' = 1')`."]


def test_nothing_of_the_course_asks_for_a_look(unit, submission):
    assert grade_notebook(unit, submission, 1, ENGINE).looked_at == []
