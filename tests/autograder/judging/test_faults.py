"""A check of the course that fails itself costs nobody a point, on any road through the engine."""

import json
from dataclasses import replace

import nbformat
import pytest
from fake_class import fake_graded
from fake_course import FakeCourse
from nbgrader.apps import NbGraderAPI

from autograder.answers import evaluate
from autograder.answers.bank_files import Answer
from autograder.command import main
from autograder.export.on_gradescope import as_results
from autograder.hidden_checks import hidden_checks
from autograder.judging.grading import grade_notebook
from autograder.results import Store
from autograder.validation import validate_unit

FAULT = "nothing of the learner's is in this sum"


def fails(learner, draw):
    raise ZeroDivisionError(FAULT)


@pytest.fixture
def planted(monkeypatch, unit):
    """The first hidden check of conv_output_size fails itself."""
    hidden = hidden_checks(unit)["conv_output_size"]
    first, *others = hidden.checks
    monkeypatch.setattr(hidden, "checks", [replace(first, ask=fails), *others])


def test_grade_says_whose_fault_it_is_and_shows_the_traceback_to_instructors_only(
    planted, unit, submission, tmp_path, capsys
):
    path = tmp_path / "ada.ipynb"
    nbformat.write(submission, path)
    results = ["--results", str(tmp_path / "graded")]
    command = ["grade", str(path), "--unit", unit.id, "--sandbox", "none", *results]
    assert main([*command, "--details", "--json", str(tmp_path / "table.json")]) == 3
    told = capsys.readouterr().out
    assert "the course's fault" in told
    assert "Traceback (most recent call last)" in told
    assert FAULT in told
    (row,) = json.loads((tmp_path / "table.json").read_text())
    assert row["max_score"] == 60
    assert [c["id"] for c in row["checks"] if c["verdict"] != "pass"] == ["conv_output_size.1"]

    store = Store.of(unit, tmp_path / "graded")
    (kept,) = store.all()
    assert FAULT in kept.failures[0].traceback
    assert FAULT not in nbformat.writes(store.notebook("ada"))
    assert "nobody's answer is at fault" in nbformat.writes(store.notebook("ada"))
    report = tmp_path / "report.html"
    assert main(["report", unit.id, "-o", str(report), *results]) == 0
    assert FAULT.replace("'", "&#x27;") in report.read_text()


def test_gradescope_gives_no_score_and_hides_the_traceback(planted, unit, submission):
    made = as_results(grade_notebook(unit, submission, 1), 1.0)
    assert "score" not in made
    (test,) = made["tests"]
    assert test["visibility"] == "hidden"
    assert FAULT in test["output"]


def test_stock_nbgrader_gives_no_score(planted, unit, submission, tmp_path, monkeypatch):
    fake = FakeCourse(tmp_path)
    fake.write(fake_graded("bob"))  # nbgrader knows of the unit's cells from then on
    monkeypatch.setenv("CNNLAB_COURSE", str(tmp_path))
    place = tmp_path / "submitted" / "ada" / unit.id / f"{unit.id}.ipynb"
    place.parent.mkdir(parents=True)
    nbformat.write(submission, place)
    done = NbGraderAPI(config=fake.settings()).autograde(unit.id, "ada", create=True)
    assert not done["success"]
    assert "conv_output_size.1" in done["log"]
    assert FAULT in done["log"]
    assert not list((tmp_path / "autograded" / "ada").rglob("*.ipynb"))


def test_the_bank_names_the_check_and_ends_with_another_code(
    planted, unit, solved, monkeypatch, capsys
):
    answer = Answer(unit.id, "conv_output_size", "ours", True, solved["conv_output_size"])
    for module in ("answers.evaluate", "command.answers"):
        monkeypatch.setattr(f"autograder.{module}.read_bank", lambda _: [answer])
    assert main(["answers", unit.id]) == 3
    told = capsys.readouterr().out
    assert told.count(FAULT) == 1
    assert "The course's own check conv_output_size.1" in told
    (row,) = evaluate.evaluate_units([unit], seed=0, jobs=1)
    assert not row.ok


def test_validate_names_the_check(planted, unit, monkeypatch, capsys):
    monkeypatch.setattr("autograder.validation._run_whole", lambda *_, **__: ([], 0.0))
    found = validate_unit(unit, seed=1)
    assert found.problems == []
    (fault,) = found.faults
    assert fault.startswith("conv_output_size.1")
    assert FAULT in fault
    assert not found.ok
    assert main(["validate", unit.id, "--sandbox", "none"]) == 3
    assert FAULT in capsys.readouterr().out


def test_an_exception_in_judging_one_submission_is_its_own(unit, submission, tmp_path, monkeypatch):
    from autograder.judging import grading
    from autograder.submissions import Submission

    path = tmp_path / "ada.ipynb"
    nbformat.write(submission, path)
    monkeypatch.setattr(grading, "judge", fails)
    graded = grading.grade_one(unit, Submission("ada", path))
    assert not graded.is_finished
    assert "The grader itself failed" in str(graded.problem)
    assert graded.failures[0].traceback
