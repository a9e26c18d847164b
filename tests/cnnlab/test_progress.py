"""Progress is kept in one small file that nothing can break."""

import pytest

from cnnlab import predict, progress


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("CNNLAB_HOME", str(tmp_path / "home"))


def test_checks_hints_and_predictions_are_remembered():
    progress.record_check("conv2d", False)
    progress.record_check("conv2d", True)
    progress.record_hint("conv2d", 2)
    progress.record_prediction("shape", "(4, 4)")
    assert progress.load() == {
        "checks": {"conv2d": {"passed": True, "tries": 2}},
        "hints": {"conv2d": 2},
        "predictions": {"shape": "(4, 4)"},
    }
    progress.forget(["conv2d"])
    assert progress.load()["checks"] == {}


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"checks": 3}', "null"])
def test_a_damaged_file_is_a_fresh_start(damage):
    progress.record_check("conv2d", True)
    progress.state_file().write_text(damage)
    assert progress.load()["checks"] == {}
    progress.record_check("pool2d", True)
    assert progress.load()["checks"]["pool2d"]["passed"]


def test_a_home_that_cannot_be_written_only_warns(tmp_path, monkeypatch):
    blocker = tmp_path / "file"
    blocker.write_text("")
    monkeypatch.setenv("CNNLAB_HOME", str(blocker))
    with pytest.warns(UserWarning, match="CNNLAB_HOME"):
        progress.record_check("conv2d", True)


def test_without_a_prediction_the_truth_and_its_reason_are_told(capsys):
    predict.commit("q1", ...)
    assert "No prediction yet" in capsys.readouterr().out
    predict.reveal("q1", truth=4, because="Sizes round down.")
    shown = capsys.readouterr().out
    assert shown == "○ You made no prediction; it is 4.\n    Sizes round down.\n"


def test_a_wrong_prediction_is_answered_with_the_thought_behind_it(capsys):
    predict.commit("q1", 5)
    predict.reveal("q1", truth=4, reasons={5: "You rounded up."}, because="Sizes round down.")
    shown = capsys.readouterr().out
    assert "✗ You predicted 5; it is 4." in shown
    assert "You rounded up." in shown
    assert "Sizes round down." in shown


@pytest.mark.parametrize(
    ("guess", "truth", "tolerance", "right"),
    [
        (4, 4, 0, True),
        ((4, 4), [4, 4], 0, True),
        ("Lower ", "lower", 0, True),
        (0.9, 0.95, 0.1, True),
        (0.5, 0.95, 0.1, False),
        (True, 1, 0, False),
        ("4", 4, 0, False),
    ],
)
def test_what_counts_as_right(capsys, guess, truth, tolerance, right):
    predict.commit("q2", guess)
    predict.reveal("q2", truth, tolerance=tolerance)
    assert ("✓" in capsys.readouterr().out) is right
