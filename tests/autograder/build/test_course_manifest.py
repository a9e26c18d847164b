"""course.toml: found from anywhere inside, typed, and every mistake named with its line."""

from __future__ import annotations

import pytest
from toy_course import HEAD, REPOSITORY, unit_table

from autograder.course import Course
from autograder.course_folder import ENVIRONMENT_VARIABLE
from autograder.errors import CourseError, UnknownUnitError
from cnnlab.errors import UnknownNameError


@pytest.fixture(autouse=True)
def _no_course_in_the_environment(monkeypatch):
    monkeypatch.delenv(ENVIRONMENT_VARIABLE, raising=False)


def test_the_course_is_found_from_a_folder_inside_it(toy, monkeypatch):
    monkeypatch.chdir(toy.lesson().parent)
    course = Course.load()
    assert course.root == toy.root
    unit = course.unit("01_toy")
    assert unit.hints.is_file()
    assert unit.source_notebook == toy.root / "source_notebooks/01_toy/01_toy.ipynb"
    assert unit.release_notebook == toy.root / "release/01_toy/01_toy.ipynb"


def test_the_environment_names_the_course(toy, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CourseError, match=ENVIRONMENT_VARIABLE):
        Course.load()
    for named in (toy.root, toy.root / "course"):
        monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(named))
        assert Course.load().root == toy.root
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(tmp_path / "nowhere"))
    with pytest.raises(CourseError, match="nowhere"):
        Course.load()
    assert Course.load(toy.root).title == "Toy"


def test_units_come_in_course_order_each_once(toy):
    toy.add_unit("02_more")
    course = toy.load()
    assert [unit.id for unit in course.select(["02_more", "01_toy", "02_more"])] == [
        *("01_toy", "02_more"),
    ]
    assert course.select(None) == course.units


def test_an_unknown_unit_is_a_usage_error_with_a_guess(toy):
    with pytest.raises(UnknownUnitError, match=r"Did you mean '01_toy'.*course\.toml") as caught:
        toy.load().unit("1_toy")
    assert caught.value.exit_code == 2
    assert isinstance(caught.value, UnknownNameError)


GOOD = HEAD + unit_table("01_toy")


@pytest.mark.parametrize(
    ("text", "says", "line"),
    [
        (GOOD + "x = = 1\n", "line 15", None),
        (GOOD.replace('branch = "main"\n', ""), "'branch' is missing", 1),
        (GOOD.replace('branch = "main"', "branch = 3"), "'branch' is 3", 4),
        (GOOD.replace("minutes = 60\n", ""), "'minutes' is missing", 6),
        (GOOD.replace("minutes = 60", 'minutes = "60"'), "'minutes' is '60'", 9),
        (GOOD.replace("points = 10.5", "points = 0"), "'points' is 0", 10),
        (GOOD.replace("points = 10.5", "points = true"), "'points' is True", 10),
        (GOOD.replace("minutes", "minuts"), "did you mean 'minutes'", 9),
        (GOOD.replace('data = ["digits"]', 'data = "digits"'), "'data' is 'digits'", 13),
        (GOOD.replace("01_toy", "../toy", 1), "may hold only letters", 7),
        (GOOD + unit_table("01_toy"), "'01_toy' is used twice", 17),
        (HEAD + unit_table("01_toy", prerequisites='["02_b"]'), "'02_b' is not a unit listed", 14),
        (HEAD, "no unit is listed", 4),
        (unit_table("01_toy"), "no [course] table", 1),
        (GOOD + "\n[extra]\nx = 1\n", "'extra' is unknown", 16),
    ],
)
def test_a_mistake_in_the_manifest_is_named_with_its_line(toy, text, says, line):
    toy.manifest.write_text(text, encoding="utf-8")
    with pytest.raises(CourseError) as caught:
        toy.load()
    assert says in str(caught.value)
    assert str(toy.manifest) in str(caught.value)
    if line is not None:
        assert f"{toy.manifest}:{line}: " in str(caught.value)


def test_all_mistakes_are_listed_at_once(toy):
    toy.manifest.write_text(GOOD.replace("60", "-1").replace("120", "0"), encoding="utf-8")
    with pytest.raises(CourseError) as caught:
        toy.load()
    assert "'minutes'" in str(caught.value)
    assert "'budget_seconds'" in str(caught.value)


def test_the_repositorys_own_manifest_is_sound():
    course = Course.load(REPOSITORY)
    assert course.units[0].id == "01_convolutions"


def test_the_judge_stands_in_for_execute_and_nothing_else_changes():
    from nbgrader.converters import Autograde
    from traitlets.config.loader import PyFileConfigLoader

    loader = PyFileConfigLoader("nbgrader_config.py", path=str(REPOSITORY / "course"))
    config = loader.load_config()
    ours = config.Autograde.autograde_preprocessors
    stock = Autograde().autograde_preprocessors
    assert [step.__name__ for step in stock].count("Execute") == 1
    assert len(ours) == len(stock)
    for mine, theirs in zip(ours, stock, strict=True):
        expected = "autograder.stock.JudgedExecute" if theirs.__name__ == "Execute" else theirs
        assert mine == expected
    assert config.CourseDirectory.root == str(REPOSITORY)
