"""Courses that are not put together as courses: one paragraph with file, line and mend, code 2."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest
from whole_course import line_of, rewrite

UNIT = "01_first"


def test_the_course_is_sound_before_it_is_spoilt(whole, run):
    code, told = run("build")
    assert code == 0, told
    assert told.endswith("✓ Built: 1 unit.")
    assert run("build", "--check")[0] == 0


@pytest.mark.parametrize("part", ["exercise", "hidden", "answers"])
def test_a_part_that_is_missing_is_named_by_its_path(whole, run, part):
    path = getattr(whole, part)
    path.unlink()
    code, told = run("build")
    assert code == 2
    line = line_of(whole.lesson, 'todo="median"')
    assert f"course/units/01_first/lesson.py:{line}: the exercise 'median' has no" in told
    assert str(path.relative_to(whole.root)) in told
    assert "autograder new 01_first median" in told
    assert not whole.is_built


def test_two_units_cannot_have_an_exercise_of_one_name(whole, run):
    assert run("new", "02_second")[0] == 0
    twin = whole.exercises.parent / "u02_second" / "median.py"
    shutil.copy(whole.exercise, twin)
    code, told = run("build", UNIT)
    assert code == 2
    assert f"{twin.relative_to(whole.root)}:1: the exercise 'median' has a file in another" in told
    assert str(whole.exercise.relative_to(whole.root)) in told
    assert not whole.is_built


@pytest.mark.parametrize("part", ["hidden", "answers"])
def test_parts_of_an_unknown_exercise_are_named(whole, run, part):
    stray = whole.hidden_folder / "medain" / f"{part}.py"
    stray.parent.mkdir()
    shutil.copy(getattr(whole, part), stray)
    code, told = run("build")
    assert code == 2
    assert f"{stray.relative_to(whole.root)}:1: " in told
    assert "'medain', which is no exercise of 01_first. Did you mean 'median'?" in told
    assert not whole.is_built


def test_an_exercise_that_no_lesson_asks_for_is_named(whole, run):
    shutil.copy(whole.exercise, whole.exercises / "spread.py")
    code, told = run("build")
    assert code == 2
    assert "spread.py:1: no cell of course/units/01_first/lesson.py asks for" in told
    assert 'Add a cell `# %% todo="spread"`' in told


@pytest.mark.parametrize("name", ["median-2", "class", "2nd"])
def test_a_file_that_is_no_python_name_is_no_exercise(whole, run, name):
    shutil.copy(whole.exercise, whole.exercises / f"{name}.py")
    code, told = run("build")
    assert code == 2
    assert f"{name}.py:1: {name!r}, an exercise by its file, is not a name" in told
    assert not whole.is_built


@pytest.mark.parametrize(
    ("setting", "old", "new"),
    [
        ("exercises", 'exercises = "{}.exercises"', 'exercises = "{}.exercices"'),
        ("hidden", 'hidden = "{}_hidden"', 'hidden = "no_such_package"'),
        ("preloads", "preloads = []", 'preloads = ["nmupy.linalg"]'),
    ],
)
@pytest.mark.parametrize("command", ["build", "validate"])
def test_a_package_that_is_not_there_is_named_with_its_line(whole, run, setting, old, new, command):
    rewrite(whole.manifest, old.format(whole.name), new.format(whole.name))
    code, told = run(command)
    assert code == 2
    assert f"{whole.manifest}:{line_of(whole.manifest, f'{setting} = ')}: {setting} names" in told
    assert "Mend the name, install the package, or add its folder to `path`" in told
    assert not whole.is_built


@pytest.mark.parametrize(
    ("part", "old", "new", "said"),
    [
        ("exercise", "middle = len(numbers)", "middle = = len(numbers)", "SyntaxError"),
        ("exercise", "exercise = Exercise(", "exercise = Exercies(", "NameError"),
        ("hidden", "hidden = HiddenChecks(exercise)", "hidden = 1 / 0", "ZeroDivisionError"),
        ("hidden", ".median import", ".medain import", "No module named"),
    ],
)
def test_a_course_that_cannot_be_imported_is_told_where(whole, run, part, old, new, said):
    path = getattr(whole, part)
    rewrite(path, old, new)
    code, told = run("build")
    assert code == 2
    assert f"{path}:{line_of(path, new)}: the course's own code fails here: " in told
    assert said in told
    assert "Traceback" not in told
    assert not whole.is_built


@pytest.fixture
def built(whole):
    """The course, built by another process: this one has imported nothing of it yet."""
    subprocess.run([sys.executable, "-m", "autograder", "build"], check=True, capture_output=True)
    return whole


@pytest.mark.parametrize("command", ["answers", "grade"])
def test_nobody_is_judged_by_a_course_that_cannot_be_imported(built, run, command):
    rewrite(built.hidden, "hidden = HiddenChecks(exercise)", "hidden = 1 / 0")
    release = built.root / "release" / UNIT / f"{UNIT}.ipynb"
    code, told = run(command, *([release, "--unit", UNIT] if command == "grade" else [UNIT]))
    assert code == 2
    assert f"{built.hidden}:{line_of(built.hidden, '1 / 0')}: the course's own code fails" in told
    assert not list((built.root / "graded").glob("**/*.json"))


SLIPS = [
    ('# %% right="puts', '# %% rihgt="puts', "an answer has no attribute 'rihgt'"),
    ('diagnosis="mean" points=0', 'diagnosis="mean"', "a wrong answer states the mistake"),
    ('diagnosis="mean" points=0', 'diagnosis="mean" points="no"', "points='no' is no number"),
]


@pytest.mark.parametrize(("old", "new", "said"), SLIPS)
def test_a_slip_in_the_bank_is_told_by_the_build(whole, run, old, new, said):
    rewrite(whole.answers, old, new)
    code, told = run("build")
    assert code == 2
    assert f"{whole.answers}:{line_of(whole.answers, new)}: {said}" in told
    assert not whole.is_built


def test_a_slip_in_the_bank_is_told_by_the_answers(built, run):
    rewrite(built.answers, *SLIPS[0][:2])
    code, told = run("answers")
    assert code == 2
    assert f"{built.answers}:1: an answer has no attribute 'rihgt'" in told


def test_a_bank_that_is_too_small_is_told(whole, run):
    text = whole.answers.read_text(encoding="utf-8")
    whole.answers.write_text(text[: text.index("# %% wrong")], encoding="utf-8")
    code, told = run("build")
    assert code == 1
    assert "has 3 right and 0 wrong answers" in told


def test_an_exercise_of_another_name_is_told(whole, run):
    rewrite(whole.exercise, 'Exercise("median",', 'Exercise("middle",')
    code, told = run("build")
    assert code == 2
    line = line_of(whole.exercise, "exercise = ")
    assert f"{whole.exercise}:{line}: the exercise 'middle' lies in a file called" in told


@pytest.mark.parametrize("part", ["exercise", "hidden"])
def test_a_file_without_what_it_is_for_is_told(whole, run, part):
    getattr(whole, part).write_text('"""Nothing yet."""\n')
    code, told = run("build")
    assert code == 2
    assert f"{part}.py:1: no" in told.replace("median.py", "exercise.py")
    assert f"`{part}` here. Write: {part} = " in told


def test_hidden_checks_of_another_exercise_are_told(whole, run):
    rewrite(
        whole.hidden,
        "hidden = HiddenChecks(exercise)",
        'from dataclasses import replace\n\nhidden = HiddenChecks(replace(exercise, id="middle"))',
    )
    code, told = run("build")
    assert code == 2
    assert "these are hidden checks of 'middle' in the folder of 'median'" in told


def test_points_that_do_not_add_up_and_checks_that_are_not_there_are_named(whole, run):
    rewrite(whole.hidden, "points=2", "points=3")
    code, told = run("build")
    assert code == 1
    assert "'median' has a test of 10 points, but hidden checks worth 11" in told
