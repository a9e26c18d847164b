"""Second opinions: fresh kernels, other inputs, and the course's solutions as mere text."""

from dataclasses import replace

import pytest

from autograder.judging.grading import grade_notebook
from autograder.judging.second_opinion import _the_better
from autograder.kernels.engine import Engine
from autograder.kernels.kernel import Kernel
from autograder.solutions import compose
from cnnlab.check.run import Result

ENGINE = Engine("none")
SLIP = "def conv_output_size(size, kernel, stride=1, padding=0, dilation=1):\n    return 1"


def lost(graded):
    return {result.exercise for result in graded.results if not result.passed}


@pytest.fixture
def kernels(monkeypatch):
    """What ran in each kernel, and the seed it was given."""
    seen = []
    kernel, run_cell = Engine.kernel, Kernel.run_cell

    def watched_kernel(self, files=None, seed=None):
        seen.append((seed, []))
        return kernel(self, files, seed)

    def watched_run(self, source, timeout):
        seen[-1][1].append(source)
        return run_cell(self, source, timeout)

    monkeypatch.setattr(Engine, "kernel", watched_kernel)
    monkeypatch.setattr(Kernel, "run_cell", watched_run)
    return seen


def test_a_solution_enters_fresh_kernels_only_and_never_the_one_it_is_scored_in(
    unit, release, solved, kernels
):
    notebook = compose(release, {**solved, "conv_output_size": SLIP})
    assert lost(grade_notebook(unit, notebook, 7, ENGINE)) == {"conv_output_size"}
    (seed, first), *others = kernels
    assert seed == 7
    assert others
    ours = solved["conv_output_size"]
    assert ours not in first
    assert SLIP in first
    for other, sources in others:
        assert other == 8
        assert (ours in sources) != (SLIP in sources)


def test_without_solutions_the_first_opinion_stands(unit, release, solved, tmp_path, kernels):
    alone = replace(unit, root=tmp_path)
    alone.release_notebook.parent.mkdir(parents=True)
    alone.release_notebook.write_bytes(unit.release_notebook.read_bytes())
    notebook = compose(release, {**solved, "conv_output_size": SLIP})
    graded = grade_notebook(alone, notebook, 7, ENGINE)
    assert {"conv_output_size", "conv2d"} <= lost(graded)
    assert len(kernels) == 1


def test_an_answer_that_knows_an_input_when_it_comes_again_gains_nothing(unit, release, solved):
    """Wrong whenever an input is new, right when it comes again; it names other exercises."""
    second_sight = (
        "# conv_output_size\n_seen = set()\n"
        + solved["receptive_field"].replace("def receptive_field", "def _right")
        + "\ndef receptive_field(layers):\n    key = repr(layers)\n"
        "    if key in _seen:\n        return _right(layers)\n"
        "    _seen.add(key)\n    return -1\n"
    )
    answers = {**solved, "receptive_field": second_sight, "conv_output_size": SLIP}
    graded = grade_notebook(unit, compose(release, answers), 3, ENGINE)
    assert not any(result.passed for result in graded.of("receptive_field"))


def results(*passed):
    return [
        Result(
            f"check {n}", "pass" if ok else "fail", float(ok), 1.0, "", "" if ok else f"line {n}"
        )
        for n, ok in enumerate(passed)
    ]


def test_the_better_opinion_counts_as_a_whole_and_tells_nothing_of_its_failures():
    first, second = results(True, False, False, False), results(False, True, True, False)
    second = [replace(result, message="a line of the solution") for result in second]
    chosen = _the_better(first, second, ["f"])
    assert [result.passed for result in chosen] == [False, True, True, False]
    assert not any("solution" in result.message for result in chosen)
    assert chosen[1].message == "(judged with the course's `f`)"
    assert _the_better(first, results(True, False, False, False), []) == first
    assert _the_better(first, [], []) == first
