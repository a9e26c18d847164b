"""A kernel runs cells and answers questions; whatever runs in it, we get our turn back."""

import os
from pathlib import Path

import pytest
import torch

from autograder.kernels.engine import Engine
from cnnlab.learner import LearnerCode
from cnnlab.learner.problems import Crashed, NotPlain, NotWritten, Raised, TimedOut

CODE = """
import os, time, torch
from cnnlab.learner import agent

def double(x):
    return 2 * x

def stub():
    raise NotImplementedError

def divide(x):
    return x / 0

def spin():
    while True:
        pass

def deaf():
    while True:
        try:
            time.sleep(60)
        except KeyboardInterrupt:
            pass

def leave():
    os._exit(0)

def twice():
    return os.fork() >= 0

def flood():
    return ["x" * 1000] * 100_000

def where():
    return os.getcwd(), sorted(os.listdir()), os.environ.get("A_SECRET")
"""


@pytest.fixture(scope="module")
def kernel():
    os.environ["A_SECRET"] = "must not be seen"
    with Engine().kernel() as running:
        assert running.run_cell(CODE, 60).status == "ok"
        yield running
    del os.environ["A_SECRET"]


def student_of(kernel, seconds=20.0):
    return LearnerCode(lambda request: kernel.ask(request, seconds), [CODE])


def test_a_question_is_answered_across_the_border(kernel):
    x = torch.randn(3, 4, dtype=torch.float64)
    assert torch.equal(student_of(kernel).call("double", x), 2 * x)


def test_what_goes_wrong_there_is_named_here(kernel):
    student = student_of(kernel)
    with pytest.raises(NotWritten):
        student.call("stub")
    with pytest.raises(Raised, match=r"ZeroDivisionError at `return x / 0`"):
        student.call("divide", 1)


def test_a_reply_that_is_too_large_is_no_answer(kernel):
    with pytest.raises(NotPlain, match="MiB"):
        student_of(kernel).call("flood")


def test_an_answer_that_forks_answers_once(kernel):
    student = student_of(kernel)
    assert [student.call("twice") for _ in range(2)] == [True, True]
    assert student.call("double", 4) == 8


def test_a_cell_runs_between_two_questions(kernel):
    student = student_of(kernel)
    assert student.call("double", 4) == 8
    assert kernel.run_cell("double = lambda x: 3 * x", 20).status == "ok"
    assert student.call("double", 4) == 12
    assert kernel.run_cell("double = lambda x: 2 * x", 20).status == "ok"


def test_an_endless_loop_is_interrupted_and_the_kernel_lives_on(kernel):
    with pytest.raises(TimedOut):
        student_of(kernel, 0.5).call("spin")
    assert kernel.alive
    assert student_of(kernel).call("double", 2) == 4


def test_the_work_folder_is_empty_and_the_environment_small(kernel):
    folder, files, secret = student_of(kernel).call("where")
    assert files == []
    assert secret is None
    assert str(Path.cwd()) not in folder


def test_cells_end_as_ok_error_or_timeout_with_their_outputs(kernel):
    fine = kernel.run_cell("print('a'); print('b')\n1 + 1", 20)
    assert fine.status == "ok"
    assert fine.outputs[0].text == "a\nb\n"
    assert fine.outputs[1].data["text/plain"] == "2"
    wrong = kernel.run_cell("1 / 0", 20)
    assert (wrong.status, wrong.outputs[0].output_type) == ("error", "error")
    assert "ZeroDivisionError" in wrong.error
    slow = kernel.run_cell("spin()", 0.5)
    assert slow.status == "timeout"
    assert kernel.run_cell("1", 20).status == "ok"


def test_a_flood_of_output_is_cut_and_said_so(kernel):
    run = kernel.run_cell("for i in range(200): print('x' * 50_000)", 60)
    assert run.status == "ok"
    shown = "".join(output.text for output in run.outputs)
    assert len(shown) < 1_100_000
    assert "left out" in shown


def test_input_is_refused_rather_than_waited_for(kernel):
    assert "StdinNotImplementedError" in kernel.run_cell("input()", 20).error


def test_code_that_does_not_listen_costs_its_kernel():
    with Engine().kernel() as kernel:
        kernel.run_cell(CODE, 60)
        with pytest.raises(TimedOut):
            student_of(kernel, 0.5).call("deaf")
        assert not kernel.alive
        with pytest.raises(Crashed):
            student_of(kernel).call("double", 2)


def test_code_that_ends_python_is_told_of():
    with Engine().kernel() as kernel:
        kernel.run_cell(CODE, 60)
        with pytest.raises(Crashed):
            student_of(kernel).call("leave")
        assert not kernel.alive
    with Engine().kernel() as kernel:
        assert kernel.run_cell("import os; os._exit(1)", 20).status == "crash"


def test_nothing_is_left_behind():
    with Engine().kernel() as kernel:
        folder = Path(kernel._process.connection["ip"]).parent
        assert folder.exists()
    assert not folder.exists()
    assert not kernel.alive
