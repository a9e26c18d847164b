"""What a cell leaves running is its own affair: it costs its own exercise and no other."""

import pytest
from nbformat.v4 import new_code_cell

from autograder.judging.grading import grade_notebook
from autograder.judging.tampering import may_run_on, may_tamper
from autograder.kernels.engine import Engine
from autograder.kernels.kernel import Kernel
from autograder.solutions import compose

LATER = {
    "a timer": "import os, threading\nthreading.Timer(0.7, os._exit, [1]).start()",
    "a process": (
        "import os, subprocess\nsubprocess.Popen(['sh', '-c', f'sleep 0.7; kill -9 {os.getpid()}'])"
    ),
}


@pytest.mark.parametrize("code", LATER.values(), ids=LATER)
def test_what_is_left_running_costs_its_own_exercise_only(unit, release, solved, code, monkeypatch):
    cells = []

    run_cell = Kernel.run_cell

    def watched(self, source, timeout):
        cells.append(source)
        return run_cell(self, source, timeout)

    monkeypatch.setattr(Kernel, "run_cell", watched)
    notebook = compose(release, {**solved, "conv_output_size": code})
    graded = grade_notebook(unit, notebook, 1, Engine("none"))
    assert {r.exercise for r in graded.results if not r.passed} == {"conv_output_size"}
    assert 1 <= cells.count(code) <= 2  # at first, and alone for a second opinion


@pytest.mark.parametrize(
    "code",
    [
        "os.fork()",
        "threading.Thread(target=work).start()",
        "with Pool(4) as pool: pass",
        "Process(target=work).start()",
        "subprocess.run(['x'])",
        "os.system('x &')",
        "from concurrent.futures import ProcessPoolExecutor",
        "signal.setitimer(signal.ITIMER_REAL, 1)",
        "!sleep 100 &",
        "%%bash --bg\nsleep 100",
    ],
)
def test_code_that_may_run_on_is_known(code):
    assert may_run_on(code)
    assert may_tamper(code)


def test_no_answer_of_the_course_is_taken_for_one(solved):
    assert not [todo for todo, source in solved.items() if may_run_on(source)]


@pytest.mark.parametrize(
    "own",
    ["del nn, torch, F", "hoard = []\nwhile True:\n    hoard.append(bytearray(2**28))"],
    ids=["imports deleted", "memory filled"],
)
def test_what_a_cell_takes_from_all_comes_back(unit, submission, own):
    submission.cells.append(new_code_cell(own))
    graded = grade_notebook(unit, submission, 1)
    assert graded.score == graded.max_score
