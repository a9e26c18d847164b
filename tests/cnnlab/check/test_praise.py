"""Success is answered with a friendly line that says what comes next."""

import pytest

from cnnlab import check, progress
from cnnlab.catalogue import units
from cnnlab.check.praise import praise
from cnnlab.exercises.u01_convolutions.edge_kernels import edge_kernels

UNIT = "01_convolutions"


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("CNNLAB_HOME", str(tmp_path))


def names():
    return [exercise.id for exercise in units()[0].exercises]


def test_the_line_follows_the_ticks_and_names_the_next_exercise(capsys):
    following = names()[names().index("edge_kernels") + 1]
    check.edge_kernels(edge_kernels)
    lines = capsys.readouterr().out.splitlines()
    ticks = [line for line in lines if line.startswith("✓ ")]
    assert lines[: len(ticks)] == ticks
    line = lines[len(ticks)]
    assert line == praise("edge_kernels", len(ticks))
    assert f"ll {len(ticks)} checks pass" in line
    assert line.endswith(f"Next: {following}.")


def test_what_is_solved_already_is_not_named_again():
    first, second, third, *_ = names()
    progress.record_check(first, True)
    progress.record_check(second, True)
    assert praise(first, 4).endswith(f"Next: {third}.")


def test_what_was_left_out_comes_after_the_last():
    *_, left_out, last = names()
    for name in names():
        progress.record_check(name, name != left_out)
    assert praise(last, 4).endswith(f"Next: {left_out}.")
    progress.record_check(left_out, True)
    assert praise(last, 4).endswith(f"That was the last open exercise of {UNIT}.")


def test_the_words_vary_with_the_exercise_and_stay_the_same():
    every = [exercise.id for unit in units() for exercise in unit.exercises]
    lines = {name: praise(name, 3, package="json").removesuffix(".") for name in every}
    assert lines == {name: praise(name, 3, package="json").removesuffix(".") for name in every}
    assert len(set(lines.values())) >= 4
    assert all(
        "all 3 checks pass" in line.lower() and "Next" not in line for line in lines.values()
    )


@pytest.mark.parametrize(("count", "words"), [(1, "the check passes"), (2, "both checks pass")])
def test_few_checks_are_counted_as_people_do(count, words):
    assert words in praise("conv2d", count).lower()


def test_a_wrong_answer_gets_no_praise(capsys):
    check.edge_kernels(lambda: None)
    assert "Next:" not in capsys.readouterr().out


def test_what_progress_holds_may_be_damaged(tmp_path):
    progress.state_file().write_text('{"checks": {"conv2d": 3}}')
    assert "Next:" in praise(names()[0], 3)
