"""A score depends on nothing but the answer: not on the sandbox, nor on how a kernel starts."""

import pytest

from autograder.command import main
from autograder.judging.grading import grade_notebook
from autograder.kernels.engine import Engine
from autograder.kernels.isolation import choose
from autograder.kernels.isolation.choosing import LEVELS, NoSandboxError, problem_with
from autograder.kernels.isolation.users import is_root, new_uid
from autograder.solutions import compose

ENGINES = [Engine("bubblewrap"), Engine("none"), Engine("none", warm=False)]
if is_root():
    ENGINES.append(Engine("uid"))


@pytest.fixture
def every_level_allowed(monkeypatch):
    """A checkout that others can read is no reason against trying level uid here."""
    monkeypatch.setattr("autograder.kernels.engine.choose", lambda name: LEVELS[name]())


def told(graded):
    return [(r.id, r.verdict, r.points, r.message) for r in graded.results]


def test_scores_are_the_same_at_every_level_and_in_warm_and_cold_kernels(
    unit, release, solved, bank, every_level_allowed
):
    wrong = next(a for a in bank if a.exercise == "pool2d" and not a.right)
    deadly = "import os\ndef conv_params(*a): os._exit(0)\ndef linear_params(*a): return 1"
    notebook = compose(release, {**solved, wrong.exercise: wrong.source, "param_counts": deadly})
    reports = [told(grade_notebook(unit, notebook, 3, engine)) for engine in ENGINES]
    assert all(report == reports[0] for report in reports)
    assert {verdict for _, verdict, _, _ in reports[0]} >= {"pass", "fail", "crash"}


def test_without_a_sandbox_nothing_is_graded_unless_it_was_asked_for(monkeypatch, capsys):
    monkeypatch.setattr(
        "autograder.kernels.isolation.choosing.problem_with",
        lambda name: None if name == "none" else f"no {name} today",
    )
    with pytest.raises(NoSandboxError, match="no bubblewrap today") as caught:
        choose()
    assert "--sandbox none" in str(caught.value)
    assert caught.value.exit_code == 3
    assert choose("none").name == "none"


def test_the_best_level_that_works_is_taken(monkeypatch):
    working = {"uid", "none"}
    monkeypatch.setattr(
        "autograder.kernels.isolation.choosing.problem_with",
        lambda name: None if name in working else "no",
    )
    assert choose().name == "uid"


def test_doctor_says_what_is_used_and_what_is_missing(monkeypatch, capsys):
    monkeypatch.setattr("autograder.command.doctor.problem_with", lambda name: f"no {name} today")
    assert main(["doctor"]) == 3
    said = capsys.readouterr().out
    assert "✗ sandbox bubblewrap" in said
    assert "no uid today" in said
    assert "--sandbox none" in said


def test_here_bubblewrap_works():
    """The machine on which tests run has it: .ci and tools/setup.sh see to that."""
    assert problem_with("bubblewrap") is None


def test_cold_kernels_have_no_sandbox_and_say_so(capsys, unit):
    path = str(unit.release_notebook)
    assert main(["grade", path, "--unit", unit.id, "--kernel", "cold"]) == 2
    assert "--sandbox none" in capsys.readouterr().err


def test_user_ids_are_nobodys_and_never_the_same():
    drawn = [new_uid() for _ in range(20)]
    assert len(set(drawn)) > 15
    assert min(drawn) >= 20_000
