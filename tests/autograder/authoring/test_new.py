"""`autograder new`: skeletons of every part, which the build calls unfinished until they are."""

from __future__ import annotations

import pytest
from whole_course import rewrite

from autograder.authoring.unfinished import MARK


def _finish(folder):
    """Takes the marks out of all skeletons, as if somebody had written what they ask for."""
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".py", ".toml"):
            path.write_text(path.read_text(encoding="utf-8").replace(MARK, ""), encoding="utf-8")


def test_a_new_exercise_has_all_its_parts_and_is_unfinished(whole, run):
    code, told = run("new", "01_first", "spread")
    assert code == 0
    parts = [
        whole.exercises / "spread.py",
        whole.hidden_folder / "spread" / "hidden.py",
        whole.hidden_folder / "spread" / "answers.py",
        whole.lesson,
        whole.lesson.with_name("hints.toml"),
    ]
    for path in parts:
        assert str(path.relative_to(whole.root)) in told
    assert "autograder build 01_first" in told
    assert "01_first have 20 together, and course.toml says 10" in told
    rewrite(whole.manifest, "points = 10", "points = 20")
    code, told = run("build")
    assert code == 1
    for path in parts:
        assert f"{path.relative_to(whole.root)}:" in told
    assert "hidden.py:14: still a skeleton: inputs that learners have not seen" in told
    assert "still a skeleton: a nudge. Write it" in told
    assert "still a skeleton: an answer that makes a known mistake. Write it" in told
    assert f"Write it, and take out the word {MARK}" in told
    assert not whole.is_built


def test_a_skeleton_that_is_filled_in_builds_and_its_answers_are_as_stated(whole, run):
    run("new", "01_first", "spread")
    rewrite(whole.manifest, "points = 10", "points = 20")
    _finish(whole.root)
    code, told = run("build")
    assert code == 0, told
    code, told = run("answers")
    assert code == 0, told
    assert "16 answers to 2" in told
    code, told = run("answers", "--exercise", "spread")
    assert code == 0, told
    assert "6 answers to 1 exercise." in told


def test_answers_to_an_exercise_that_is_not_there_are_refused(whole, run):
    assert run("build")[0] == 0
    code, told = run("answers", "--exercise", "medain")
    assert code == 2
    assert "Did you mean 'median'?" in told


def test_a_new_unit_takes_its_first_exercise(whole, run):
    code, told = run("new", "02_random_walks")
    assert code == 0
    assert "autograder new 02_random_walks NAME" in told
    assert 'title = "Random walks"' in whole.manifest.read_text(encoding="utf-8")
    code, told = run("new", "02_random_walks", "walk")
    assert code == 0
    assert "Make the points agree" not in told  # the unit's ten are those of its first exercise
    _finish(whole.root)
    code, told = run("build", "--check")
    assert code == 1
    assert "missing release/02_random_walks/02_random_walks.ipynb" in told
    code, told = run("build")
    assert code == 0, told


def test_only_what_is_missing_is_written(whole, run):
    kept = {path: path.read_bytes() for path in (whole.exercise, whole.hidden, whole.lesson)}
    whole.answers.unlink()
    assert run("new", "01_first", "median")[0] == 0
    assert whole.answers.is_file()
    assert {path: path.read_bytes() for path in kept} == kept


def _everything(folder):
    return {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("01_first", "median"), "is there already, with all its parts"),
        (("01_frist", "spread"), "Did you mean '01_first'?"),
        (("01_first", "2nd"), "'2nd' cannot be the name of an exercise"),
        (("01_first", "my-spread"), "'my-spread' cannot be the name"),
        (("01_first", "class"), "'class' cannot be the name"),
        (("01_first", "use"), "nor `use`"),
        (("01_first", "_spread"), "files that begin with _"),
        (("01_first", "spread_mistakes"), "end with _mistakes belong to other exercises"),
        (("01_first",), "The unit 01_first is there already"),
        (("02-walks",), "'02-walks' cannot be the id of a unit"),
    ],
)
def test_names_that_cannot_be_are_refused_and_nothing_is_written(whole, run, arguments, said):
    before = _everything(whole.root)
    code, told = run("new", *arguments)
    assert code == 2
    assert said in told
    assert _everything(whole.root) == before


def test_an_exercise_of_another_unit_keeps_its_name(whole, run):
    run("new", "02_second")
    code, told = run("new", "02_second", "median")
    assert code == 2
    assert "Another unit has an exercise 'median'" in told
    assert str(whole.exercise.relative_to(whole.root)) in told


def test_hints_that_cannot_be_read_stop_it_before_anything_is_written(whole, run):
    whole.lesson.with_name("hints.toml").write_text("[median\n", encoding="utf-8")
    before = _everything(whole.root)
    code, told = run("new", "01_first", "spread")
    assert code == 2
    assert "hints.toml:1: not valid TOML" in told
    assert _everything(whole.root) == before


def test_where_one_file_cannot_be_written_none_is(whole, run):
    before = _everything(whole.root)
    (whole.hidden_folder / "spread").write_text("in the way", encoding="utf-8")
    code, told = run("new", "01_first", "spread")
    assert code == 3
    assert "could not be read or written" in told
    (whole.hidden_folder / "spread").unlink()
    assert _everything(whole.root) == before
