"""Reading the bank: slips of its authors are named with file, line and what to type."""

import pytest

from autograder.answers import bank_files
from autograder.answers.bank_files import missing_answers, read_bank
from autograder.command import main

RIGHT = '# %% right="as the lesson does"\npass\n\n'
WRONG = '# %% wrong="flips" diagnosis="flipped" points=0\npass\n\n'


@pytest.fixture
def write(monkeypatch, tmp_path, unit):
    """Writes answers to conv2d, the only ones there are; returns the file."""
    monkeypatch.setattr(bank_files, "hidden_folder", lambda _: tmp_path)
    path = tmp_path / "conv2d" / "answers.py"
    path.parent.mkdir()

    def write(text):
        path.write_text(text)
        return path

    return write


def test_answers_lie_in_the_exercises_folder(write, unit):
    write(RIGHT + '# %% wrong="flips" diagnosis="flipped" points=2.5 visible="missed"\npass\n')
    right, wrong = read_bank(unit)
    assert (right.exercise, right.name, right.right) == ("conv2d", "as the lesson does", True)
    assert (wrong.kind, wrong.mistake, wrong.points) == ("wrong", "flipped", 2.5)
    assert not wrong.seen_by_visible


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("# %%", "does not say which"),
        ('# %% wrnog="x"', "no attribute 'wrnog'"),
        ('# %% right="x" wrong="y" diagnosis="z" points=1', "does not say which"),
        ('# %% wrong="x" points=1', "states the mistake"),
        ('# %% wrong="x" diagnosis="y"', "states the mistake"),
        ('# %% wrong="x" diagnosis="y" points="two"', "points='two' is no number"),
        ('# %% wrong="x" diagnosis="y" points=1 visible="mised"', "visible='mised'"),
    ],
)
def test_a_slip_is_answered_in_one_paragraph_with_its_line(write, capsys, unit, cell, said):
    path = write(f"{RIGHT}{cell}\npass\n")
    assert main(["answers", unit.id]) == 2
    told = capsys.readouterr().err
    flowing = " ".join(told.split())
    assert said in flowing
    assert f"{path}:4:" in told.replace("\n", "").replace(" ", "") or f"{path}:4:" in flowing
    assert 'Write right="…"' in flowing
    assert "\n\n" not in told
    assert "Traceback" not in told


def test_an_exercise_needs_right_and_wrong_answers(write, unit):
    assert "has no answers" in missing_answers(unit, "pool2d")
    path = write(RIGHT * 2 + WRONG * 3)
    assert "2 right and 3 wrong" in missing_answers(unit, "conv2d")
    assert str(path) in missing_answers(unit, "conv2d")
    write(RIGHT * 2 + WRONG * 4)
    assert missing_answers(unit, "conv2d") is None


def test_every_exercise_of_the_course_has_enough(course):
    for unit in course.units:
        for exercise in bank_files.bank_files(unit):
            assert missing_answers(unit, exercise) is None
