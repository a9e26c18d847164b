"""What a learner reads when they call a check."""

import pytest
from torch import nn

from cnnlab import check, progress
from cnnlab.anatomy import arithmetic
from cnnlab.check.notebook import CheckUsageError, describe
from cnnlab.check.registry import COURSE
from cnnlab.check.run import Result
from cnnlab.exercises.u01_convolutions.edge_kernels import edge_kernels
from cnnlab.models import SimpleCNN


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("CNNLAB_HOME", str(tmp_path))


def stub(size, kernel, stride=1, padding=0, dilation=1):
    raise NotImplementedError


def rounds_up(size, kernel, stride=1, padding=0, dilation=1):
    return -(-(size + 2 * padding - dilation * (kernel - 1) - 1) // stride) + 1


def test_right_answers_are_ticked_and_remembered(capsys):
    check.edge_kernels(edge_kernels)
    shown = capsys.readouterr().out
    assert "✓ edge_kernels" in shown
    assert "✗" not in shown
    assert progress.load()["checks"]["edge_kernels"] == {"passed": True, "tries": 1}


def test_wrong_answers_are_explained_once_and_a_hint_is_offered(capsys):
    check.conv_output_size(rounds_up)
    shown = capsys.readouterr().out
    assert "✗ conv_output_size" in shown
    assert 'hint("conv_output_size")' in shown
    assert not progress.load()["checks"]["conv_output_size"]["passed"]


def test_a_message_that_begins_with_a_name_keeps_it_as_it_is_written():
    begins = {"nn.Sequential takes layers.": "nn.", "the result is not right.": "The result"}
    for message, start in begins.items():
        result = Result("a size", "fail", 0, 1, "m", message, exercise="pool2d")
        assert f"\n    {start}" in describe(COURSE.find("pool2d"), [result])


def test_an_open_exercise_is_told_in_one_line(capsys):
    check.conv_output_size(stub)
    shown = capsys.readouterr().out
    assert shown.count("✗") == 1
    assert "not written yet" in shown


def test_a_class_whose_forward_is_open_is_named(capsys):
    class Half(SimpleCNN):
        def forward(self, x):
            raise NotImplementedError

    check.simple_cnn(Half)
    assert "`SimpleCNN` is not written yet" in capsys.readouterr().out


def test_experiments_get_the_learners_function_once_it_passes(capsys):
    def conv_output_size(size, kernel, stride=1, padding=0, dilation=1):
        return arithmetic.conv_output_size(size, kernel, stride, padding, dilation)

    assert check.use(conv_output_size) is conv_output_size
    assert capsys.readouterr().out == ""
    assert check.use(rounds_up, "conv_output_size") is arithmetic.conv_output_size
    assert "Using the course's `conv_output_size`" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: check.conv2d(), r"Type: check.conv2d\(conv2d\)"),
        (lambda: check.simple_cnn(nn.Linear(1, 1)), r"Type: check.simple_cnn\(SimpleCNN\)"),
        (lambda: check.use(stub), r"check.use\(stub, exercise\)"),
    ],
)
def test_slips_in_calling_a_check_are_told_with_the_right_call(call, said):
    with pytest.raises(CheckUsageError, match=said):
        call()


def test_an_unknown_check_lists_the_known_ones():
    with pytest.raises(AttributeError, match="conv2d"):
        check.conv3d  # noqa: B018
