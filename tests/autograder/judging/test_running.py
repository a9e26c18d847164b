"""A kernel ended from outside costs nobody a point; one that ends by itself costs itself."""

import pytest

from autograder.judging.budget import FORGIVEN_AT_MOST
from autograder.judging.grading import grade_notebook
from autograder.kernels.engine import Engine
from autograder.kernels.kernel import Kernel
from autograder.kernels.limits import Limits
from autograder.solutions import compose

ENGINE = Engine("none")
END = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"


def lost(graded):
    return {result.exercise for result in graded.results if not result.passed}


@pytest.fixture
def end_at(monkeypatch):
    """Ends the kernel before the questions of the given numbers, counted over all kernels."""

    def end_at(*numbers):
        original, count = Kernel.ask, 0

        def ask(self, *arguments):
            nonlocal count
            count += 1
            if count in numbers:
                self.run_cell(END, 10)
            return original(self, *arguments)

        monkeypatch.setattr(Kernel, "ask", ask)

    return end_at


@pytest.mark.parametrize("number", [1, 2, 20, 45, 70])
def test_a_check_is_asked_again_from_its_start(unit, submission, end_at, number):
    """Networks that earlier questions built are gone: no later question may go on without them."""
    end_at(number)
    assert lost(grade_notebook(unit, submission, 1, ENGINE)) == set()


def test_a_kernel_that_ends_again_counts_as_the_answers_doing(unit, release, solved):
    answer = {**solved, "edge_kernels": "import os\ndef edge_kernels():\n    os._exit(1)"}
    graded = grade_notebook(unit, compose(release, answer), 1, ENGINE)
    assert lost(graded) == {"edge_kernels"}
    assert {result.verdict for result in graded.of("edge_kernels")} == {"crash"}


def test_a_cell_that_was_ended_from_outside_runs_again(unit, submission, monkeypatch):
    original, ended = Kernel.run_cell, []

    def run_cell(self, source, timeout):
        if "def conv2d" in source and not ended:
            ended.append(source)
            original(self, END, 10)
        return original(self, source, timeout)

    monkeypatch.setattr(Kernel, "run_cell", run_cell)
    assert lost(grade_notebook(unit, submission, 1, ENGINE)) == set()
    assert ended


def test_not_every_crash_is_forgiven(unit, release, solved, monkeypatch):
    """A notebook that ends Python again and again does not start kernels without end."""
    started = []
    enter = Kernel.__enter__
    monkeypatch.setattr(Kernel, "__enter__", lambda self: started.append(self) or enter(self))
    deadly = "import os\ndef {0}(*args, **kwargs):\n    os._exit(1)"
    names = [name for name in solved if name != "param_counts"]
    answers = {name: deadly.format(name) for name in names}
    graded = grade_notebook(unit, compose(release, {**solved, **answers}), 1, ENGINE)
    assert {"conv2d", "pool2d"} <= lost(graded)
    checks = sum(len(graded.of(name)) for name in names)
    assert checks < len(started) <= 2 * (checks + len(names)) + FORGIVEN_AT_MOST


SLOW = "import time\ndef conv_output_size(*args, **kwargs):\n    time.sleep(1.5)\n    return 7\n"


def test_one_budget_for_all_that_a_submission_asks_for(unit, release, solved):
    limits = Limits(seconds_per_question=4, seconds_for_all=8, late_checks=99)
    notebook = compose(release, {**solved, "conv_output_size": SLOW})
    graded = grade_notebook(unit, notebook, 1, ENGINE, limits)
    assert graded.seconds < 20
    late = [result for result in graded.results if result.verdict == "timeout"]
    assert late
    assert "No time was left" in late[-1].message
