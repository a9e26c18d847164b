"""Other right answers are shown to a learner whose own passes, and to nobody else."""

import json

import pytest

from cnnlab import check, progress
from cnnlab.catalogue import find_exercise, release_folder
from cnnlab.command import main
from cnnlab.exercises.u01_convolutions.edge_kernels import edge_kernels
from cnnlab.other_answers import (
    FILE,
    NotPassedYetError,
    OtherAnswer,
    OtherAnswers,
    are_shown,
    decoded,
    encoded,
    other_answers,
    read_file,
)

TWO = (
    OtherAnswer("four loops", "Nothing is hidden.", "def conv2d(x):\n    return x"),
    OtherAnswer("einsum", "One line <says> it.", "def conv2d(y):\n    return y"),
)


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("CNNLAB_HOME", str(tmp_path))


@pytest.fixture
def published(monkeypatch):
    """The course shows two answers to conv2d, and none to pool2d."""
    files = {"01_convolutions": {"conv2d": encoded(TWO)}}
    monkeypatch.setattr("cnnlab.other_answers.read_file", lambda folder: files)


def test_what_is_encoded_comes_back_and_is_not_read_by_accident():
    assert decoded(encoded(TWO)) == TWO
    assert "conv2d" not in encoded(TWO)
    assert decoded("") == ()


@pytest.mark.usefixtures("published")
def test_before_a_pass_nothing_is_shown(capsys):
    check.compare("conv2d")
    progress.record_check("conv2d", False)
    check.compare("conv2d")
    shown = capsys.readouterr().out
    assert shown.count("once yours passes") == 2
    assert "loops" not in shown
    assert main(["compare", "conv2d"]) != 0
    assert "once yours passes" in "".join(capsys.readouterr())


@pytest.mark.usefixtures("published")
def test_after_a_pass_both_are_shown_with_what_they_do_differently(capsys):
    progress.record_check("conv2d", True)
    for show in (lambda: check.compare("conv2d"), lambda: main(["compare", "conv2d"])):
        show()
        shown = capsys.readouterr().out
        assert "1. four loops\n   Nothing is hidden.\n\n    def conv2d(x):\n        return" in shown
        assert "2. einsum" in shown


@pytest.mark.usefixtures("published")
def test_the_learners_own_function_names_the_exercise(capsys):
    def conv2d():
        return None

    progress.record_check("conv2d", True)
    check.compare(conv2d)
    assert "four loops" in capsys.readouterr().out


@pytest.mark.usefixtures("published")
def test_where_no_answer_is_marked_it_is_said(capsys):
    progress.record_check("pool2d", True)
    check.compare("pool2d")
    assert capsys.readouterr().out == "There are no other answers to show for pool2d.\n"


def test_a_course_that_publishes_none_has_none(tmp_path):
    assert read_file(tmp_path) == {}
    (tmp_path / FILE).write_text("damaged")
    assert read_file(tmp_path) == {}


@pytest.mark.parametrize("state", [3, {"passed": 1}, {}])
def test_a_damaged_state_is_no_pass(state):
    progress.state_file().write_text(json.dumps({"checks": {"conv2d": state}}))
    with pytest.raises(NotPassedYetError):
        other_answers("conv2d")


@pytest.mark.usefixtures("published")
def test_a_pass_says_that_there_is_something_to_compare(capsys, monkeypatch):
    files = {"01_convolutions": {"edge_kernels": encoded(TWO)}}
    monkeypatch.setattr("cnnlab.other_answers.read_file", lambda folder: files)
    assert are_shown("edge_kernels")
    assert not are_shown("conv2d")
    assert not are_shown("nothing_of_this_name")
    check.edge_kernels(edge_kernels)
    assert 'check.compare("edge_kernels")' in capsys.readouterr().out


def test_notebooks_show_highlighted_code():
    shown = OtherAnswers("conv2d", TWO)._repr_markdown_()
    assert "**2. einsum**: One line <says> it.\n\n```python\ndef conv2d(y):" in shown


def test_every_answer_of_the_release_belongs_to_an_exercise_and_can_be_read():
    for unit, exercises in read_file(release_folder()).items():
        for name, text in exercises.items():
            assert find_exercise(name)[0].id == unit
            answers = decoded(text)
            assert 1 <= len(answers) <= 2
            for answer in answers:
                assert answer.differs.strip()
                compile(answer.source, name, "exec")
