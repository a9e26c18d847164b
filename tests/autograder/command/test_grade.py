"""`autograder grade` and `demo` as commands; grading itself is stood in for."""

import json

import pytest
from fake_class import UNIT, fake_graded

from autograder.command import main
from autograder.command.demo import ATTACKS
from autograder.kernels.engine import Engine


@pytest.fixture
def graded(monkeypatch):
    """The students that were graded, in order."""
    names = []

    def grade(unit, submission, **_):
        names.append(submission.student)
        return fake_graded(submission.student)

    for module in ("grade", "demo"):
        monkeypatch.setattr(f"autograder.command.{module}.grade_one", grade)
    monkeypatch.setattr(Engine, "ready", lambda engine: engine)
    return names


@pytest.fixture
def grade(tmp_path, release, capsys):
    for student in ("ada", "bob"):
        (tmp_path / "class").mkdir(exist_ok=True)
        (tmp_path / "class" / f"{student}.ipynb").write_text(json.dumps(release))

    def run(*more):
        place, results = str(tmp_path / "class"), str(tmp_path / "results")
        code = main(["grade", place, "--unit", UNIT, "--results", results, *more])
        return code, capsys.readouterr().out

    return run


def test_a_second_run_grades_nothing_and_shows_the_same(graded, grade, tmp_path):
    first = grade("--json", str(tmp_path / "1.json"))
    second = grade("--json", str(tmp_path / "2.json"))
    assert graded == ["ada", "bob"]
    assert (first[0], second[0]) == (0, 0)
    assert (tmp_path / "1.json").read_text() == (tmp_path / "2.json").read_text()
    assert "known from before" in second[1]
    assert f"autograder report {UNIT}" in first[1]
    assert not (tmp_path / "gradebook.db").exists()


def test_force_a_changed_file_and_another_seed_are_graded_again(graded, grade, tmp_path):
    grade()
    grade("--force")
    (tmp_path / "class" / "bob.ipynb").write_text("{}")
    grade()
    grade("--seed", "3")
    assert graded == ["ada", "bob", "ada", "bob", "bob", "ada", "bob"]


def test_the_demo_ends_with_the_place_of_its_report(graded, tmp_path, capsys):
    assert main(["demo", "--keep", str(tmp_path)]) == 0
    report = tmp_path / f"{UNIT}.html"
    assert str(report) in capsys.readouterr().out
    assert all(name in report.read_text() for name in graded)
    assert "right-solution" in graded
    assert sum(name.startswith("hostile-") for name in graded) == len(ATTACKS)
