"""course.toml: found from anywhere inside, typed, and every mistake named with its line."""

from __future__ import annotations

import shutil

import pytest
from toy_course import HEAD, REPOSITORY, unit_table

from autograder.course import Course
from autograder.course_folder import ENVIRONMENT_VARIABLE
from autograder.course_settings import Grading
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


def with_settings(text: str) -> str:
    return HEAD + text + unit_table("01_toy")


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
        (with_settings('exercises = "toy.exercises"\n'), "'hidden' is missing", 1),
        (with_settings('hidden = "toy_hidden"\n'), "'exercises' is missing", 1),
        (with_settings('exercises = "toy-1"\nhidden = "h"\n'), "'exercises' is 'toy-1'", 5),
        (with_settings('exercises = "toy.class"\nhidden = "h"\n'), "'exercises' is 'toy.class'", 5),
        (with_settings('exercises = "toy.a"\nhidden = "toy.b"\n'), "a package of their own", 6),
        (with_settings('path = "packages"\n'), "'path' is 'packages'", 5),
        (with_settings('path = ["nowhere"]\n'), "'nowhere' in 'path' is not there", 5),
        (with_settings('path = [".."]\n'), "'..' in 'path' is not a folder inside", 5),
        (with_settings('path = ["/usr"]\n'), "'/usr' in 'path' is not a folder inside", 5),
        (with_settings("[grading]\npreloads = 3\n"), "'preloads' is 3", 6),
        (with_settings('[grading]\nhides = ["cnnlab.*"]\n'), "'hides' is ['cnnlab.*']", 6),
        (with_settings('[grading]\nrefuses = ["a.*.b"]\n'), "'refuses' is ['a.*.b']", 6),
        (with_settings('[grading]\nhide = ["timm"]\n'), "did you mean 'hides'?", 6),
        ("grading = 1\n" + GOOD, "'grading' is no table", 1),
        ("units = [1]\n" + HEAD, "'units' is no table", 1),
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


def test_the_repositorys_own_manifest_writes_out_what_counts_by_default(toy):
    course, plain = Course.load(REPOSITORY), toy.load()
    assert course.units[0].id == "01_convolutions"
    assert course.grading == plain.grading == plain.unit("01_toy").grading
    assert (course.packages.exercises, course.packages.hidden) == (
        *("cnnlab.exercises", "autograder.exercises"),
    )
    assert (plain.packages.exercises, plain.packages.hidden) == (
        *("cnnlab.exercises", "autograder.exercises"),
    )


def test_a_course_of_its_own_hides_its_exercises_whatever_else_it_says(toy):
    (toy.root / "packages").mkdir()
    own = 'exercises = "toy.exercises"\nhidden = "toy_hidden"\npath = ["packages"]\n'
    toy.manifest.write_text(with_settings(own), encoding="utf-8")
    course = toy.load()
    assert course.packages.path == ((toy.root / "packages").resolve(),)
    assert course.grading == Grading((), ("toy.exercises",), ("toy.*",))
    more = own + '[grading]\npreloads = ["numpy"]\nhides = ["scipy.signal"]\nrefuses = []\n'
    toy.manifest.write_text(with_settings(more), encoding="utf-8")
    assert toy.load().grading == Grading(("numpy",), ("toy.exercises", "scipy.signal"), ())


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Installs a package that says it brings courses; returns the folder they may lie in."""
    site = tmp_path / "site"
    monkeypatch.syspath_prepend(site)

    def install(distribution: str, **courses: str) -> None:
        info = site / f"{distribution}-1.0.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Name: {distribution}\nVersion: 1.0\n")
        lines = "\n".join(f"{name} = {value}" for name, value in courses.items())
        (info / "entry_points.txt").write_text(f"[autograder.courses]\n{lines}\n")

    return install


def test_an_installed_course_serves_where_no_other_is_around(toy, install, monkeypatch, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    install("toys", toy="installed_toys")
    installed = tmp_path / "site" / "installed_toys"
    shutil.copytree(toy.root, installed)
    (installed / "__init__.py").touch()
    assert Course.load().root == installed.resolve()
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, "toy")
    assert Course.load().root == installed.resolve()
    monkeypatch.delenv(ENVIRONMENT_VARIABLE)
    monkeypatch.chdir(toy.root)
    assert Course.load().root == toy.root
    monkeypatch.chdir(elsewhere)
    install("more", other="installed_toys")
    with pytest.raises(CourseError, match=f"other, toy. Set {ENVIRONMENT_VARIABLE}"):
        Course.load()


@pytest.mark.parametrize(
    ("value", "says"), [("json", "has no course/course.toml"), ("no_such", "cannot be imported")]
)
def test_an_installed_course_that_is_none_is_said_so(install, monkeypatch, tmp_path, value, says):
    monkeypatch.chdir(tmp_path)
    install("broken", signals=value)
    with pytest.raises(CourseError, match=says) as caught:
        Course.load()
    assert "broken says that it brings the course 'signals'" in str(caught.value)


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
