"""Every check ends in a result, repeats exactly, and leaves the learner's session as it was."""

import pytest
import torch
from torch import nn

from cnnlab.check.compare import Wrong
from cnnlab.check.exercise import Check, Exercise
from cnnlab.check.run import run_check, run_checks
from cnnlab.learner import local_learner

exercise = Exercise(
    "f", {"f": lambda x: x, "net": lambda: nn.Linear(2, 1)}, refuses=("torch.relu",)
)


def ask_randomly(learner, draw):
    start = next(iter(learner.build("net").parameters().values()))
    raise Wrong("seen", f"{draw.normal(2).tolist()} {start.tolist()}")


def test_a_seed_repeats_inputs_and_start_weights():
    learner = local_learner({"net": lambda: nn.Linear(2, 1)})
    check = Check("random", ask_randomly)
    assert run_check(exercise, check, learner, 7) == run_check(exercise, check, learner, 7)
    assert run_check(exercise, check, learner, 7) != run_check(exercise, check, learner, 8)


def test_two_checks_of_one_run_draw_differently():
    learner = local_learner({"net": lambda: nn.Linear(2, 1)})
    one, other = (run_check(exercise, Check(name, ask_randomly), learner, 7) for name in "ab")
    assert one.message != other.message


def test_the_learners_random_numbers_go_on_undisturbed():
    torch.manual_seed(3)
    expected = torch.rand(4)
    torch.manual_seed(3)
    run_check(
        exercise, Check("random", ask_randomly), local_learner({"net": lambda: nn.Linear(2, 1)}), 7
    )
    assert torch.equal(torch.rand(4), expected)


@pytest.mark.parametrize(
    ("ask", "verdict", "mistake"),
    [
        (lambda learner, draw: None, "pass", ""),
        (lambda learner, draw: learner.call("gone"), "missing", "missing"),
        # ours gives a number, to which one can be added; the learner's a text
        (lambda learner, draw: learner.call("f", -1) + 1, "fail", "unforeseen_answer"),
        (lambda learner, draw: learner.call("f", 1) + None, "infrastructure", "infrastructure"),
    ],
)
def test_whatever_happens_there_is_a_verdict(ask, verdict, mistake):
    result = run_check(
        exercise, Check("a check", ask, points=2), local_learner({"f": lambda x: "one"}), 0
    )
    assert (result.verdict, result.mistake) == (verdict, mistake)
    assert result.points == (2 if verdict == "pass" else 0)
    assert result.max_points == 2


def test_a_refused_shortcut_fails_every_check_and_is_quoted():
    checks = [Check(name, lambda learner, draw: None) for name in "ab"]
    source = "import torch\ndef f(x):\n    return torch.relu(x)"
    learner = local_learner({"f": abs}, [source])
    results = run_checks(exercise, checks, learner, 0)
    assert [result.mistake for result in results] == ["refused_call", "refused_call"]
    assert "return torch.relu(x)" in results[0].message
    assert all(r.passed for r in run_checks(exercise, checks, local_learner({"f": abs}), 0))
